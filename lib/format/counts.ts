import { formatG, toFixedHalfEven } from "./numbers.ts";

/** Tick of a count axis, base 10: `0`, `250`, `1.5k`, `20k`, `3M`; empty between 0 and 1, where there is no count. */
export function countTick(count: number): string {
  if (Math.abs(count) < 1e-9) return "0";
  if (count < 1) return "";
  if (count < 1e3) return toFixedHalfEven(count, 0);
  return count < 1e6 ? `${formatG(count / 1e3)}k` : `${formatG(count / 1e6)}M`;
}
