import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { residualFigure, sharesFigure } from "./charts.ts";
import { type Decomposition, decompose, REQUESTS } from "./decompose.ts";
import { analysisText, residualsTable, summarizeResiduals, totalsTable } from "./tables.ts";

/** Seconds: times are recorded in microseconds, so a smaller residual is rounding of the subtraction. */
const ROUNDING_S = 1e-6;

export default defineExperiment(import.meta.url, {
  title: "Breakdown of the response time",
  question: "How much of a request's response time is generation, how much is tools, and how much is left over?",
  empty: "No user message in this pool got an output that came after it.",
  async run({ db }) {
    const decompositions = decompose(await db.rows(REQUESTS));
    const [all] = decompositions;
    const summaries = summarizeResiduals(decompositions);
    const results = {
      tables: [totalsTable(decompositions), residualsTable(summaries)],
      texts: [analysisText(decompositions, summaries)],
      notes: notes(all),
    };
    if (all.kept === 0) return results;
    return { ...results, figures: [sharesFigure(decompositions), residualFigure(decompositions)], headlines: headlines(all) };
  },
});

function headlines({ kept, response_s, generation_s, tool_s, residual_s }: Decomposition): Headline[] {
  return [
    { label: "requests", value: grouped(kept) },
    { label: "generation", value: percent(generation_s / response_s, 1) },
    { label: "tools", value: percent(tool_s.effective / response_s, 1) },
    { label: "left over", value: percent(residual_s.effective / response_s, 1) },
  ];
}

function notes({ droppedNonpositive, residuals_s }: Decomposition): string[] {
  const tiny = residuals_s.effective.filter((value) => value < 0 && value > -ROUNDING_S).length;
  return [
    ...(droppedNonpositive > 0 ? [`Requests left out because they took no time: ${grouped(droppedNonpositive)}.`] : []),
    ...(tiny > 0 ? [`Negative effective residuals below a microsecond, which are rounding errors of zero: ${grouped(tiny)}.`] : []),
  ];
}
