/** Response times by provider, their statistics, and how requests and their time spread over lengths. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import type { QueryContext } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";

export const ALL = "all";

/** Seconds in the order in which requests closed. */
export interface Group {
  /** `all`, or a provider. */
  readonly name: string;
  readonly seconds: readonly number[];
}

/** Requests of a range of lengths: from `low` up to, not including, the next range. */
export interface LengthShare {
  readonly label: string;
  /** Of the requests, and of their summed response time. */
  readonly requests: number;
  readonly time: number;
}

/** Lower ends in seconds. */
const LENGTHS = [
  { low: 0, label: "<10 s" },
  { low: 10, label: "10 s - 1 min" },
  { low: 60, label: "1 - 10 min" },
  { low: 600, label: "10 min - 1 h" },
  { low: 3600, label: "1 h and more" },
] as const;
export const LENGTH_LABELS: readonly string[] = LENGTHS.map(({ label }) => label);

/** Everything first, then Claude, Codex and the other providers by name; none when there are no requests. */
export async function readGroups(db: QueryContext): Promise<Group[]> {
  const { provider, response_s } = await db.columns<{ provider: string[]; response_s: number[] }>("query.sql");
  if (response_s.length === 0) return [];
  const providers = providerOrder(provider).map((name) => ({ name, seconds: response_s.filter((_, i) => provider[i] === name) }));
  return [{ name: ALL, seconds: response_s }, ...providers];
}

export function summaryOf({ seconds }: Group): Summary<0> {
  return summarize(seconds, 0);
}

/** One entry for each range of lengths, shortest first. */
export function sharesByLength(seconds: readonly number[]): LengthShare[] {
  const total = sumInOrder(seconds);
  return LENGTHS.map(({ low, label }, i) => {
    const high = LENGTHS[i + 1]?.low ?? Number.POSITIVE_INFINITY;
    const within = seconds.filter((value) => value >= low && value < high);
    return { label, requests: within.length / seconds.length, time: sumInOrder(within) / total };
  });
}

/** Share of requests that took at most `limit` seconds. */
export function shareWithin({ seconds }: Group, limit: number): number {
  return seconds.filter((value) => value <= limit).length / seconds.length;
}
