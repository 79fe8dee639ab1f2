import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { finalCounts } from "../../../lib/format/counts.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import type { PeriodScale } from "../../../lib/format/periods.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { type PriceFacts, priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { figuresOf } from "./charts.ts";
import { byPeriod, COSTS, costOf, type DayCost, datedOf, PERIOD_FLAG, scaleOf } from "./costs.ts";
import { labelCostFigure, labelCostTable, readLabelCosts } from "./labels.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Cost over time",
  question: "What did the steps of each day or week cost, by model, project and what was paid for?",
  empty: "No step in this pool has a price, a time and a cost.",
  unfinishedOutput: "counted as logged",
  flags: { period: PERIOD_FLAG },
  async run({ db, options }) {
    const rows = await db.rows(COSTS);
    const prices = await readPriceFacts(db);
    const dated = datedOf(rows);
    const scale = scaleOf(dated, options.period);
    const coverage = coverageOf(rows, prices);
    const labeled = await readLabelCosts(db);
    const figures = [...(scale === null ? [] : figuresOf({ rows: dated, scale, coverage })), labelCostFigure(labeled, coverage)].filter(
      (each) => each !== null,
    );
    return {
      tables: [...tablesOf(rows, scale), ...(labeled.length > 0 ? [labelCostTable(labeled)] : [])],
      documents: [{ name: "cost.json", says: "sums for the gallery's home page", value: wholeCost(rows, prices) }],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(rows, scale),
      notes: [...priceNotes(prices), ...notes(rows)],
    };
  },
});

function coverageOf(rows: readonly DayCost[], { sentence }: PriceFacts): string {
  const { steps, finalSteps } = costOf(rows);
  const final = finalCounts(finalSteps, steps);
  return `${sentence} Subscriptions don't pay them.${final === null ? "" : ` Output: ${final}.`}`;
}

/** Money is null where no step has a price. Days are those with steps that have one. */
function wholeCost(rows: readonly DayCost[], { sentence }: PriceFacts) {
  const { steps, finalSteps, unpricedSteps, usd } = costOf(rows);
  const isPriced = steps > unpricedSteps;
  const days = new Set(datedOf(rows).flatMap(({ day, basis }) => (basis === null ? [] : [day]))).size;
  const dated = costOf(datedOf(rows)).usd.total;
  return {
    prices: sentence,
    output_counts: finalCounts(finalSteps, steps),
    usd: isPriced ? usd.total : null,
    usd_hi: isPriced ? usd.most : null,
    usd_without_cache: isPriced ? usd.withoutCache + usd.output : null,
    days,
    usd_per_day: ratio(dated, days),
  };
}

function headlines(rows: readonly DayCost[], scale: PeriodScale | null): Headline[] {
  const { usd } = costOf(rows);
  if (scale === null || usd.most === 0) return [];
  const costs = byPeriod(datedOf(rows), scale).map((period) => costOf(period.rows).usd.total);
  return [
    {
      label: "Cost at list prices",
      value: money(usd.total) === money(usd.most) ? money(usd.total) : `${money(usd.total)} to ${money(usd.most)}`,
    },
    { label: `Most in a ${scale.unit}`, value: money(Math.max(0, ...costs)) },
  ];
}

function notes(rows: readonly DayCost[]): string[] {
  const undated = costOf(rows.filter(({ day }) => day === null));
  if (undated.steps === 0) return [];
  return [
    `Steps without a time are in the tables but in no period: ${grouped(undated.steps)} of ${grouped(costOf(rows).steps)}, ${money(undated.usd.total)}.`,
  ];
}
