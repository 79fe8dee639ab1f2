/** The horizontal axis that the panels of a figure share: one bar per step. */

/** An axis of steps 1 to `steps` that is `width` pixels long, with room around the first and the last bar. */
export interface StepAxis {
  readonly steps: number;
  readonly width: number;
}

/** Half a step of room before the first and after the last bar, and a little more. */
const AXIS_MARGIN_STEPS = 0.8;
/** Bars are this wide on either side of their step. */
export const HALF_BAR_STEPS = 0.41;

/** Domain of the scale over step numbers. */
export function stepDomain(axis: StepAxis): [number, number] {
  return [1 - AXIS_MARGIN_STEPS, axis.steps + AXIS_MARGIN_STEPS];
}

/** Pixel of a step number (1-based, fractions allowed). */
export function stepPixel(axis: StepAxis, step: number): number {
  const [from, to] = stepDomain(axis);
  return ((step - from) / (to - from)) * axis.width;
}

/** The inverse of stepPixel. */
export function pixelStep(axis: StepAxis, pixel: number): number {
  const [from, to] = stepDomain(axis);
  return from + (pixel / axis.width) * (to - from);
}
