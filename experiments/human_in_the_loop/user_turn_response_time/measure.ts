/** Response times by provider, and how requests and their time are spread over lengths. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type ProviderGroup, providerGroups } from "../../../lib/trace/provider-groups.ts";

const RESPONSES = query("query.sql", { provider: "text", response_s: "number" });

/** Lower ends in seconds. */
const LENGTHS = [
  { low: 0, label: "<10 s" },
  { low: 10, label: "10 s - 1 min" },
  { low: 60, label: "1 - 10 min" },
  { low: 600, label: "10 min - 1 h" },
  { low: 3600, label: "1 h and more" },
] as const;
export const LENGTH_LABELS: readonly string[] = LENGTHS.map(({ label }) => label);

/** Response times in the order in which requests closed. */
export async function readGroups(db: QueryContext): Promise<ProviderGroup[]> {
  const { provider, response_s } = await db.columns(RESPONSES);
  return providerGroups(provider, response_s);
}

/** Shares of the requests and of their summed time for each range of lengths, shortest first: up to, not including, the next range. */
export function sharesByLength(seconds: readonly number[]) {
  const total = sumInOrder(seconds);
  return LENGTHS.map(({ low, label }, i) => {
    const high = LENGTHS[i + 1]?.low ?? Number.POSITIVE_INFINITY;
    const within = seconds.filter((value) => value >= low && value < high);
    return { label, requests: within.length / seconds.length, time: sumInOrder(within) / total };
  });
}

/** Share of requests that took at most `limit` seconds. */
export function shareWithin({ seconds }: ProviderGroup, limit: number): number {
  return seconds.filter((value) => value <= limit).length / seconds.length;
}
