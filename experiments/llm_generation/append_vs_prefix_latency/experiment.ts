import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { bucketFigure, overlapFigure } from "./charts.ts";
import { type Matched, matchSegments, type Overall } from "./measure.ts";
import { FLAGS } from "./select.ts";
import { bucketsTable, ratioText, reportText, rowsTable, summaryDocument } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append against prefix",
  question: "Of otherwise similar steps, are those slower whose input is mostly new rather than cached?",
  empty: "No bucket of similar steps in this pool has enough steps with mostly new and with mostly cached input.",
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const matched = await matchSegments(db, options);
    const { overall } = matched;
    const results = {
      tables: [bucketsTable(matched), rowsTable(options)],
      documents: [summaryDocument(matched, options)],
      texts: [reportText(matched, options)],
    };
    if (overall === null) return results;
    return {
      ...results,
      figures: [bucketFigure(matched, overall), overlapFigure(matched, overall)],
      headlines: headlines(matched, overall),
      notes: [`Verdict: ${matched.verdict}.`],
    };
  },
});

function headlines({ buckets }: Matched, { appendSlowerProbability, medianRatio, threshold }: Overall): Headline[] {
  return [
    { label: "Append-heavy step is the slower of a pair", value: percent(appendSlowerProbability, 1) },
    { label: "Its median latency against prefix-heavy", value: ratioText(medianRatio) },
    { label: "Separated by latency alone (balanced accuracy)", value: percent(threshold.balancedAccuracy, 1) },
    { label: "Matched buckets", value: grouped(buckets.length) },
  ];
}
