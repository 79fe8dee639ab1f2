import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { spindleFigure } from "./charts.ts";
import { readSpindles, type Spindle, type Tallies } from "./measure.ts";
import { densityTable, summaryTable, talliesText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Token spindles",
  question: "How are the reused prefix, the truly new input and the output of a step distributed, on one token axis?",
  empty: "No agent step in this pool has a provider, a session and a round index.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const { spindles, length, tallies } = await readSpindles(db);
    const results = {
      tables: [summaryTable(spindles), densityTable(spindles)],
      texts: [talliesText(tallies)],
      headlines: headlines(spindles),
    };
    if (spindles.every(({ count }) => count === 0)) return results;
    return { ...results, figures: [spindleFigure(spindles, length)], notes: notes(tallies) };
  },
});

const HEADLINE_LABELS = {
  prefix_tokens: "Median prefix",
  adjusted_append_tokens: "Median adjusted append",
  output_tokens: "Median output",
};

function headlines(spindles: readonly Spindle[]): Headline[] {
  return spindles.flatMap(({ metric, p50 }) => (p50 === null ? [] : [{ label: HEADLINE_LABELS[metric], value: `${grouped(p50)} tokens` }]));
}

function notes({ subtractedPairs, keptPairs, unknownPairs }: Tallies): string[] {
  return subtractedPairs + keptPairs + unknownPairs > 0
    ? []
    : ["No two steps of a session are consecutive, so prefix and adjusted append have no values."];
}
