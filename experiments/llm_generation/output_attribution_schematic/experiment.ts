import { defineExperiment, flag, table } from "../../../lib/experiment.ts";
import { CASES, segmentsOf } from "./cases.ts";
import { schematic } from "./charts.ts";

export default defineExperiment(import.meta.url, {
  title: "Two ways of the output into the next prompt",
  question: "What can become of the output of a step when the next request is built?",
  empty: "No part of this pool is drawn: the lengths are made up.",
  flags: {
    full: flag({ says: "Draw the figure larger, for a whole page instead of a column" }),
  },
  async run({ options }) {
    return {
      tables: [
        table(
          "output_attribution_schematic",
          CASES.flatMap(segmentsOf),
          {
            case: { says: "`a`: the output is cached; `b`: it is sent again" },
            bar: { says: "`prior` or `next` step" },
            segment: { says: "`prefix`, `new input` or `output`" },
            start: { says: "Where the segment begins", unit: "made-up units" },
            length: { says: "Length of the segment", unit: "made-up units" },
            text: { says: "What the segment is made of, as drawn inside it" },
          },
          { title: "Segments of the drawing", caption: "One row per segment of a bar." },
        ),
      ],
      figures: [schematic(options.full ? "full" : "compact")],
      notes: ["This is a drawing of two cases with made-up lengths: it reads nothing from the pool and is the same for every pool."],
    };
  },
});
