import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { residualFigure, sharesFigure } from "./charts.ts";
import { type Decomposition, decompose, explainedIntervals, observedIntervals } from "./decompose.ts";
import { analysisText, residualsTable, summarizeResiduals, totalsTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Breakdown of the response time",
  question: "How much of a request's response time is generation, how much is tools, and how much is left over?",
  empty: "No user message in this pool got an output that came after it.",
  async run({ db }) {
    const decompositions = await decompose(db);
    const [all] = decompositions;
    const summaries = summarizeResiduals(decompositions);
    const results = {
      tables: [totalsTable(decompositions), residualsTable(summaries)],
      texts: [analysisText(decompositions, summaries)],
      notes: notes(all),
    };
    if (all.kept === 0) return results;
    return {
      ...results,
      figures: [sharesFigure(decompositions, await observedIntervals(db)), residualFigure(decompositions, await explainedIntervals(db))],
      headlines: headlines(all),
    };
  },
});

function headlines({ kept, response_s, generation_s, tool_s, residual_s }: Decomposition): Headline[] {
  return [
    { label: "Requests", value: grouped(kept) },
    { label: "Response time: generation", value: percent(generation_s / response_s, 1) },
    { label: "Response time: tools", value: percent(tool_s.effective / response_s, 1) },
    { label: "Response time: left over", value: percent(residual_s.effective / response_s, 1) },
  ];
}

function notes({ droppedNonpositive, rounding }: Decomposition): string[] {
  return [
    ...(droppedNonpositive > 0 ? [`Requests left out because they took no time: ${grouped(droppedNonpositive)}.`] : []),
    ...(rounding > 0 ? [`Negative effective residuals below a microsecond, which are rounding errors of zero: ${grouped(rounding)}.`] : []),
  ];
}
