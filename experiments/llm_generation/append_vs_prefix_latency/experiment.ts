import { defineExperiment, flag, type Headline, integer, number } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";
import { bucketFigure, overlapFigure } from "./charts.ts";
import { type Matched, matchSegments, type Overall } from "./measure.ts";
import { bucketsTable, ratioText, reportText, rowsTable, summaryDocument } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Append against prefix",
  question: "Of otherwise similar steps, are those slower whose input is mostly new rather than cached?",
  empty: "No bucket of similar steps in this pool has enough steps with mostly new and with mostly cached input.",
  flags: {
    includeSplitSegments: flag({ says: "Compare the parts before and after Codex reasoning as well, not only whole steps" }),
    minTotalTokens: number({ min: 0, default: 4096, says: "Minimum input of a step, in tokens" }),
    appendHeavyShare: number({ min: 0, max: 1, default: 0.25, says: "Minimum share of new input of an append-heavy step" }),
    prefixHeavyMaxAppendShare: number({ min: 0, max: 1, default: 0.1, says: "Maximum share of new input of a prefix-heavy step" }),
    minAppendTokens: number({ min: 0, default: 1024, says: "Minimum new input of an append-heavy step, in tokens" }),
    minPrefixTokens: number({ min: 0, default: 4096, says: "Minimum cached input of a prefix-heavy step, in tokens" }),
    minBucketPerSide: integer({ min: 1, default: 5, says: "Minimum number of steps on either side of a bucket" }),
    totalBinStep: number({ min: 0.001, default: 0.25, says: "Width of the bins of total input, in powers of two" }),
    outputBinStep: number({ min: 0.001, default: 0.5, says: "Width of the bins of output, in powers of two" }),
    trimQuantile: SEGMENT_FLAGS.trimQuantile,
    minDurationMs: number({ min: 0, default: 50, says: "Minimum duration of a segment, in milliseconds" }),
    maxDurationMs: SEGMENT_FLAGS.maxDurationMs,
    plotSampleRows: integer({ min: 1, default: 80_000, says: "Maximum number of points in the figure of single steps" }),
    seed: integer({ min: 0, default: 0, says: "Seed of the sample of points that is drawn" }),
  },
  async run({ db, options }) {
    const matched = await matchSegments(db, options);
    const { overall } = matched;
    const results = {
      tables: [bucketsTable(matched), rowsTable(matched)],
      documents: [summaryDocument(matched, options)],
      texts: [reportText(matched, options)],
    };
    if (overall === null) return results;
    return {
      ...results,
      figures: [bucketFigure(matched, overall), overlapFigure(matched, overall, options)],
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
