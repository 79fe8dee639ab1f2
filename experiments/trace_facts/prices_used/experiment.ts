import { defineExperiment, type Headline, table } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { pricesFigure } from "./charts.ts";
import { RATES, type UsedRate } from "./rates.ts";

const PER_MILLION = "USD per million tokens";

export default defineExperiment(import.meta.url, {
  title: "Prices used",
  question: "Which rates is each model of the pool billed at, where do they come from, and what has no price?",
  empty: "No step in this pool has a price.",
  async run({ db }) {
    const rates = await db.rows(RATES);
    const figure = pricesFigure(rates);
    return {
      tables: [ratesTable(rates)],
      ...(figure && { figures: [figure] }),
      headlines: headlines(rates),
      notes: notes(rates),
    };
  },
});

function ratesTable(rates: readonly UsedRate[]) {
  return table(
    "rates",
    rates,
    {
      provider: { says: "Provider; `<unknown-provider>` when missing" },
      model: { says: "Model as logged; `<unknown-model>` when missing" },
      service: { says: "Speed and service tier as logged" },
      list_model: { says: "Name of the model in the price list" },
      from: { of: (rate) => rate.from_day, says: "First day of the rate in UTC; empty: always" },
      to: { of: (rate) => rate.to_day, says: "First day without the rate in UTC; empty: it still holds" },
      min_input_tokens: { says: "Least input of a step at this rate; empty: none", unit: "tokens" },
      max_input_tokens: { says: "Most input of a step at this rate; empty: no limit", unit: "tokens" },
      input_usd: { says: "Input that the cache neither gave nor took", unit: PER_MILLION },
      cache_read_usd: { says: "Input from the cache", unit: PER_MILLION },
      cache_write_5m_usd: { says: "Input written to the cache for 5 minutes", unit: PER_MILLION },
      cache_write_1h_usd: { says: "Input written to the cache for an hour", unit: PER_MILLION },
      output_usd: { says: "Output, reasoning included", unit: PER_MILLION },
      basis: {
        says: "`listed`, `family` (a guess by a part of the model's name) or `override` (a rate of your own); empty: these steps have no price",
      },
      source: { says: "Where the rates come from" },
      steps: { says: "Steps that are billed at these rates", unit: "steps" },
      input_tokens: { says: "Their input, cached or not", unit: "tokens" },
      output_tokens: { says: "Their output, reasoning included", unit: "tokens" },
      usd: { says: "What they cost", unit: "USD" },
    },
    {
      title: "Rates",
      caption:
        "One row per model, service and rate that some step is billed at, the most expensive first; steps without a price come last.",
    },
  );
}

function headlines(rates: readonly UsedRate[]): Headline[] {
  const stepsOf = (chosen: readonly UsedRate[]) => sumOf(chosen, ({ steps }) => steps);
  const priced = rates.filter(({ basis }) => basis !== null);
  return [
    { label: "Total cost", value: money(sumOf(rates, ({ usd }) => usd)) },
    { label: "Steps with a price", value: percent(ratio(stepsOf(priced), stepsOf(rates)), 1) },
  ];
}

function notes(rates: readonly UsedRate[]): string[] {
  const unpriced = rates.filter(({ basis }) => basis === null);
  if (unpriced.length === 0) return [];
  const models = unpriced.map(
    ({ model, steps, input_tokens, output_tokens }) =>
      `${model} (${counted(steps, "step")}, ${counted(input_tokens + output_tokens, "token")})`,
  );
  return [`No price is known for ${models.join(", ")}. These steps are not in any cost.`];
}
