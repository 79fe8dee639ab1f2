/** The summary as CSV and Markdown tables, and the models without a price. */
import { type Column, type Headline, type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { countCompact } from "../../../lib/format/counts.ts";
import { groupedTables } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { PRICES_AS_OF } from "../../../lib/trace/prices/published.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
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

/** Share of the observed sum; null when that is 0. */
function reductionShare(pair: Pair): number | null {
  return ratio(reduction(pair), pair.observed);
}

export function shareText(pair: Pair): string {
  const share = reductionShare(pair);
  return share === null ? "--" : percent(share, 1);
}

/** A sum as observed and with the cache kept. */
function pairColumns(name: string, of: (savings: Savings) => Pair, says: string, unit: string): Record<string, Column<Savings>> {
  return {
    [`observed_${name}`]: { of: (savings) => of(savings).observed, says, unit },
    [`counterfactual_${name}`]: { of: (savings) => of(savings).kept, says: `${says}, with the cache kept`, unit },
  };
}

function spreadColumns(name: string, of: (savings: Savings) => Savings["saved"], says: string, [suffix, unit]: [string, string]) {
  const column = (statistic: string) => `${name}_per_reduced_step_${statistic}_${suffix}`;
  return summaryColumns<Savings, "mean" | "p50" | "p90">(
    { [column("avg")]: "mean", [column("p50")]: "p50", [column("p90")]: "p90" },
    of,
    says,
    unit,
  );
}

function reductionColumn(of: (savings: Savings) => Pair, unit: string): Column<Savings> {
  return { of: (savings) => reduction(of(savings)), says: "Observed minus counterfactual", unit };
}

function shareColumn(of: (savings: Savings) => Pair): Column<Savings> {
  return {
    of: (savings) => reductionShare(of(savings)),
    says: "Reduction as a share of the observed sum; empty when that is 0",
    unit: "share",
  };
}

const append = ({ append: pair }: Savings) => pair;
const returnAppend = ({ returnAppend: pair }: Savings) => pair;
const inputCost = ({ inputCost: pair }: Savings) => pair;
const totalCost = ({ totalCost: pair }: Savings) => pair;

export function summaryTable(scopes: readonly Savings[]): Table {
  return table(
    "human_idle_cache_counterfactual_summary",
    scopes,
    {
      scope: SCOPE_COLUMN,
      rounds: { of: ({ steps }) => steps, says: "Steps", unit: "steps" },
      user_rounds: { of: ({ userSteps }) => userSteps, says: "Steps that begin with a user message", unit: "steps" },
      user_rounds_with_predecessor: {
        of: ({ returns }) => returns,
        says: "Returns: such steps that follow another of their session",
        unit: "steps",
      },
      user_rounds_reduced: { of: ({ reduced }) => reduced, says: "Returns that would append less with the cache kept", unit: "steps" },
      user_rounds_increased: { of: ({ increased }) => increased, says: "Returns that would append more; always 0", unit: "steps" },
      ...pairColumns("append_tokens", append, "Append tokens of all steps", "tokens"),
      append_reduction_tokens: reductionColumn(append, "tokens"),
      append_reduction_pct_of_all_append: shareColumn(append),
      ...pairColumns("user_append_tokens", returnAppend, "Append tokens of returns", "tokens"),
      user_append_reduction_tokens: reductionColumn(returnAppend, "tokens"),
      user_append_reduction_pct: shareColumn(returnAppend),
      ...pairColumns("prefix_tokens", ({ prefix }) => prefix, "Prefix tokens of all steps", "tokens"),
      output_tokens: { of: ({ outputTokens }) => outputTokens, says: "Output tokens of all steps", unit: "tokens" },
      priced_rounds: { of: ({ priced }) => priced, says: "Steps whose model has a price", unit: "steps" },
      unpriced_rounds: { of: ({ unpriced }) => unpriced, says: "Steps whose model has no price", unit: "steps" },
      ...pairColumns("input_cost_usd", inputCost, "Cost of append and cache writes, over priced steps", "USD"),
      input_cost_reduction_usd: reductionColumn(inputCost, "USD"),
      ...pairColumns("total_cost_usd", totalCost, "Cost of all tokens, over priced steps", "USD"),
      total_cost_reduction_usd: reductionColumn(totalCost, "USD"),
      total_cost_reduction_pct: shareColumn(totalCost),
      cost_saved_per_reduced_step_samples: {
        of: ({ saved }) => saved.samples,
        says: "Reduced steps that have a price and save some cost",
        unit: "steps",
      },
      ...spreadColumns("cost_saved", ({ saved }) => saved, "of the cost that such a step saves; empty without any", ["usd", "USD"]),
      idle_gap_per_reduced_step_samples: {
        of: ({ gapS }) => gapS.samples,
        says: "Reduced steps whose gap to the step before is known",
        unit: "steps",
      },
      ...spreadColumns("idle_gap", ({ gapS }) => gapS, "of that gap; empty without any", ["seconds", "s"]),
      pricing_as_of: { of: () => PRICES_AS_OF, says: "Month of the price list" },
    },
    {
      title: "Observed, and with the cache kept",
      caption: `One row per scope. Tokens are over all steps, cost over steps with a price (list of ${PRICES_AS_OF}). The savings are an upper bound: keeping the cache costs nothing here.`,
    },
  );
}

export function unpricedTable(models: readonly UnpricedModel[]): Table {
  return table(
    "unpriced_models",
    models,
    {
      provider: { says: "Provider; empty when missing" },
      model: { says: "Model; empty when missing" },
      rounds: { of: ({ steps }) => steps, says: "Steps", unit: "steps" },
      input_tokens: { of: ({ inputTokens }) => inputTokens, says: "Prefix and append tokens", unit: "tokens" },
      output_tokens: { of: ({ outputTokens }) => outputTokens, says: "Output tokens", unit: "tokens" },
    },
    {
      title: "Models without a price",
      caption: "One row per provider and model that the price list does not have. Their steps count in tokens, not in cost.",
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
  return [
    { label: "Append reduction", value: countCompact(reduction(merged.append)) },
    { label: "Cost reduction", value: shortMoney(reduction(merged.totalCost)) },
    { label: "Final cost saved", value: shareText(merged.totalCost) },
  ];
}
