import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { appendFigure } from "./charts.ts";
import { type AppendsOfBin, busiest, measureAppends, medianIntervals } from "./measure.ts";
import { binsTable, binsText, tokensText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append by size of the cached prefix",
  question: "Given how much of a prompt is cached already, how much new input does the step append?",
  empty: "No step in this pool is of Claude or Codex.",
  async run({ db }) {
    const bins = await measureAppends(db);
    const results = { tables: [binsTable(bins)], texts: [binsText(bins)], headlines: headlines(bins) };
    return bins.some(({ appends }) => appends.n > 0) ? { ...results, figures: [appendFigure(bins, await medianIntervals(db))] } : results;
  },
});

/** The published label of the second says more than its value covers. */
function headlines(bins: readonly AppendsOfBin[]): Headline[] {
  const median = (label: string) => tokensText(busiest(bins.filter(({ bin }) => bin.label === label)).appends.p50 ?? 0);
  const { bin, appends } = busiest(bins);
  return [
    { label: "Median append, <1k prefix", value: median("<1k") },
    { label: "Median append, 64-128k prefix", value: median("64-128k"), published: { label: "Median append, >64k prefix" } },
    { label: "Busiest prefix bin", value: `${bin.label} (${grouped(appends.n)} steps)` },
  ];
}
