/** Response times by provider, and how requests and their time are spread over lengths. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { shareIntervalsBy } from "../../../lib/trace/intervals.ts";
import type { ProviderGroup } from "../../../lib/trace/provider-groups.ts";

export const RESPONSES = query("query.sql", {
  provider: "text",
  session_id: "text",
  seconds: "number",
  one: "number",
  is_short: "number",
  is_long: "number",
  long_seconds: "number",
});

export const FIVE_MINUTES_S = 300;
/** Lower ends in seconds. */
const LENGTHS = [
  { low: 0, label: "<10 s" },
  { low: 10, label: "10 s - 1 min" },
  { low: 60, label: "1 - 10 min" },
  { low: 600, label: "10 min - 1 h" },
  { low: 3600, label: "1 h and more" },
] as const;
export const LENGTH_LABELS: readonly string[] = LENGTHS.map(({ label }) => label);
export const LIMITS_S: readonly number[] = [10, 60, FIVE_MINUTES_S, 600, 3600];

/** Shares of the requests and of their summed time for each range of lengths, shortest first: up to, not including, the next range. */
export function sharesByLength({ ranges, sum, summary: { n } }: Pick<ProviderGroup, "ranges" | "sum" | "summary">) {
  return LENGTHS.map(({ low, label }, i) => {
    const high = LENGTHS[i + 1]?.low ?? Number.POSITIVE_INFINITY;
    const within = ranges.filter((range) => range.lo >= low && range.hi <= high);
    const total = (of: "count" | "sum") => within.reduce((sum, range) => sum + range[of], 0);
    return { label, requests: total("count") / n, time: total("sum") / sum };
  });
}

export type LongIntervals = Awaited<ReturnType<typeof longIntervals>>;

/** Of the shares that requests of ten minutes and more are of the requests and of the time of a provider. */
export async function longIntervals(db: QueryContext) {
  const intervalsOf = await shareIntervalsBy(
    db,
    RESPONSES,
    { by: ["provider"], session: "session_id" },
    { requests: { part: "is_long", whole: "one" }, time: { part: "long_seconds", whole: "seconds" } },
  );
  return (provider: string) => intervalsOf({ provider });
}

/** Shortest and longest, in seconds. */
export function extremes({ ascending }: ProviderGroup): readonly [number, number] {
  return [at(ascending, 0), at(ascending, ascending.length - 1)];
}
