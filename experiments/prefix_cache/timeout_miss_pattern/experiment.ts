import { defineExperiment, table } from "../../../lib/experiment.ts";
import { patternFigure } from "./charts.ts";
import { madeUpSession } from "./session.ts";

export default defineExperiment(import.meta.url, {
  title: "What a pause does to the next step",
  question: "Why does a step after a long pause cost the full price, although nothing of the conversation was forgotten?",
  empty: "No steps in this drawing.",
  async run() {
    const steps = madeUpSession();
    return {
      tables: [
        table(
          "timeout_miss_pattern",
          steps,
          {
            step: { of: ({ step }) => step, says: "Number of the step, from 0" },
            x: { of: ({ x }) => x, says: "Position on the drawing, in steps; pauses add space" },
            prefix: { of: ({ prefix }) => prefix, says: "Input reused from the cache", unit: "tokens" },
            append: { of: ({ append }) => append, says: "Input read at full price", unit: "tokens" },
            total: { of: ({ total }) => total, says: "Prefix + append", unit: "tokens" },
            is_user: { of: ({ isUser }) => isUser, says: "Whether a user's message starts the step" },
            timeout_miss: { of: ({ isTimeoutMiss }) => isTimeoutMiss, says: "Whether the cache expired before the step" },
          },
          { title: "Steps of the drawing", caption: "One row per step of the made-up session." },
        ),
      ],
      figures: [patternFigure(steps)],
      notes: ["This is a drawing of a made-up session: it reads nothing from the pool and is the same for every pool."],
    };
  },
});
