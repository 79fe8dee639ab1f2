import { providerLabel } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { formulaFigure } from "./charts.ts";
import { checksOf, type Formula, formulasOf, orderedSums, SUMS } from "./formula.ts";
import { checkText, formulasTable, sumsTable } from "./tables.ts";

const EVERYTHING = "all";

export default defineExperiment(import.meta.url, {
  title: "Do averages explain the response time?",
  question: "Do mean generation and tool times, multiplied back, add up to the mean response time of a request?",
  empty: "No request in this pool has a response time above 0.",
  async run({ db }) {
    const sums = orderedSums(await db.rows(SUMS));
    const formulas = formulasOf(sums);
    const checks = checksOf(sums);
    const results = {
      tables: [checksTable(checks), formulasTable(formulas), sumsTable(sums)],
      documents: [checksDocument(checks)],
      texts: [checkText(sums, formulas, checks)],
      headlines: [...headlines(formulas), ...checkHeadlines(checks)],
    };
    const providers = sums.filter(({ provider, turns }) => provider !== EVERYTHING && turns > 0);
    return providers.length > 0 ? { ...results, figures: [formulaFigure(providers)] } : results;
  },
});

function headlines(formulas: readonly Formula[]): Headline[] {
  return formulas.flatMap(({ provider, latency, row_error_s }) =>
    provider !== EVERYTHING && latency === "effective" && row_error_s !== null
      ? [{ label: `Error of the formula per request, ${providerLabel(provider, 24)}`, value: durationCompact(row_error_s) }]
      : [],
  );
}
