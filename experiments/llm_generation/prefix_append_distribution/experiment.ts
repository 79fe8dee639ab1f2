import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import {
  GROUP_FLAGS,
  type GroupBy,
  groupTitle,
  inFigureOrder,
  largestGroups,
  leftOutGroups,
  PAIR_SAMPLE_SIZE,
} from "../../../lib/trace/groups.ts";
import { lengthFigure, scatterFigure, shareFigure } from "./charts.ts";
import { type GroupMetric, METRICS, measureLengths, medianIntervals, readAppendBins, readBars, sampleOf } from "./measure.ts";
import { binsTable, providerBinsTable, summaryTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix and append of a step",
  question: "How long is the input of an agent step, and how does it divide into the cached prefix and the newly billed append?",
  empty: "No agent step in this pool has input tokens.",
  flags: { ...GROUP_FLAGS, pairSampleSize: PAIR_SAMPLE_SIZE },
  async run({ db, options: { groupBy, maxGroups, pairSampleSize } }) {
    const metrics = await measureLengths(db, groupBy);
    const bins = await readAppendBins(db);
    const sample = await sampleOf(db, groupBy, pairSampleSize);
    const labels = largestGroups(new Map(metrics.map(({ group, rows }) => [group, rows])), maxGroups);
    const drawn = labels.flatMap((label) => metrics.filter(({ group }) => group === label));
    const filled = METRICS.map((metric) => drawn.filter((each) => each.metric === metric && each.summary.n > 0));
    const bars = await Promise.all(
      METRICS.flatMap((metric, i) => {
        const own = filled[i] ?? [];
        return own.length > 0 ? [readBars(db, metric, inFigureOrder(own, groupBy), groupBy)] : [];
      }),
    );
    const intervals = await medianIntervals(db, groupBy);
    const figures = [lengthFigure(bars, labels, groupBy, intervals), scatterFigure(sample, bins, labels, groupBy), shareFigure(bins)];
    return {
      tables: [summaryTable(metrics), binsTable(bins), providerBinsTable(bins)],
      ...(metrics.some(({ summary }) => summary.n > 0) ? { figures: figures.filter((figure) => figure !== null) } : {}),
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
    value: grouped(summary.p50),
  }));
}

function notes(metrics: readonly GroupMetric[], labels: readonly string[]): string[] {
  const named = Math.max(1, metrics.length / 2 - 1);
  const left = metrics.slice(0, 2).filter(({ missing, invalid }) => missing + invalid > 0);
  return [
    ...(labels.length > 0 ? leftOutGroups(labels.length, named) : []),
    ...left.map(
      ({ metric, missing, invalid, rows }) =>
        `Of ${grouped(rows)} steps, ${grouped(missing)} have no ${metric} and ${grouped(invalid)} a negative number; they are left out.`,
    ),
  ];
}
