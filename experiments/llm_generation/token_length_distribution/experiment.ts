import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { lengthsFigure } from "./charts.ts";
import { medianPair } from "./headlines.ts";
import { type LengthSummary, lengthOf, METRICS, measureLengths } from "./measure.ts";
import { lengthsTable, lengthsText, METRIC_TITLES } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Prefix, append and output of a step",
  question: "How long are the cached prefix, the new input and the output of an agent step, for Claude and for Codex?",
  async run({ db }) {
    const summaries = await measureLengths(db);
    const figure = lengthsFigure(summaries);
    return {
      tables: [lengthsTable(summaries)],
      texts: [lengthsText(summaries)],
      figures: figure ? [figure] : [],
      headlines: headlines(summaries),
      notes: figure ? [] : ["There is nothing to show: no step of Claude or Codex recorded its tokens."],
    };
  },
});

/** Claude / Codex. */
function headlines(summaries: readonly LengthSummary[]): Headline[] {
  return METRICS.map((metric) => ({
    label: `Median ${METRIC_TITLES[metric].toLowerCase()}`,
    value: medianPair(lengthOf(summaries, metric, "claude").p50, lengthOf(summaries, metric, "codex").p50),
  }));
}
