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
 * Moves labels apart until neighbors are `gap` pixels from one another, and keeps them within [0, length].
 * Returns the items in the order given, with their places. Labels that cannot fit keep their order and share the overlap at
 * the end of the axis.
 */
export function spreadApart<T>(
  items: readonly T[],
  centerOf: (item: T) => number,
  gap: number,
  length: number,
): { item: T; place: number }[] {
  const labels = items.map((item) => ({ item, place: centerOf(item) }));
  const ascending = labels.toSorted((a, b) => a.place - b.place);
  let lowest = gap / 2;
  for (const label of ascending) {
    label.place = Math.max(label.place, lowest);
    lowest = label.place + gap;
  }
  let highest = length - gap / 2;
  for (const label of ascending.toReversed()) {
    label.place = Math.min(label.place, highest);
    highest = label.place - gap;
  }
  return labels;
}

function measures({ scale }: Axis) {
  const [low, high] = scale.domain;
  const isLog = scale.type === "log";
  const same = (value: number) => value;
  return { low, high, place: isLog ? Math.log : same, undo: isLog ? Math.exp : same };
}
