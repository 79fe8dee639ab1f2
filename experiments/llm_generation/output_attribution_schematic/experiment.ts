import { defineExperiment, flag } from "../../../lib/experiment.ts";
import { CASES, segmentsOf } from "./cases.ts";
import { schematic } from "./charts.ts";

export default defineExperiment(import.meta.url, {
  title: "Two ways of the output into the next prompt",
  question: "What can become of the output of a step when the next request is built?",
  flags: {
    full: flag({ says: "Draw it larger, for a whole page instead of a column" }),
  },
  async run({ options }) {
    return {
      tables: [
        {
          name: "output_attribution_schematic",
          title: "Segments of the drawing",
          caption: "One row per segment of a bar; start and length in made-up units.",
          columns: ["case", "bar", "segment", "start", "length", "text"],
          rows: CASES.flatMap(segmentsOf).map((segment) => ({ ...segment })),
        },
      ],
      figures: [schematic(options.full ? "full" : "compact")],
      headlines: [],
      notes: ["This is a drawing of two cases with made-up lengths: it reads nothing from the pool and is the same for every pool."],
    };
  },
});
