import { defineExperiment } from "../../../lib/experiment.ts";
import { patternFigure } from "./charts.ts";
import { madeUpSession } from "./session.ts";

export default defineExperiment(import.meta.url, {
  title: "What a pause does to the next step",
  question: "Why does a step after a long pause cost the full price, although nothing of the conversation was forgotten?",
  async run() {
    const steps = madeUpSession();
    return {
      tables: [
        {
          name: "timeout_miss_pattern",
          title: "Steps of the drawing",
          caption: "One row per step of the made-up session, in tokens; x is its place on the drawing.",
          columns: ["step", "x", "prefix", "append", "total", "is_user", "timeout_miss"],
          rows: steps.map(({ step, x, prefix, append, total, isUser, isTimeoutMiss }) => ({
            step,
            x,
            prefix,
            append,
            total,
            is_user: isUser,
            timeout_miss: isTimeoutMiss,
          })),
        },
      ],
      figures: [patternFigure(steps)],
      headlines: [],
      notes: ["This is a drawing of a made-up session: it reads nothing from the pool and is the same for every pool."],
    };
  },
});
