/** Resets of the context: what they free and cost, and whether that pays. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

export const RESETS = query("resets.sql", {
  round_pk: "number",
  provider: "text",
  session_id: "text",
  step: "number",
  known_from: ["inferred", "logged", "both"],
  trigger: "text?",
  window_tokens: "number?",
  tokens_before: "number",
  tokens_after: "number",
  freed_tokens: "number",
  occupancy: "number?",
  kept_share: "number?",
  reset_cost_usd: "number?",
  saved_per_step_usd: "number?",
  payback_steps: "number?",
  steps_until_end: "number",
  paid_back: "boolean?",
  cache_miss_reason: "text?",
});
export type Reset = RowOf<typeof RESETS>;

/** Resets with a price. */
export interface Paid {
  readonly provider: string;
  readonly resets: number;
  /** The session went on long enough. */
  readonly paidBack: number;
  /** Beyond going on with the whole context, in the step after; less than 0: cheaper. */
  readonly costUsd: number;
  readonly freedTokens: number;
}

export async function readPaid(db: QueryContext, params: { readonly windows: string }): Promise<Paid[]> {
  const found = await db.distributions(RESETS, { by: ["provider", "paid_back"], of: ["reset_cost_usd", "freed_tokens"] }, params);
  return [...groupBy(found, ({ group }) => group.provider)].map(([provider, own]) => {
    const costs = own.filter(({ column }) => column === "reset_cost_usd");
    return {
      provider,
      resets: sumOf(costs, ({ n }) => n),
      paidBack: costs.find(({ group }) => group.paid_back === true)?.n ?? 0,
      costUsd: sumOf(costs, ({ sum }) => sum),
      freedTokens: sumOf(
        own.filter(({ column }) => column === "freed_tokens"),
        ({ sum }) => sum,
      ),
    };
  });
}
