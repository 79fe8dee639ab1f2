/** What an experiment that shows money says of its prices. */
import { type QueryContext, query, type RowOf } from "../../experiment.ts";
import { shortLabel } from "../../format/labels.ts";
import { grouped } from "../../format/numbers.ts";
import { type PricedSteps, priceCoverage } from "../../format/price-coverage.ts";
import { groupBy } from "../../stats/group-by.ts";
import { sumOf } from "../../stats/sum.ts";

const MOST_MODELS_NAMED = 5;

const PRICES = query("prices.sql", {
  provider: "text?",
  model: "text?",
  basis: ["listed", "family", "override", null],
  as_of: "text?",
  steps: "number",
  input_tokens: "number",
  output_tokens: "number",
  cost_nano: "number",
});
/** Steps of a model whose price is from one place. */
export type PricedModel = RowOf<typeof PRICES> & PricedSteps;

export interface PriceFacts {
  /** Most steps first. */
  readonly models: readonly PricedModel[];
  /** For `list prices of …`: a month, or `each step's day`. */
  readonly asOf: string;
  /** `List prices of 2026-06: ` and the {@link priceCoverage} of the pool, for a subtitle or caption. */
  readonly sentence: string;
}

/** Reads the query `prices.sql` of the experiment's folder, which has the rows of the relation `price_coverage`. */
export async function readPriceFacts(db: QueryContext): Promise<PriceFacts> {
  const rows = await db.rows(PRICES);
  const models = rows.map((row) => ({ ...row, tokens: row.input_tokens + row.output_tokens, usd: row.cost_nano / 1e9 }));
  const asOf = models.find(({ as_of }) => as_of !== null)?.as_of ?? "each step's day";
  const coverage = priceCoverage(models);
  return { models, asOf, sentence: `List prices of ${asOf}${coverage === null ? "" : `: ${coverage}`}.` };
}

/** Notes for the page: which prices these are, and the models without one or with a guess. */
export function priceNotes({ models, sentence }: PriceFacts): string[] {
  if (models.length === 0) return [];
  const unpriced = namesOf(models, null);
  const guessed = namesOf(models, "family");
  return [
    sentence,
    ...(unpriced === "" ? [] : [`Without a price and left out of all costs (steps): ${unpriced}.`]),
    ...(guessed === "" ? [] : [`Priced by a guess from the model's family (steps): ${guessed}.`]),
  ];
}

/** `gpt-mystery (1,204), no model (12) and 3 more models`; empty without steps on that basis. */
function namesOf(models: readonly PricedModel[], basis: PricedModel["basis"]): string {
  const byName = groupBy(
    models.filter((model) => model.basis === basis),
    ({ model }) => model || "no model",
  );
  const counts = [...byName].map(([name, rows]) => ({ name, steps: sumOf(rows, ({ steps }) => steps) }));
  const named = counts
    .toSorted((a, b) => b.steps - a.steps)
    .slice(0, MOST_MODELS_NAMED)
    .map(({ name, steps }) => `${shortLabel(name)} (${grouped(steps)})`);
  const others = counts.length - named.length;
  return named.join(", ") + (others > 0 ? ` and ${grouped(others)} more ${others === 1 ? "model" : "models"}` : "");
}
