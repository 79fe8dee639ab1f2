import { defineExperiment, flag, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { GROUP_FLAGS, type GroupBy, groupTitle, largestGroups, leftOutGroups } from "../../../lib/trace/groups.ts";
import { outputFigure } from "./charts.ts";
import { measureOutputs, medianIntervals, type OutputGroup, readBins } from "./measure.ts";
import { histogramTable, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Output tokens of a step",
  question: "How many tokens does the model write in one agent step, and how do providers or models differ?",
  empty: "No agent step in this pool has output tokens whose count is final.",
  unfinishedOutput: "left out",
  flags: {
    ...GROUP_FLAGS,
    compact: flag({ says: "Draw a small figure without title, for one column of a page" }),
  },
  async run({ db, options }) {
    const groups = await measureOutputs(db, options.groupBy);
    const drawn = drawnGroups(groups, options.maxGroups);
    const bins = await readBins(db, options.groupBy, drawn);
    const tables = [summaryTable(groups), histogramTable(bins)];
    if (drawn.length === 0) return { tables };
    return {
      tables,
      figures: [outputFigure(drawn, bins, await medianIntervals(db, options.groupBy), options)],
      headlines: headlines(drawn, options.groupBy),
      notes: leftOutGroups(drawn.length, Math.max(1, groups.length - 1)),
    };
  },
});

function drawnGroups(groups: readonly OutputGroup[], most: number): OutputGroup[] {
  const labels = largestGroups(new Map(groups.map(({ group, summary }) => [group, summary.n])), most);
  return labels.flatMap((label) => groups.find(({ group }) => group === label) ?? []);
}

const MOST_HEADLINES = 2;

function headlines(drawn: readonly OutputGroup[], groupBy: GroupBy): Headline[] {
  return drawn.slice(0, MOST_HEADLINES).flatMap(({ group, summary: { p50, p99 } }) => [
    { label: `Median output, ${groupTitle(group, groupBy)}`, value: `${grouped(p50)} tokens` },
    { label: `Output at the 99th percentile, ${groupTitle(group, groupBy)}`, value: `${grouped(p99)} tokens` },
  ]);
}
