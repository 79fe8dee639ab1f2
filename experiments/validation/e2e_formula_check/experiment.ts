import { providerOrder } from "../../../lib/chart/theme.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { formulaFigure } from "./charts.ts";
import { checksOf, type Formula, formulasOf, type Sums } from "./formula.ts";
import { checkText, durationText, formulasTable, sumsTable } from "./tables.ts";

type SumsRow = Omit<Sums, "provider"> & { readonly provider: string | null };

export default defineExperiment(import.meta.url, {
  title: "Do averages explain the response time?",
  question: "Do mean generation and tool times, multiplied back, give the mean response time of a request?",
  async run({ db }) {
    const sums = ordered(await db.rows<SumsRow>("query.sql"));
    const formulas = formulasOf(sums);
    const checks = checksOf(sums);
    const shown = (sums[0]?.turns ?? 0) > 0;
    return {
      tables: [checksTable(checks), formulasTable(formulas), sumsTable(sums)],
      documents: [checksDocument(checks)],
      texts: [checkText(sums, formulas, checks)],
      figures: shown ? [formulaFigure(sums)] : [],
      headlines: [...headlines(formulas), ...checkHeadlines(checks)],
      notes: shown ? [] : ["There is nothing to show: no message of this pool got an output that came after it."],
    };
  },
});

/** All requests first, then the providers. */
function ordered(rows: readonly SumsRow[]): Sums[] {
  const all = rows.filter(({ provider }) => provider === null).map((row) => ({ ...row, provider: "all" }));
  const named = rows.filter((row): row is Sums => row.provider !== null);
  return [
    ...all,
    ...providerOrder(named.map(({ provider }) => provider)).map((name) => named.find((row) => row.provider === name) as Sums),
  ];
}

function headlines(formulas: readonly Formula[]): Headline[] {
  return formulas.flatMap(({ provider, latency, row_error_s }) =>
    provider === "all" && row_error_s !== null ? [{ label: `error with ${latency} latencies`, value: durationText(row_error_s) }] : [],
  );
}
