/** What the page says of a figure. */

/** Its download with an ending, such as `svg`. */
export function downloadOf(plate: HTMLElement, ending: string): HTMLAnchorElement | null {
  return plate.querySelector<HTMLAnchorElement>(`.downloads a[href$=".${ending}"]`);
}
