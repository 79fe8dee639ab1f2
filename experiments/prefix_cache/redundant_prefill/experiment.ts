import { defineExperiment } from "../../../lib/experiment.ts";
import { prefillFigure } from "./charts.ts";
import { type PrefillRow, prefillByGroup } from "./prefill.ts";
import { headlines, summaryTable, summaryText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Redundant prefill",
  question: "Of the tokens that a step prefills because they were not cached, how many had the model never seen before?",
  async run({ db }) {
    const groups = prefillByGroup(await db.rows<PrefillRow>("query.sql"));
    const drawn = groups.some(({ appendTokens }) => appendTokens > 0);
    return {
      tables: [summaryTable(groups)],
      texts: [summaryText(groups)],
      figures: drawn ? [prefillFigure(groups)] : [],
      headlines: headlines(groups),
      notes: drawn ? [] : ["There is nothing to draw: no step that follows another in its session appends tokens."],
    };
  },
});
