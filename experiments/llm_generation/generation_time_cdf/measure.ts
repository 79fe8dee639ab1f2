/** Generation times by provider in fine bins, with running counts and sums. */
import { providerOrder } from "../../../lib/chart/palette.ts";
import { type Bin, type Distribution, type QueryContext, query } from "../../../lib/experiment.ts";
import { cumulate, DURATION_LANDMARKS_S, filledBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { summaryOf } from "../../../lib/stats/summary.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";

const GENERATIONS = query("query.sql", { provider: "text", session_id: "text?", seconds: "number", short_s: "number" });
const REQUEST = { by: ["provider"], of: ["seconds"] } as const;

interface OfProvider {
  readonly provider: string;
}

export type ProviderCurve = ReturnType<typeof curveOf>;

/**
 * Curves of Claude, Codex, then the others by name; none with fewer than two distinct durations, which leave no bins. Left
 * out are steps of a provider named `all`, which means all providers together wherever providers are listed.
 */
export async function readCurves(db: QueryContext) {
  const found = await db.distributions(GENERATIONS, REQUEST);
  const edges = fineEdges(
    found.flatMap(({ ascending }) => [at(ascending, 0), at(ascending, ascending.length - 1)]),
    DURATION_LANDMARKS_S,
  );
  const bins = edges.length === 0 ? [] : await db.bins(GENERATIONS, { by: ["provider"], of: "seconds", edges });
  const ofProvider = (name: string) => known(found.find(({ group }) => group.provider === name));
  const names = providerOrder(found.map(({ group }) => group.provider));
  return {
    curves: edges.length === 0 ? [] : names.filter((name) => name !== ALL).map((name) => curveOf(ofProvider(name), bins, edges)),
    leftOut: names.includes(ALL) ? ofProvider(ALL).n : 0,
  };
}

export type GenerationIntervals = Awaited<ReturnType<typeof readIntervals>>;

/** By provider: of the median, and of the share of the time that is in steps below a minute. */
export async function readIntervals(db: QueryContext) {
  const [median, short] = await Promise.all([
    intervalsBy(db, GENERATIONS, { by: ["provider"], of: ["seconds"], session: "session_id" }),
    intervalsBy(db, GENERATIONS, { by: ["provider"], of: ["short_s"], whole: "seconds", session: "session_id" }),
  ]);
  return { median: (provider: string) => median({ provider }, "seconds"), short: (provider: string) => short({ provider }, "short_s") };
}

/** Statistics of all its generation times, in seconds, and all bins, also those without a value. */
function curveOf(distribution: Distribution<OfProvider>, bins: readonly Bin<OfProvider>[], edges: readonly number[]) {
  const { provider } = distribution.group;
  const own = bins.filter(({ group }) => group.provider === provider);
  return {
    provider,
    summary: summaryOf(distribution, 0),
    totalSeconds: distribution.sum,
    bins: cumulate(filledBins(own, edges), DURATION_LANDMARKS_S),
  };
}

/** Shares of a provider's steps, and of their time, that take less than a duration in seconds (at the end of the last bin: at most). */
export function shareUpTo({ bins }: ProviderCurve, seconds: number): { count: number; sum: number } {
  const last = bins.findLast(({ hi }) => hi <= seconds);
  return { count: last?.cumulativeCountShare ?? 0, sum: last?.cumulativeSumShare ?? 0 };
}
