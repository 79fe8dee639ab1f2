/** Tokens and dollars as observed and with the cache kept. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { SCOPES } from "../../../lib/trace/scopes.ts";

export const SAVINGS = query("query.sql", {
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
  cost_saved_per_reduced_step_p50_usd: "number?",
  cost_saved_per_reduced_step_p90_usd: "number?",
  idle_gap_per_reduced_step_samples: "number",
  idle_gap_per_reduced_step_avg_seconds: "number?",
  idle_gap_per_reduced_step_p50_seconds: "number?",
  idle_gap_per_reduced_step_p90_seconds: "number?",
});
export type Savings = RowOf<typeof SAVINGS>;

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
