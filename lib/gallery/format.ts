/** Numbers, sizes and dates as pages print them. English, UTC, independent of the machine's locale. */
import type { PoolSummary } from "../db/open/pool.ts";
import { toFixedHalfEven } from "../format/numbers.ts";

export { counted } from "../format/counts.ts";
export { magnitude } from "../format/published.ts";

const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeZone: "UTC" });

/** Shares in whole percent; the parts of a whole are given together, and the last takes what rounding leaves. */
export function wholePercents(values: readonly number[]): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  if (total === 0) return values.map(() => 0);
  const rounded = values.slice(0, -1).map((value) => Math.round((100 * value) / total));
  return [...rounded, 100 - rounded.reduce((sum, value) => sum + value, 0)];
}

/** 5139025 as `5.1 MB` (powers of 1000, as download dialogs show them). */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  if (value < 999_500) return `${toFixedHalfEven(value / 1e3, value < 9_950 ? 1 : 0)} KB`;
  return `${toFixedHalfEven(value / 1e6, 1)} MB`;
}

/** An ISO time as `Nov 1, 2025`. */
export function day(iso: string): string {
  return DAY.format(new Date(iso));
}

/** The collection window, or null when nothing was observed. `span` and `recorded` name one day once. */
export function windowOf({ firstTime, lastTime }: Pick<PoolSummary, "firstTime" | "lastTime">) {
  if (firstTime === null || lastTime === null) return null;
  const days = Math.floor(Date.parse(lastTime) / DAY_MS) - Math.floor(Date.parse(firstTime) / DAY_MS) + 1;
  const [first, last] = [day(firstTime), day(lastTime)];
  return {
    days,
    ...(days === 1 ? { span: first, recorded: `on ${first}` } : { span: `${first} to ${last}`, recorded: `from ${first} to ${last}` }),
  };
}
