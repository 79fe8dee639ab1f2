/** Places on an axis in CSS pixels from its low end, for layout that the grammar has no words for. */
import type { Axis } from "./spec.ts";

/** Pixels from the low end of an axis of `length` pixels. */
export function pixelOf(value: number, axis: Axis, length: number): number {
  const { low, high, place } = measures(axis);
  return ((place(value) - place(low)) / (place(high) - place(low))) * length;
}

/** The value at a pixel: the inverse of `pixelOf`. */
export function valueAt(pixel: number, axis: Axis, length: number): number {
  const { low, high, place, undo } = measures(axis);
  return undo(place(low) + (pixel / length) * (place(high) - place(low)));
}

/**
 * Moves centers of labels apart until neighbors are `gap` pixels from one another, and keeps them within [0, length].
 * Returns the places in the order given. Labels that cannot fit keep their order and share the overlap at the end of the axis.
 */
export function spreadApart(centers: readonly number[], gap: number, length: number): number[] {
  const order = centers.map((_, i) => i).sort((a, b) => (centers[a] as number) - (centers[b] as number));
  const places = new Map<number, number>();
  let lowest = gap / 2;
  for (const i of order) {
    const place = Math.max(centers[i] as number, lowest);
    places.set(i, place);
    lowest = place + gap;
  }
  let highest = length - gap / 2;
  for (const i of order.reverse()) {
    const place = Math.min(places.get(i) as number, highest);
    places.set(i, place);
    highest = place - gap;
  }
  return centers.map((_, i) => places.get(i) as number);
}

function measures({ scale }: Axis) {
  const { domain, type } = scale as { domain: [number, number]; type?: string };
  const isLog = type === "log";
  const same = (value: number) => value;
  return { low: domain[0], high: domain[1], place: isLog ? Math.log : same, undo: isLog ? Math.exp : same };
}
