/** Figure: what the models cost. */
import { dollarAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { UsedRate } from "./rates.ts";

const MOST_MODELS = 20;

/** Null when nothing has a cost. */
export function pricesFigure(rates: readonly UsedRate[]): Figure | null {
  const total = sumOf(rates, ({ usd }) => usd);
  if (total === 0) return null;
  const models = [...groupBy(rates, ({ provider, model }) => `${provider}\0${model}`).values()].map((rows) => ({
    ...at(rows, 0),
    usd: sumOf(rows, ({ usd }) => usd),
  }));
  const shown = models
    .filter(({ usd }) => usd > 0)
    .sort((a, b) => b.usd - a.usd)
    .slice(0, MOST_MODELS);
  const first = at(shown, 0);
  const share = (usd: number) => percent(shareOf(usd, total));
  const finding = `${first.model} takes ${share(first.usd)} of the cost`;
  const priced = rates.filter(({ basis }) => basis !== null);
  const bars = shown.map(({ provider, model, usd }) => ({
    name: model,
    value: usd,
    label: `${money(usd)}, ${share(usd)}`,
    color: providerColor(provider),
  }));
  return {
    name: "cost_by_model",
    title: finding,
    subtitle: "Cost of all steps of a model at the rates of the table.",
    coverage: { shown: sumOf(priced, ({ steps }) => steps), of: sumOf(rates, ({ steps }) => steps), what: "steps", rest: "have no price" },
    spec: figure(rankedBars({ bars, x: dollarAxis(first.usd, { title: "Cost (USD)" }) })),
    caption: `What each model costs, ${money(total)} in all: ${shown.length < models.length ? `the ${grouped(shown.length)} most expensive of ${grouped(models.length)}` : "all models with a price"}. Colors are providers.`,
    reading:
      "Each bar is a model: what its steps cost at the rates in the table below. Models without a price have no bar; the table lists them last.",
    alt: `Horizontal bars of cost by model, the most expensive first. ${finding}.`,
  };
}
