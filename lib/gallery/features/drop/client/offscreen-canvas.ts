/** Takes the place of vega-canvas in a worker, where there is no document to make a canvas in. */

export function canvas(width: number, height: number): OffscreenCanvas {
  return new OffscreenCanvas(width, height);
}

/** Charts here hold no pictures. */
export function image(): null {
  return null;
}
