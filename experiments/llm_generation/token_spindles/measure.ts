/** The three quantities of the spindles, their statistics, and how many steps and pairs they come from. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";

export const METRICS = ["prefix_tokens", "adjusted_append_tokens", "output_tokens"] as const;
export type Metric = (typeof METRICS)[number];

type Measured = Awaited<ReturnType<typeof readSpindles>>;
/** Tokens of one quantity: of each pair, or for the output of each step. */
export type Spindle = Measured["spindles"][number];
export type Tallies = Measured["tallies"];

const STEPS = query("query.sql", {
  pairing: ["first", "apart", "subtracted", "kept", "unknown"],
  output_tokens: "number?",
  prefix_tokens: "number?",
  adjusted_append_tokens: "number?",
});

export async function readSpindles(db: QueryContext) {
  const columns = await db.columns(STEPS);
  const { pairing } = columns;
  const tally = (kind: RowOf<typeof STEPS>["pairing"]) => pairing.reduce((count, one) => count + (one === kind ? 1 : 0), 0);
  return {
    spindles: METRICS.map((metric) => ({ metric, ascending: sorted([...columns[metric]].filter((tokens) => tokens !== null)) })),
    tallies: {
      steps: pairing.length,
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

/** Quantiles are interpolated linearly between neighbors; `null` without values. */
export function statisticsOf({ ascending }: Spindle) {
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return {
    count: ascending.length,
    positive: ascending.filter((tokens) => tokens > 0).length,
    p25: quantile(0.25),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: ascending[0] ?? null,
    max: ascending.at(-1) ?? null,
  };
}
