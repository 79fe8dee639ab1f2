import { defineExperiment, integer, number, type Row } from "../../../lib/experiment.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";
import { predictionFigure, ratioFigure } from "./charts.ts";
import { measureGroups } from "./measure.ts";
import { coefficientsTable, metricsTable, summaryDocument, traceTable } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Predicting latency from tokens",
  question: "How much of the latency of a step can be predicted from its cached, appended and generated tokens?",
  flags: {
    minRows: integer({ min: 2, default: 100, says: "Fewest segments of a group that is fitted" }),
    seed: integer({ min: 0, default: 17, says: "Seed of the split into training and test segments" }),
    testFraction: number({ min: 0, max: 1, default: 0.2, says: "Share of the segments that is kept for the test" }),
    ...SEGMENT_FLAGS,
  },
  async run({ db, options }) {
    const measured = await measureGroups(db, options);
    const metrics = metricsTable(measured);
    return {
      tables: [metrics, coefficientsTable(measured), traceTable()],
      documents: [summaryDocument(measured, options)],
      figures: [predictionFigure(measured), ratioFigure(measured)].filter((figure) => figure !== null),
      headlines: headlines(measured),
      notes: notes(measured, options),
      provides: metrics.rows as readonly Row[],
    };
  },
});
