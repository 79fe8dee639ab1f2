import { formatG, grouped, toFixedHalfEven, withMinus } from "./numbers.ts";

/** From the largest. A count that the smaller suffix would round up to 1,000 takes the larger one. */
const SCALES = [
  { size: 1e9, suffix: "B", decimals: 2, carriesFrom: 0.99995 },
  { size: 1e6, suffix: "M", decimals: 1, carriesFrom: 0.99995 },
  { size: 1e3, suffix: "K", decimals: 1, carriesFrom: 0.9995 },
];

/** Tick of a count axis, base 10: `0`, `250`, `1.5K`, `20K`, `3M`, `1.5B`; empty between 0 and 1, where there is no count. */
export function countTick(count: number): string {
  if (count < 0) return withMinus(`-${countTick(-count)}`);
  if (count < 1e-9) return "0";
  if (count < 1) return "";
  const scale = SCALES.find(({ size }) => count >= size);
  return scale ? `${formatG(count / scale.size)}${scale.suffix}` : toFixedHalfEven(count, 0);
}

/** Count in base 10 as short as its size allows: `1.26B`, `23.8M`, `4.2K`, `512`. Carries: 999,999 is `1.0M`. */
export function countCompact(count: number): string {
  const amount = Math.abs(count);
  const scale = SCALES.find(({ size, carriesFrom }) => amount >= carriesFrom * size);
  return scale ? withMinus(`${toFixedHalfEven(count / scale.size, scale.decimals)}${scale.suffix}`) : grouped(count);
}

/** `final counts of 3,021 of 9,421 steps`; null where all are final. */
export function finalCounts(final: number, steps: number): string | null {
  return final === steps ? null : `final counts of ${grouped(final)} of ${counted(steps, "step")}`;
}

/** `1 step`, `1,204 steps`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}
