/** Waits by provider, their statistics, and how many and how much of them are below each length. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { cumulate, DURATION_LANDMARKS_S, fineBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { type ProviderGroup, providerGroups } from "../../../lib/trace/provider-groups.ts";

const WAITS = query("query.sql", { provider: "text", wait_s: "number" });

/** About as long as a cached prompt is kept. */
export const CACHE_LIFETIME_S = 300;

export async function readGroups(db: QueryContext): Promise<ProviderGroup[]> {
  const { provider, wait_s } = await db.columns(WAITS);
  return providerGroups(provider, wait_s);
}

/** Bins of each provider with everything up to their ends, in seconds. All share the same; none when all waits are equally long. */
export function curvesOf([all, ...providers]: readonly ProviderGroup[]) {
  const edges = fineEdges(all?.seconds ?? [], DURATION_LANDMARKS_S);
  return providers.map(({ name, seconds }) => ({ provider: name, bins: cumulate(fineBins(seconds, edges), DURATION_LANDMARKS_S) }));
}

/** How many waits are at most `limit` seconds long, and their sum in seconds. */
export function upTo({ seconds }: Pick<ProviderGroup, "seconds">, limit: number): { readonly count: number; readonly seconds: number } {
  const within = seconds.filter((wait) => wait <= limit);
  return { count: within.length, seconds: sumInOrder(within) };
}
