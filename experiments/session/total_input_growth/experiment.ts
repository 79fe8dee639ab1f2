import { defineExperiment, flag, type Headline, integer } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { reductionsFigure, sizesFigure } from "./charts.ts";
import { bucketRanges, fallIntervals, type GrowthSummary, MERGED, summarizeGrowth, summaryOf } from "./measure.ts";
import { drilldownTables, growthText, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Growth of the total input",
  question: "From one step to the next, how much does the total input grow, and what is it when it shrinks?",
  empty: "No step in this pool has a larger or smaller total input than the step before.",
  flags: {
    drilldowns: flag({ default: true, says: "Write the tables of single steps (--no-drilldowns leaves them out)" }),
    limitEvents: integer({ min: 0, says: "Maximum number of rows in each table of single steps" }),
    microReductionMaxTokens: integer({ min: 1, default: 1024, says: "Maximum size of a micro reduction, in tokens" }),
    majorReductionMinTokens: integer({ min: 2, default: 64_000, says: "Minimum size of a major reduction, in tokens" }),
  },
  async run({ db, options }) {
    const thresholds = { microMax: options.microReductionMaxTokens, majorMin: options.majorReductionMinTokens };
    const ranges = bucketRanges(thresholds);
    const summaries = await summarizeGrowth(db, ranges);
    const figures = [reductionsFigure(summaries, await fallIntervals(db), thresholds), sizesFigure(summaries, thresholds)].filter(
      (figure) => figure !== null,
    );
    return {
      tables: [summaryTable(summaries), ...(options.drilldowns ? drilldownTables(ranges, options.limitEvents ?? null) : [])],
      texts: [growthText(summaries)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(known(summaryOf(summaries, MERGED, "all"))),
    };
  },
});

function headlines({ n, counts, negative, meanGrowth }: GrowthSummary): Headline[] {
  if (n === 0) return [];
  return [
    { label: "Steps that grow", value: percent(counts.positive / n, 1) },
    { label: "Steps that shrink", value: percent(negative / n, 1) },
    { label: "Major reductions", value: grouped(counts.major_reduction) },
    ...(meanGrowth === null ? [] : [{ label: "Mean growth per step", value: `${grouped(meanGrowth)} tokens` }]),
  ];
}
