/** Axes that are linear around zero and logarithmic beyond: for values that are often zero, or of both signs. */
import { countTick } from "../format/counts.ts";
import { durationTick } from "../format/durations.ts";
import { withMinus } from "../format/numbers.ts";
import { type AxisOptions, logAxis } from "./axes.ts";
import type { Axis } from "./spec.ts";

const SYMLOG = { type: "symlog", constant: 1 } as const;
const COUNT_TICKS = [0, ...[1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((decade) => [decade, 2 * decade, 5 * decade])];
/** Seconds. */
const DURATION_TICKS = [1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000];

/** Axis for counts from 0 to `max`; about linear up to 1. */
export function symlogCountAxis(max: number, { title, ticks = COUNT_TICKS }: AxisOptions): Axis {
  return logAxis([0, Math.max(max, 1)], title, ticks, countTick, SYMLOG);
}

/** Axis for durations in seconds of both signs over [low, high]; about linear between -1 s and 1 s. */
export function symlogDurationAxis(domain: readonly [number, number], { title, ticks }: AxisOptions): Axis {
  const negative = DURATION_TICKS.map((seconds) => -seconds).reverse();
  return logAxis(domain, title, ticks ?? [...negative, 0, ...DURATION_TICKS], signedDurationTick, SYMLOG);
}

function signedDurationTick(seconds: number): string {
  if (seconds === 0) return "0";
  return seconds < 0 ? withMinus(`-${durationTick(-seconds)}`) : durationTick(seconds);
}
