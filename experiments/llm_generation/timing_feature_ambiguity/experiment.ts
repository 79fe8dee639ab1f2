import { defineExperiment, integer, number } from "../../../lib/experiment.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";
import timingFit from "../timing_fit/experiment.ts";
import { floorFigure } from "./charts.ts";
import { measure } from "./measure.ts";
import { compactReport, compactTable, errorReport, smoothReport } from "./reports.ts";
import { comparisonTable, duplicatesTable, neighbourhoodsTable, pointerDocument, summaryDocument } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "What tokens leave open",
  question:
    "How much do latencies differ among steps with the same or nearly the same tokens, so that no model of tokens can predict them?",
  needs: { fits: timingFit },
  flags: {
    topExamples: integer({ min: 0, default: 25, says: "Examples of wide spread in tables" }),
    topGroups: integer({ min: 0, default: 16, says: "Groups in tables for reading and in the figure" }),
    minGroupRows: integer({ min: 1, default: 1000, says: "Fewest segments of a group with neighbourhoods" }),
    minBucketRows: integer({ min: 1, default: 8, says: "Fewest segments of a neighbourhood" }),
    binStep: number({ min: 0.001, default: 0.25, says: "Width of a neighbourhood in each token count, in powers of two" }),
    trimQuantile: SEGMENT_FLAGS.trimQuantile,
    smoothRelativeThresholdMs: SEGMENT_FLAGS.smoothRelativeThresholdMs,
  },
  async run({ db, options, needs }) {
    const measured = await measure(db, needs.fits, options);
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
