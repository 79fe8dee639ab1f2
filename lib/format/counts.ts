import { formatG, grouped, toFixedHalfEven } from "./numbers.ts";

/** Tick of a count axis, base 10: `0`, `250`, `1.5k`, `20k`, `3M`, `1.5B`; empty between 0 and 1, where there is no count. */
export function countTick(count: number): string {
  if (Math.abs(count) < 1e-9) return "0";
  if (count < 1) return "";
  if (count < 1e3) return toFixedHalfEven(count, 0);
  if (count < 1e6) return `${formatG(count / 1e3)}k`;
  return count < 1e9 ? `${formatG(count / 1e6)}M` : `${formatG(count / 1e9)}B`;
}

/** Count in base 10 as short as its size allows: `1.26B`, `23.8M`, `4.2K`, `512`. */
export function countCompact(count: number): string {
  const amount = Math.abs(count);
  if (amount >= 1e9) return `${toFixedHalfEven(count / 1e9, 2)}B`;
  if (amount >= 1e6) return `${toFixedHalfEven(count / 1e6, 1)}M`;
  return amount >= 1e3 ? `${toFixedHalfEven(count / 1e3, 1)}K` : toFixedHalfEven(count, 0);
}

/** `final counts of 3,021 of 9,421 steps`; null where all are final. */
export function finalCounts(final: number, steps: number): string | null {
  return final === steps ? null : `final counts of ${grouped(final)} of ${counted(steps, "step")}`;
}

/** `1 step`, `1,204 steps`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
