/** The three quantities of the spindles, their statistics, and how many steps and pairs they come from. */
import { type Distribution, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";
import { axisLength, densityEdges, densityOf } from "./density.ts";

export const METRICS = ["prefix_tokens", "adjusted_append_tokens", "output_tokens"] as const;
export type Metric = (typeof METRICS)[number];

type Measured = Awaited<ReturnType<typeof readSpindles>>;
/** Tokens of one quantity: of each pair, or for the output of each step. Quantiles are interpolated linearly; null without values. */
export type Spindle = Measured["spindles"][number];
export type Tallies = Measured["tallies"];

export const STEPS = query("query.sql", {
  pairing: ["first", "apart", "subtracted", "kept", "unknown"],
  round_index: "number",
  output_tokens: "number?",
  prefix_tokens: "number?",
  adjusted_append_tokens: "number?",
});

export async function readSpindles(db: QueryContext) {
  const [distributions, pairings] = await Promise.all([
    db.distributions(STEPS, { by: [], of: METRICS }),
    db.distributions(STEPS, { by: ["pairing"], of: ["round_index"] }),
  ]);
  const largest = distributions.map(({ ascending, n }) => at(ascending, n - 1));
  const length = axisLength(Math.max(0, ...largest));
  const edges = densityEdges(length);
  const spindles = await Promise.all(
    METRICS.map(async (metric) => {
      const [bins, [positive]] = await Promise.all([
        db.bins(STEPS, { by: [], of: metric, edges }),
        db.bins(STEPS, { by: [], of: metric, edges: [1, Number.POSITIVE_INFINITY] }),
      ]);
      const values = distributions.find(({ column }) => column === metric) ?? NOTHING;
      return { metric, positive: positive?.n ?? 0, points: densityOf(bins, length), ...statisticsOf(values) };
    }),
  );
  const tally = (kind: RowOf<typeof STEPS>["pairing"]) => pairings.find(({ group }) => group.pairing === kind)?.n ?? 0;
  return {
    spindles,
    /** End of the axis as a position. */
    length,
    tallies: {
      steps: pairings.reduce((sum, { n }) => sum + n, 0),
      /** Consecutive steps of a session, by whether replayed output was subtracted from the append. */
      subtractedPairs: tally("subtracted"),
      keptPairs: tally("kept"),
      /** Those whose replayed output is not known. */
      unknownPairs: tally("unknown"),
      /** Neighboring steps whose round indexes are not consecutive. */
      nonAdjacentPairs: tally("apart"),
    },
  };
}

function statisticsOf({ n, ascending }: Pick<Distribution, "n" | "ascending">) {
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return {
    count: n,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: ascending[0] ?? null,
    max: ascending[n - 1] ?? null,
  };
}
