/** Where an enlarged picture is: how many times its size at rest, and how far its center is from the center of its box. */
export interface View {
  readonly scale: number;
  /** CSS pixels. */
  readonly x: number;
  readonly y: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const AT_REST: View = { scale: 1, x: 0, y: 0 };
export const LARGEST = 8;
/** A click or a button, and one turn of the wheel. */
export const STEP = 1.8;
export const WHEEL_STEP = 1.18;

/** Scales by a factor and keeps what is at `at` (from the center of the box) in place. */
export function zoomed(view: View, factor: number, at: Point): View {
  const scale = Math.min(LARGEST, Math.max(1, view.scale * factor));
  const ratio = scale / view.scale;
  return { scale, x: at.x - (at.x - view.x) * ratio, y: at.y - (at.y - view.y) * ratio };
}

/** Limits panning to the part that is larger than the box. `size` is that of the picture at scale 1. */
export function kept(view: View, size: { readonly width: number; readonly height: number }, box: typeof size): View {
  const reachX = Math.max(0, (size.width * view.scale - box.width) / 2);
  const reachY = Math.max(0, (size.height * view.scale - box.height) / 2);
  return { scale: view.scale, x: clamp(view.x, reachX), y: clamp(view.y, reachY) };
}

function clamp(value: number, reach: number): number {
  return Math.min(reach, Math.max(-reach, value)) + 0;
}
