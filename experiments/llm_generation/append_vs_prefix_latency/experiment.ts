import { defineExperiment, flag, integer, number } from "../../../lib/experiment.ts";
import { bucketFigure, overlapFigure } from "./charts.ts";
import { matchSegments } from "./measure.ts";
import { bucketsTable, reportText, rowsTable, summaryDocument } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Append against prefix",
  question: "Of steps that are alike otherwise, are those slower whose input is mostly new rather than cached?",
  flags: {
    includeSplitSegments: flag({ says: "Compare the parts before and after Codex reasoning as well, not only whole steps" }),
    minTotalTokens: number({ min: 0, default: 4096, says: "Least input of a step" }),
    appendHeavyShare: number({ min: 0, max: 1, default: 0.25, says: "Least share of new input of an append-heavy step" }),
    prefixHeavyMaxAppendShare: number({ min: 0, max: 1, default: 0.1, says: "Largest share of new input of a prefix-heavy step" }),
    minAppendTokens: number({ min: 0, default: 1024, says: "Least new input of an append-heavy step" }),
    minPrefixTokens: number({ min: 0, default: 4096, says: "Least cached input of a prefix-heavy step" }),
    minBucketPerSide: integer({ min: 1, default: 5, says: "Fewest steps on either side of a bucket" }),
    totalBinStep: number({ min: 0.001, default: 0.25, says: "Width of the bins of total input, in powers of two" }),
    outputBinStep: number({ min: 0.001, default: 0.5, says: "Width of the bins of output, in powers of two" }),
    trimQuantile: number({
      min: 0,
      max: 1,
      default: 0.99,
      says: "Leave out the longest segments of a group, beyond this quantile; 0 keeps all",
    }),
    minDurationMs: number({ min: 0, default: 50, says: "Leave out shorter segments, in milliseconds" }),
    maxDurationMs: number({ min: 0, says: "Leave out longer segments, in milliseconds" }),
    plotSampleRows: integer({ min: 1, default: 80_000, says: "Most points in the figure of single steps" }),
    seed: integer({ min: 0, default: 0, says: "Seed of the sample of points that is drawn" }),
  },
  async run({ db, options }) {
    const matched = await matchSegments(db, options);
    return {
      tables: [bucketsTable(matched), rowsTable(matched)],
      documents: [summaryDocument(matched, options)],
      texts: [reportText(matched, options)],
      figures: [bucketFigure(matched), overlapFigure(matched, options)].filter((figure) => figure !== null),
      headlines: headlines(matched),
      notes: notes(matched),
    };
  },
});
