import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { spindleFigure } from "./charts.ts";
import { axisLength, densityOf } from "./density.ts";
import { readSpindles, type Spindle, statisticsOf, type Tallies } from "./measure.ts";
import { densityTable, summaryTable, talliesText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Token spindles",
  question: "How are the reused prefix, the truly new input and the output of a step distributed, on one token axis?",
  empty: "No agent step in this pool has a provider, a session and a round index.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const { spindles, tallies } = await readSpindles(db);
    const length = axisLength(spindles.flatMap(({ ascending }) => ascending.at(-1) ?? []));
    const outlines = spindles.map(({ metric, ascending }) => ({ metric, points: densityOf(ascending, length) }));
    const results = {
      tables: [summaryTable(spindles), densityTable(outlines)],
      texts: [talliesText(tallies)],
      headlines: headlines(spindles),
    };
    if (spindles.every(({ ascending }) => ascending.length === 0)) return results;
    return { ...results, figures: [spindleFigure(spindles, outlines, length)], notes: notes(tallies) };
  },
});

const HEADLINE_LABELS = {
  prefix_tokens: "median prefix",
  adjusted_append_tokens: "median adjusted append",
  output_tokens: "median output",
};

function headlines(spindles: readonly Spindle[]): Headline[] {
  return spindles.flatMap((spindle) => {
    const { p50 } = statisticsOf(spindle);
    return p50 === null ? [] : [{ label: HEADLINE_LABELS[spindle.metric], value: `${grouped(p50)} tokens` }];
  });
}

function notes({ subtractedPairs, keptPairs, unknownPairs }: Tallies): string[] {
  return subtractedPairs + keptPairs + unknownPairs > 0
    ? []
    : ["No two steps of a session are consecutive, so prefix and adjusted append have no values."];
}
