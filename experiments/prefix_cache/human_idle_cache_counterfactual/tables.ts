/** The summary as CSV and Markdown tables, and the models without a price. */
import { type Column, type Headline, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { known } from "../../../lib/stats/known.ts";
import type { PriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
import { shortMoney, smallMoney } from "./format.ts";
import { type Measure, observed, reduction, reductionShare, type Savings } from "./savings.ts";

const READERS_SCOPES = [
  { title: "Claude", scope: "claude" },
  { title: "Codex", scope: "codex" },
  { title: "Total", scope: "merged" },
] as const;
const METRICS: readonly (readonly [string, (savings: Savings) => string])[] = [
  ["User-initiated steps with predecessor", (row) => grouped(row.user_rounds_with_predecessor)],
  ["Observed append tokens", (row) => countCompact(row.observed_append_tokens)],
  ["Append after retained cache", (row) => countCompact(row.counterfactual_append_tokens)],
  ["Append-token reduction", (row) => `${countCompact(reduction(row, "append_tokens"))} (${shareText(row, "append_tokens")})`],
  ["Observed total cost", (row) => shortMoney(row.observed_total_cost_usd)],
  ["Cost after retained cache", (row) => shortMoney(row.counterfactual_total_cost_usd)],
  ["Total cost reduction", (row) => `${shortMoney(reduction(row, "total_cost_usd"))} (${shareText(row, "total_cost_usd")})`],
  ["Cost saved / reduced step avg", (row) => smallMoney(row.cost_saved_per_reduced_step_avg_usd)],
];

/** `--` of nothing, as in the published table. */
export function shareText(savings: Savings, measure: Measure): string {
  const share = reductionShare(savings, measure);
  return share === null ? "--" : sharePercent(share, 1);
}

/** A sum as observed and with the cache kept. */
function pairColumns(measure: Measure, says: string, unit: string): Record<string, Column<Savings>> {
  return {
    [`observed_${measure}`]: { of: (row) => observed(row, measure), says, unit },
    [`counterfactual_${measure}`]: { of: (row) => row[`counterfactual_${measure}`], says: `${says}, with the cache kept`, unit },
  };
}

function reductionColumn(measure: Measure, unit: string): Column<Savings> {
  return { of: (row) => reduction(row, measure), says: "Observed minus counterfactual", unit };
}

function shareColumn(measure: Measure): Column<Savings> {
  return {
    of: (row) => reductionShare(row, measure),
    says: "Reduction as a share of the observed sum; empty when that is 0",
    unit: "share",
  };
}

export function summaryTable(scopes: readonly Savings[], asOf: string): Table {
  return table(
    "human_idle_cache_counterfactual_summary",
    scopes,
    {
      scope: SCOPE_COLUMN,
      rounds: { says: "Steps", unit: "steps" },
      user_rounds: { says: "Steps that begin with a user message", unit: "steps" },
      user_rounds_with_predecessor: { says: "Returns: such steps that follow another of their session", unit: "steps" },
      user_rounds_reduced: { says: "Returns that would append less with the cache kept", unit: "steps" },
      user_rounds_increased: { says: "Returns that would append more; always 0", unit: "steps" },
      ...pairColumns("append_tokens", "Append tokens of all steps", "tokens"),
      append_reduction_tokens: reductionColumn("append_tokens", "tokens"),
      append_reduction_pct_of_all_append: shareColumn("append_tokens"),
      ...pairColumns("user_append_tokens", "Append tokens of returns", "tokens"),
      user_append_reduction_tokens: reductionColumn("user_append_tokens", "tokens"),
      user_append_reduction_pct: shareColumn("user_append_tokens"),
      ...pairColumns("prefix_tokens", "Prefix tokens of all steps", "tokens"),
      output_tokens: { says: "Output tokens of all steps", unit: "tokens" },
      priced_rounds: { says: "Steps with a price", unit: "steps" },
      unpriced_rounds: { says: "Steps without a price", unit: "steps" },
      ...pairColumns("input_cost_usd", "Cost of append and cache writes, over priced steps", "USD"),
      input_cost_reduction_usd: reductionColumn("input_cost_usd", "USD"),
      ...pairColumns("total_cost_usd", "Cost of all tokens, over priced steps", "USD"),
      total_cost_reduction_usd: reductionColumn("total_cost_usd", "USD"),
      total_cost_reduction_pct: shareColumn("total_cost_usd"),
      cost_saved_per_reduced_step_samples: { says: "Reduced steps that have a price and save some cost", unit: "steps" },
      cost_saved_per_reduced_step_avg_usd: { says: "Mean of the cost that such a step saves; empty without any", unit: "USD" },
      cost_saved_per_reduced_step_p50_usd: { says: "Median of the cost that such a step saves; empty without any", unit: "USD" },
      cost_saved_per_reduced_step_p90_usd: { says: "90th percentile of the cost that such a step saves; empty without any", unit: "USD" },
      idle_gap_per_reduced_step_samples: { says: "Reduced steps whose gap to the step before is known", unit: "steps" },
      idle_gap_per_reduced_step_avg_seconds: { says: "Mean of that gap; empty without any", unit: "s" },
      idle_gap_per_reduced_step_p50_seconds: { says: "Median of that gap; empty without any", unit: "s" },
      idle_gap_per_reduced_step_p90_seconds: { says: "90th percentile of that gap; empty without any", unit: "s" },
      pricing_as_of: { of: () => asOf, says: "Time of the list prices: a month, or each step's day" },
    },
    {
      title: "Observed, and with the cache kept",
      caption:
        "One row per scope. Tokens are over all steps, cost over steps with a price. The savings are an upper bound: keeping the cache costs nothing here.",
    },
  );
}

export function unpricedTable({ models }: PriceFacts): Table {
  return table(
    "unpriced_models",
    models.filter(({ basis }) => basis === null),
    {
      provider: { says: "Provider; empty when missing" },
      model: { says: "Model; empty when missing" },
      rounds: { of: ({ steps }) => steps, says: "Steps without a price", unit: "steps" },
      input_tokens: { says: "Their prefix and append tokens", unit: "tokens" },
      output_tokens: { says: "Their output tokens", unit: "tokens" },
    },
    {
      title: "Models without a price",
      caption: "One row per provider and model with steps that the price list has no price for. These steps count in tokens, not in cost.",
    },
  );
}

export function summaryText(scopes: readonly Savings[]): TextDocument {
  const cell = (scope: string, of: (savings: Savings) => string) => of(known(scopes.find((savings) => savings.scope === scope)));
  const header = ["Metric", ...READERS_SCOPES.map(({ title }) => title)];
  const rows = METRICS.map(([metric, of]) => [metric, ...READERS_SCOPES.map(({ scope }) => cell(scope, of))]);
  return {
    name: "human_idle_cache_counterfactual.md",
    says: "the main numbers, rounded for reading",
    text: groupedTables([{ table: { header, rows } }]),
  };
}

export function headlines(merged: Savings): Headline[] {
  const saved = reduction(merged, "total_cost_usd");
  return [
    {
      label: "Append reduction",
      value: `${countCompact(reduction(merged, "append_tokens"))} tokens`,
      published: { value: countCompact(reduction(merged, "append_tokens")) },
    },
    { label: "Cost reduction", value: money(saved), published: { value: shortMoney(saved) } },
    { label: "Share of the cost saved", value: shareText(merged, "total_cost_usd"), published: { label: "Final cost saved" } },
  ];
}
