/** The summary as a table for machines and one for readers, and the models without a price. */

import type { Headline, Table, TextDocument } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { PRICES_AS_OF } from "../../../lib/trace/prices.ts";
import { shortMoney, smallMoney } from "./format.ts";
import type { Pair, Savings, UnpricedModel } from "./savings.ts";

const READERS_SCOPES = [
  { title: "Claude", scope: "claude" },
  { title: "Codex", scope: "codex" },
  { title: "Total", scope: "merged" },
] as const;
const METRICS: readonly (readonly [string, (savings: Savings) => string])[] = [
  ["User-initiated steps with predecessor", ({ returns }) => grouped(returns)],
  ["Observed append tokens", ({ append }) => countCompact(append.observed)],
  ["Append after retained cache", ({ append }) => countCompact(append.kept)],
  ["Append-token reduction", ({ append }) => `${countCompact(reduction(append))} (${shareText(append)})`],
  ["Observed total cost", ({ totalCost }) => shortMoney(totalCost.observed)],
  ["Cost after retained cache", ({ totalCost }) => shortMoney(totalCost.kept)],
  ["Total cost reduction", ({ totalCost }) => `${shortMoney(reduction(totalCost))} (${shareText(totalCost)})`],
  ["Cost saved / reduced step avg", ({ saved }) => smallMoney(saved.mean)],
];

export function reduction({ observed, kept }: Pair): number {
  return observed - kept;
}

/** Of the observed sum, as a share of one; null when that is 0. */
export function reductionShare(pair: Pair): number | null {
  return pair.observed === 0 ? null : reduction(pair) / pair.observed;
}

export function shareText(pair: Pair): string {
  const share = reductionShare(pair);
  return share === null ? "--" : percent(share, 1);
}

export function summaryTable(scopes: readonly Savings[]): Table {
  const rows = scopes.map((savings) => ({
    scope: savings.scope,
    rounds: savings.steps,
    user_rounds: savings.userSteps,
    user_rounds_with_predecessor: savings.returns,
    user_rounds_reduced: savings.reduced,
    user_rounds_increased: savings.increased,
    observed_append_tokens: savings.append.observed,
    counterfactual_append_tokens: savings.append.kept,
    append_reduction_tokens: reduction(savings.append),
    append_reduction_pct_of_all_append: reductionShare(savings.append),
    observed_user_append_tokens: savings.returnAppend.observed,
    counterfactual_user_append_tokens: savings.returnAppend.kept,
    user_append_reduction_tokens: reduction(savings.returnAppend),
    user_append_reduction_pct: reductionShare(savings.returnAppend),
    observed_prefix_tokens: savings.prefix.observed,
    counterfactual_prefix_tokens: savings.prefix.kept,
    output_tokens: savings.outputTokens,
    priced_rounds: savings.priced,
    unpriced_rounds: savings.unpriced,
    observed_input_cost_usd: savings.inputCost.observed,
    counterfactual_input_cost_usd: savings.inputCost.kept,
    input_cost_reduction_usd: reduction(savings.inputCost),
    observed_total_cost_usd: savings.totalCost.observed,
    counterfactual_total_cost_usd: savings.totalCost.kept,
    total_cost_reduction_usd: reduction(savings.totalCost),
    total_cost_reduction_pct: reductionShare(savings.totalCost),
    cost_saved_per_reduced_step_samples: savings.saved.samples,
    cost_saved_per_reduced_step_avg_usd: savings.saved.mean,
    cost_saved_per_reduced_step_p50_usd: savings.saved.p50,
    cost_saved_per_reduced_step_p90_usd: savings.saved.p90,
    idle_gap_per_reduced_step_samples: savings.gapS.samples,
    idle_gap_per_reduced_step_avg_seconds: savings.gapS.mean,
    idle_gap_per_reduced_step_p50_seconds: savings.gapS.p50,
    idle_gap_per_reduced_step_p90_seconds: savings.gapS.p90,
    pricing_as_of: PRICES_AS_OF,
  }));
  return {
    name: "human_idle_cache_counterfactual_summary",
    title: "Observed, and with the cache kept",
    caption: `One row per scope. Tokens over all steps, dollars over steps with a price (list of ${PRICES_AS_OF}); columns in pct are shares of one. An upper bound: keeping the cache is free here.`,
    columns: Object.keys(rows[0] ?? {}),
    rows,
  };
}

export function unpricedTable(models: readonly UnpricedModel[]): Table {
  return {
    name: "unpriced_models",
    title: "Models without a price",
    caption: "One row per provider and model that the price list lacks; their steps count in tokens, not in dollars.",
    columns: ["provider", "model", "rounds", "input_tokens", "output_tokens"],
    rows: models.map(({ provider, model, steps, inputTokens, outputTokens }) => ({
      provider,
      model,
      rounds: steps,
      input_tokens: inputTokens,
      output_tokens: outputTokens,
    })),
  };
}

export function summaryText(scopes: readonly Savings[]): TextDocument {
  const cell = (scope: string, of: (savings: Savings) => string) => of(scopes.find((savings) => savings.scope === scope) as Savings);
  const header = ["Metric", ...READERS_SCOPES.map(({ title }) => title)];
  const rows = METRICS.map(([metric, of]) => [metric, ...READERS_SCOPES.map(({ scope }) => cell(scope, of))]);
  return { name: "human_idle_cache_counterfactual.md", text: groupedTables([{ table: { header, rows } }]) };
}

export function headlines({ append, totalCost }: Savings): Headline[] {
  return [
    { label: "Append reduction", value: countCompact(reduction(append)) },
    { label: "Cost reduction", value: shortMoney(reduction(totalCost)) },
    { label: "Final cost saved", value: shareText(totalCost) },
  ];
}
