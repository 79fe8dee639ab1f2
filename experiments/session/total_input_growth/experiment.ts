import { defineExperiment, flag, type Headline, integer } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { bucketRanges } from "./buckets.ts";
import { reductionsFigure, sizesFigure } from "./charts.ts";
import { type GrowthSummary, MERGED, readChanges, summarizeGrowth, summaryOf } from "./measure.ts";
import { drilldownTables, growthText, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Growth of the total input",
  question: "From one step to the next, how much does the total input grow, and what is it when it shrinks?",
  flags: {
    drilldowns: flag({ default: true, says: "Write the tables of single steps (--no-drilldowns leaves them out)" }),
    limitEvents: integer({ min: 0, says: "Most rows of each table of single steps" }),
    microReductionMaxTokens: integer({ min: 1, default: 1024, says: "A fall by at most so many tokens is a micro reduction" }),
    majorReductionMinTokens: integer({ min: 2, default: 64_000, says: "A fall by at least so many tokens is a major reduction" }),
  },
  async run({ db, options }) {
    const thresholds = { microMax: options.microReductionMaxTokens, majorMin: options.majorReductionMinTokens };
    const ranges = bucketRanges(thresholds);
    const changes = await readChanges(db);
    const summaries = summarizeGrowth(changes, ranges);
    const all = summaryOf(summaries, MERGED, "all") as GrowthSummary;
    return {
      tables: [summaryTable(summaries), ...(options.drilldowns ? drilldownTables(ranges, options.limitEvents ?? null) : [])],
      texts: [growthText(summaries)],
      figures: [reductionsFigure(summaries, thresholds), sizesFigure(changes, summaries, thresholds)].filter((figure) => figure !== null),
      headlines: all.n > 0 ? headlines(all) : [],
      notes:
        all.n > 0 ? [] : ["There is nothing to show: no session of this pool has a second step that follows a message or a tool result."],
    };
  },
});

function headlines({ n, counts, negative, meanGrowth }: GrowthSummary): Headline[] {
  return [
    { label: "steps that grow", value: percent(counts.positive / n, 1) },
    { label: "steps that shrink", value: percent(negative / n, 1) },
    { label: "major reductions", value: grouped(counts.major_reduction) },
    ...(meanGrowth === null ? [] : [{ label: "mean growth (tokens)", value: grouped(meanGrowth) }]),
  ];
}
