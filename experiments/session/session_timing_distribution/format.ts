import { toFixedHalfEven } from "../../../lib/format/numbers.ts";

const UNITS = [
  { seconds: 3600, name: "h" },
  { seconds: 60, name: "m" },
] as const;
const SECONDS = { seconds: 1, name: "s" } as const;
/** Smaller amounts would print as zero anyway, but negative ones as `-0.0`. */
const PRINTS_AS_ZERO = 0.05;

/** Seconds with one decimal in the largest unit that they fill: `2.8h`, `23.7m`, `4.6s`. The unit is chosen before rounding. */
export function durationText(seconds: number): string {
  const unit = UNITS.find((each) => Math.abs(seconds) >= each.seconds) ?? SECONDS;
  const amount = seconds / unit.seconds;
  return `${toFixedHalfEven(Math.abs(amount) < PRINTS_AS_ZERO ? 0 : amount, 1)}${unit.name}`;
}
