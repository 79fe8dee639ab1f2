import { defineExperiment } from "../../../lib/experiment.ts";
import { prefillFigure } from "./charts.ts";
import { freshIntervals, PREFILL, prefillByGroup } from "./prefill.ts";
import { headlines, summaryTable, summaryText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Redundant prefill",
  question: "Of the tokens that a step prefills because they were not cached, how many had the model never seen before?",
  empty: "No step in this pool follows another in its session and appends tokens.",
  unfinishedOutput: "left out",
  async run({ db }) {
    const groups = prefillByGroup(await db.rows(PREFILL));
    const results = { tables: [summaryTable(groups)], texts: [summaryText(groups)], headlines: headlines(groups) };
    if (groups.every(({ appendTokens }) => appendTokens === 0)) return results;
    return { ...results, figures: [prefillFigure(groups, await freshIntervals(db))] };
  },
});
