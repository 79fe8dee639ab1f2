/** The three quantities of the spindles, their statistics, and how many steps and pairs they come from. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { quantileWeighted, sorted } from "../../../lib/stats/quantile.ts";

export const METRICS = ["prefix_tokens", "adjusted_append_tokens", "output_tokens"] as const;
export type Metric = (typeof METRICS)[number];

/** Tokens of one quantity: of each pair, or for the output of each step. */
export interface Spindle {
  readonly metric: Metric;
  readonly ascending: Float64Array;
}

export interface Statistics {
  readonly count: number;
  readonly positive: number;
  readonly p25: number | null;
  readonly median: number | null;
  readonly p90: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

export interface Tallies {
  readonly steps: number;
  /** Neighbouring steps of a session with consecutive round indexes, by whether replayed output was taken off the append. */
  readonly subtractedPairs: number;
  readonly keptPairs: number;
  /** Neighbouring steps whose round indexes are not consecutive. */
  readonly nonAdjacentPairs: number;
}

type Columns = {
  readonly pairing: readonly ("first" | "apart" | "subtracted" | "kept")[];
} & Readonly<Record<Metric, readonly (number | null)[]>>;

export async function readSpindles(db: QueryContext): Promise<{ spindles: Spindle[]; tallies: Tallies }> {
  const columns = await db.columns<Columns>("query.sql");
  const { pairing } = columns;
  const tally = (kind: Columns["pairing"][number]) => pairing.reduce((count, one) => count + (one === kind ? 1 : 0), 0);
  return {
    spindles: METRICS.map((metric) => ({ metric, ascending: sorted(columns[metric].filter((tokens) => tokens !== null)) })),
    tallies: {
      steps: pairing.length,
      subtractedPairs: tally("subtracted"),
      keptPairs: tally("kept"),
      nonAdjacentPairs: tally("apart"),
    },
  };
}

/** Quantiles are linear between neighbours; `null` without values. */
export function statisticsOf({ ascending }: Spindle): Statistics {
  const quantile = (q: number) => quantileWeighted(ascending, q);
  return {
    count: ascending.length,
    positive: ascending.filter((tokens) => tokens > 0).length,
    p25: quantile(0.25),
    median: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    min: ascending[0] ?? null,
    max: ascending.at(-1) ?? null,
  };
}
