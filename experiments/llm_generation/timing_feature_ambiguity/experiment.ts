import { defineExperiment, type Row } from "../../../lib/experiment.ts";
import { floorFigure } from "./charts.ts";
import { measure } from "./measure.ts";
import { compactReport, compactTable, errorReport, smoothReport } from "./reports.ts";
import { comparisonTable, duplicatesTable, neighbourhoodsTable, pointerDocument, summaryDocument } from "./tables.ts";
import { headlines, notes } from "./words.ts";

const TIMING_FIT = "llm_generation/timing_fit";

export default defineExperiment(import.meta.url, {
  title: "What tokens leave open",
  question:
    "How much do latencies differ among steps with the same or nearly the same tokens, so that no model of tokens can predict them?",
  needs: [TIMING_FIT],
  flags: {
    "top-examples": { type: "number", integer: true, min: 0, default: 25, describe: "Examples of wide spread in tables" },
    "top-groups": { type: "number", integer: true, min: 0, default: 16, describe: "Groups in tables for reading and in the figure" },
    "min-group-rows": { type: "number", integer: true, min: 1, default: 1000, describe: "Fewest segments of a group with neighbourhoods" },
    "min-bucket-rows": { type: "number", integer: true, min: 1, default: 8, describe: "Fewest segments of a neighbourhood" },
    "bin-step": { type: "number", min: 0.001, default: 0.25, describe: "Width of a neighbourhood in each token count, in powers of two" },
    "trim-quantile": {
      type: "number",
      min: 0,
      max: 1,
      default: 0.99,
      describe: "Leave out the longest segments of a group, beyond this quantile; 0 keeps all",
    },
    "smooth-relative-threshold-ms": {
      type: "number",
      min: 0,
      default: 1000,
      describe: "Milliseconds added to the duration that errors are divided by, so that short segments do not rule",
    },
  },
  async run({ db, options, needs }) {
    const metrics = (needs[TIMING_FIT] ?? []) as readonly Row[];
    const measured = await measure(db, metrics, options);
    return {
      tables: [
        comparisonTable(measured),
        compactTable(measured),
        neighbourhoodsTable(measured, options),
        duplicatesTable(measured, options),
      ],
      documents: [summaryDocument(measured, options), pointerDocument()],
      texts: [errorReport(measured, options), smoothReport(measured, options), compactReport(measured)],
      figures: [floorFigure(measured, options.topGroups)].filter((figure) => figure !== null),
      headlines: headlines(measured),
      notes: notes(measured, options),
    };
  },
});
