/** Tokens and dollars as observed and with the cache kept. */
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { shareIntervalsBy } from "../../../lib/trace/intervals.ts";
import { distributionsByScope, SCOPES, type Scope } from "../../../lib/trace/scopes.ts";

const SUMS = query("query.sql", {
  scope: SCOPES,
  rounds: "number",
  user_rounds: "number",
  user_rounds_with_predecessor: "number",
  user_rounds_reduced: "number",
  user_rounds_increased: "number",
  observed_append_tokens: "number",
  counterfactual_append_tokens: "number",
  observed_user_append_tokens: "number",
  counterfactual_user_append_tokens: "number",
  observed_prefix_tokens: "number",
  counterfactual_prefix_tokens: "number",
  output_tokens: "number",
  priced_rounds: "number",
  unpriced_rounds: "number",
  observed_input_cost_usd: "number",
  counterfactual_input_cost_usd: "number",
  observed_total_cost_usd: "number",
  counterfactual_total_cost_usd: "number",
  cost_saved_per_reduced_step_samples: "number",
  cost_saved_per_reduced_step_avg_usd: "number?",
  idle_gap_per_reduced_step_samples: "number",
  idle_gap_per_reduced_step_avg_seconds: "number?",
});
/** A row per step that appends less. */
const REDUCED = query("reduced.sql", { provider: "text?", saved_nano: "number?", gap_us: "number?" });

/** A row per step. */
const SAVED = query("saved.sql", {
  provider: "text?",
  session_id: "text?",
  append_tokens: "number",
  moved_tokens: "number",
  cost_nano: "number?",
  saved_nano: "number?",
});

export type Savings = Awaited<ReturnType<typeof readSavings>>[number];

/** One entry per scope. */
export async function readSavings(db: QueryContext) {
  const [sums, reduced] = await Promise.all([
    db.rows(SUMS),
    distributionsByScope(db, REDUCED, { of: ["saved_nano", "gap_us"], quantiles: [0.5, 0.9] }),
  ]);
  return sums.map((row) => {
    const { ascending: saved } = reduced(row.scope, "saved_nano");
    const { ascending: gaps } = reduced(row.scope, "gap_us");
    return {
      ...row,
      cost_saved_per_reduced_step_p50_usd: scaled(quantileWeighted(saved, 0.5), 1e9),
      cost_saved_per_reduced_step_p90_usd: scaled(quantileWeighted(saved, 0.9), 1e9),
      idle_gap_per_reduced_step_p50_seconds: scaled(quantileWeighted(gaps, 0.5), 1e6),
      idle_gap_per_reduced_step_p90_seconds: scaled(quantileWeighted(gaps, 0.9), 1e6),
    };
  });
}

export type SavedIntervals = Awaited<ReturnType<typeof savedIntervals>>;

/** Of the shares that would be saved, by provider; null for all together. */
export async function savedIntervals(db: QueryContext) {
  const intervalsOf = await shareIntervalsBy(
    db,
    SAVED,
    { by: ["provider"], session: "session_id" },
    { append_tokens: { part: "moved_tokens", whole: "append_tokens" }, total_cost_usd: { part: "saved_nano", whole: "cost_nano" } },
  );
  return (scope: Scope) => intervalsOf({ provider: scope });
}

function scaled(value: number | null, unit: number): number | null {
  return value === null ? null : value / unit;
}

/** What there is both as observed and with the cache kept. */
export type Measure = "append_tokens" | "user_append_tokens" | "prefix_tokens" | "input_cost_usd" | "total_cost_usd";

export function observed(savings: Savings, measure: Measure): number {
  return savings[`observed_${measure}`];
}

export function reduction(savings: Savings, measure: Measure): number {
  return observed(savings, measure) - savings[`counterfactual_${measure}`];
}

/** Share of the observed sum; null when that is 0. */
export function reductionShare(savings: Savings, measure: Measure): number | null {
  return ratio(reduction(savings, measure), observed(savings, measure));
}
