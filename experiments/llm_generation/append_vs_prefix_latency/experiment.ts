import { defineExperiment } from "../../../lib/experiment.ts";
import { bucketFigure, overlapFigure } from "./charts.ts";
import { matchSegments } from "./measure.ts";
import { bucketsTable, reportText, rowsTable, summaryDocument } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Append against prefix",
  question: "Of steps that are alike otherwise, are those slower whose input is mostly new rather than cached?",
  flags: {
    "include-split-segments": {
      type: "boolean",
      describe: "Compare the parts before and after Codex reasoning as well, not only whole steps",
    },
    "min-total-tokens": { type: "number", min: 0, default: 4096, describe: "Least input of a step" },
    "append-heavy-share": { type: "number", min: 0, max: 1, default: 0.25, describe: "Least share of new input of an append-heavy step" },
    "prefix-heavy-max-append-share": {
      type: "number",
      min: 0,
      max: 1,
      default: 0.1,
      describe: "Largest share of new input of a prefix-heavy step",
    },
    "min-append-tokens": { type: "number", min: 0, default: 1024, describe: "Least new input of an append-heavy step" },
    "min-prefix-tokens": { type: "number", min: 0, default: 4096, describe: "Least cached input of a prefix-heavy step" },
    "min-bucket-per-side": { type: "number", integer: true, min: 1, default: 5, describe: "Fewest steps on either side of a bucket" },
    "total-bin-step": { type: "number", min: 0.001, default: 0.25, describe: "Width of the bins of total input, in powers of two" },
    "output-bin-step": { type: "number", min: 0.001, default: 0.5, describe: "Width of the bins of output, in powers of two" },
    "trim-quantile": {
      type: "number",
      min: 0,
      max: 1,
      default: 0.99,
      describe: "Leave out the longest segments of a group, beyond this quantile; 0 keeps all",
    },
    "min-duration-ms": { type: "number", min: 0, default: 50, describe: "Leave out shorter segments, in milliseconds" },
    "max-duration-ms": { type: "number", min: 0, describe: "Leave out longer segments, in milliseconds" },
    "plot-sample-rows": { type: "number", integer: true, min: 1, default: 80_000, describe: "Most points in the figure of single steps" },
    seed: { type: "number", integer: true, min: 0, default: 0, describe: "Seed of the sample of points that is drawn" },
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
