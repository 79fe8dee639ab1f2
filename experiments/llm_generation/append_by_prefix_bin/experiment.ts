import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { appendFigure } from "./charts.ts";
import { busiest, fullestOf } from "./headlines.ts";
import { type AppendsOfBin, measureAppends } from "./measure.ts";
import { binsTable, binsText, tokensText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append by size of the cached prefix",
  question: "Given how much of a prompt is cached already, how much new input does the step append?",
  async run({ db }) {
    const bins = await measureAppends(db);
    const figure = appendFigure(bins);
    return {
      tables: [binsTable(bins)],
      texts: [binsText(bins)],
      figures: figure ? [figure] : [],
      headlines: headlines(bins),
      notes: figure ? [] : ["There is nothing to show: the pool has no steps of Claude or Codex."],
    };
  },
});

/** The second label is the published one; it stands for the bin from 64k to 128k alone. */
function headlines(bins: readonly AppendsOfBin[]): Headline[] {
  const median = (label: string) => tokensText(fullestOf(bins, label).appends.p50 ?? 0);
  const { bin, appends } = busiest(bins);
  return [
    { label: "Median append, <1k prefix", value: median("<1k") },
    { label: "Median append, >64k prefix", value: median("64-128k") },
    { label: "Busiest prefix bin", value: `${bin.label} (${grouped(appends.n)} steps)` },
  ];
}
