import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { spindleFigure } from "./charts.ts";
import { axisLength, densityOf } from "./density.ts";
import { readSpindles, type Spindle, statisticsOf } from "./measure.ts";
import { densityTable, summaryTable, talliesText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Token spindles",
  question: "How are the reused prefix, the really new input and the output of a step distributed, seen over one token axis?",
  async run({ db }) {
    const { spindles, tallies } = await readSpindles(db);
    const length = axisLength(spindles.flatMap(({ ascending }) => ascending.at(-1) ?? []));
    const outlines = spindles.map(({ metric, ascending }) => ({ metric, points: densityOf(ascending, length) }));
    return {
      tables: [summaryTable(spindles), densityTable(outlines)],
      texts: [talliesText(tallies)],
      figures: spindles.some(({ ascending }) => ascending.length > 0) ? [spindleFigure(spindles, outlines, length)] : [],
      headlines: headlines(spindles),
      notes: notes(spindles),
    };
  },
});

const HEADLINE_LABELS = {
  prefix_tokens: "median prefix",
  adjusted_append_tokens: "median adjusted append",
  output_tokens: "median output",
};

function headlines(spindles: readonly Spindle[]): Headline[] {
  return spindles.flatMap((spindle) => {
    const { median } = statisticsOf(spindle);
    return median === null ? [] : [{ label: HEADLINE_LABELS[spindle.metric], value: `${grouped(median)} tokens` }];
  });
}

function notes(spindles: readonly Spindle[]): string[] {
  const [prefix, , output] = spindles;
  if (output?.ascending.length === 0)
    return ["There is nothing to show: no step of this pool has a provider, a session and a round index."];
  return prefix?.ascending.length === 0
    ? ["No two steps of a session are consecutive, so there are no values of prefix and adjusted append."]
    : [];
}
