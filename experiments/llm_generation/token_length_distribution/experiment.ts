import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { lengthsFigure } from "./charts.ts";
import {
  isUnknown,
  type LengthSummary,
  lengthOf,
  METRICS,
  type Metric,
  measureLengths,
  medianIntervals,
  type Provider,
} from "./measure.ts";
import { lengthsTable, lengthsText, METRIC_TITLES, medianPair } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix, append and output of a step",
  question: "How long are the cached prefix, the new input and the output of an agent step, for Claude and for Codex?",
  empty: "No step of Claude or Codex in this pool has token counts.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const summaries = await measureLengths(db);
    const results = { tables: [lengthsTable(summaries)], texts: [lengthsText(summaries)], headlines: headlines(summaries) };
    return summaries.some(({ n }) => n > 0) ? { ...results, figures: [lengthsFigure(summaries, await medianIntervals(db))] } : results;
  },
});

/** Claude / Codex. */
function headlines(summaries: readonly LengthSummary[]): Headline[] {
  const median = (metric: Metric, provider: Provider) => {
    const summary = lengthOf(summaries, metric, provider);
    return isUnknown(summaries, summary) ? null : summary.p50;
  };
  return METRICS.map((metric) => ({
    label: `Median ${METRIC_TITLES[metric].toLowerCase()}, Claude / Codex`,
    published: { label: `Median ${METRIC_TITLES[metric].toLowerCase()}` },
    value: medianPair(median(metric, "claude"), median(metric, "codex")),
  }));
}
