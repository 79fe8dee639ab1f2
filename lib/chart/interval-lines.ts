/** Lines below bars and boxes: what a value may as well be. */
import type { DataLayer, Position } from "./spec.ts";
import { COLORS } from "./theme.ts";

interface PlacedInterval {
  /** Of the row. */
  readonly rank: number;
  readonly lo: number;
  readonly hi: number;
}

const CAP_PX = 6;

/** Each with a cap at both ends. @param offset from the middle of a row down to the lines, in CSS pixels */
export function intervalLines(
  intervals: readonly PlacedInterval[],
  y: Position,
  on: (field: string) => Position,
  offset: number,
): DataLayer[] {
  const ends = intervals.flatMap(({ rank, lo, hi }) => [lo, hi].map((end) => ({ rank, end })));
  const look = { color: COLORS.light.text, opacity: 1, yOffset: offset };
  return [
    { data: { values: intervals }, mark: { type: "rule", strokeWidth: 1.6, ...look }, encoding: { y, x: on("lo"), x2: { field: "hi" } } },
    { data: { values: ends }, mark: { type: "tick", thickness: 1.6, size: CAP_PX, ...look }, encoding: { y, x: on("end") } },
  ];
}
