import { defineExperiment, type Headline, integer } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { GROUP_FLAGS, type GroupBy, groupTitle, largestGroups } from "../../../lib/trace/groups.ts";
import { lengthFigures, scatterFigure, shareFigure } from "./charts.ts";
import { type AppendBin, type GroupMetric, measureLengths, type Sample } from "./measure.ts";
import { binsTable, providerBinsTable, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix and append of a step",
  question: "How long is the input of an agent step, and how does it divide into cached prefix and newly billed append?",
  flags: {
    ...GROUP_FLAGS,
    pairSampleSize: integer({ min: 1, default: 80_000, says: "Most points in the scatter plot" }),
  },
  async run({ db, options: { groupBy, maxGroups, pairSampleSize } }) {
    const metrics = await measureLengths(db, groupBy);
    const bins = await db.rows<AppendBin>("bins.sql");
    const sample = await db.columns<Sample & Record<string, ArrayLike<unknown>>>("sample.sql", {
      group_by: groupBy,
      sample_size: pairSampleSize,
    });
    const labels = largestGroups(new Map(metrics.map(({ group, rows }) => [group, rows])), maxGroups);
    const drawn = labels.flatMap((label) => metrics.filter(({ group }) => group === label));
    const figures = [...lengthFigures(drawn, groupBy), scatterFigure(sample, labels, groupBy), shareFigure(bins)];
    return {
      tables: [summaryTable(metrics), binsTable(bins), providerBinsTable(bins)],
      figures: figures.filter((figure) => figure !== null),
      headlines: headlines(drawn, groupBy),
      notes: notes(metrics, labels),
    };
  },
});

const MOST_HEADLINE_GROUPS = 2;

function headlines(drawn: readonly GroupMetric[], groupBy: GroupBy): Headline[] {
  const filled = drawn.filter(({ summary }) => summary.n > 0);
  return filled.slice(0, 2 * MOST_HEADLINE_GROUPS).map(({ group, metric, summary }) => ({
    label: `Median ${metric === "prefix_tokens" ? "prefix" : "append"}, ${groupTitle(group, groupBy)}`,
    value: grouped(summary.p50 ?? 0),
  }));
}

function notes(metrics: readonly GroupMetric[], labels: readonly string[]): string[] {
  const named = Math.max(1, metrics.length / 2 - 1);
  const left = metrics.slice(0, 2).filter(({ missing, invalid }) => missing + invalid > 0);
  return [
    ...(metrics.every(({ summary }) => summary.n === 0) ? ["There is nothing to show: no step of this pool recorded its input."] : []),
    ...(labels.length > 0 && labels.length < named
      ? [`The figures show the ${labels.length} largest of ${named} groups; the summary has all.`]
      : []),
    ...left.map(
      ({ metric, missing, invalid, rows }) =>
        `Of ${grouped(rows)} steps, ${grouped(missing)} did not record ${metric} and ${grouped(invalid)} have a negative number; they are left out.`,
    ),
  ];
}
