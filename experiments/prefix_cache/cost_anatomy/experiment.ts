import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted, finalCounts } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { type PricedSteps, priceCoverage } from "../../../lib/format/price-coverage.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { type PriceFacts, priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { type Anatomy, FLAGS, readAnatomy } from "./anatomy.ts";
import { billOf, INPUT, sumsOfParts, totalOf, usd } from "./bill.ts";
import { anatomyFigure, overTimeFigure } from "./charts.ts";
import { inferenceTest } from "./lifetimes.ts";
import { policiesOf } from "./policies.ts";
import { policiesFigure, waterfallFigure } from "./savings-chart.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Anatomy of the bill",
  question: "What is the bill made of, how sure is each part, and what would other cache lifetimes have cost?",
  empty: "No step in this pool has a price and costs anything.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  async run({ db, options }) {
    const anatomy = await readAnatomy(db, options);
    const prices = await readPriceFacts(db);
    const coverage = coverageOf(anatomy, prices);
    const figures = [
      anatomyFigure(anatomy, options.by, coverage),
      waterfallFigure(anatomy, coverage),
      policiesFigure(anatomy, coverage),
      overTimeFigure(anatomy, coverage),
    ].filter((figure) => figure !== null);
    return {
      tables: tablesOf(anatomy),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(anatomy),
      notes: [...priceNotes(prices), ...notes(anatomy)],
    };
  },
});

function coverageOf({ all }: Anatomy, { asOf }: PriceFacts): string {
  const groups = all.judged.map(
    ({ part }): PricedSteps => ({
      basis: part.basis,
      steps: part.steps,
      tokens: part.context_tokens + part.visible_tokens + part.reasoning_tokens,
      usd: usd(totalOf(billOf([{ part, lifetime: "unknown" }])).logged),
    }),
  );
  const sums = sumsOfParts(all.judged.map(({ part }) => part));
  const coverage = priceCoverage(groups);
  const final = finalCounts(sums.steps - sums.streamed_steps, sums.steps);
  return [
    `List prices of ${asOf}, which subscriptions don't pay${coverage === null ? "" : `: ${coverage}`}.`,
    ...(final === null ? [] : [`Output: ${final}.`]),
  ].join(" ");
}

function headlines({ all }: Anatomy): Headline[] {
  const { low, high, point } = totalOf(all.bill);
  if (high === 0) return [];
  const { nano } = policiesOf(all.judged);
  return [
    { label: "Bill at list prices", value: low === high ? money(usd(low)) : `${money(usd(low))} to ${money(usd(high))}` },
    { label: "Cache reads, share of the bill", value: percent(ratio(all.bill.read.point, point)) },
    { label: "Input saved by caching", value: percent(ratio(nano.no_cache - totalOf(all.bill, INPUT).point, nano.no_cache)) },
  ];
}

function notes({ lifetimes }: Anatomy): string[] {
  const { logged, decided, right } = inferenceTest(lifetimes);
  if (logged === 0) return [];
  return [
    `Lifetimes of cache writes are logged for ${counted(logged, "session")}. Pauses alone would decide ${grouped(decided)} of them` +
      `${decided === 0 ? "" : `, ${grouped(right)} of these correctly`}.`,
  ];
}
