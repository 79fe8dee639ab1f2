import { defineExperiment, integer, query, table } from "trace-atlas";
import { countAxis, figure, figureTitle, rankedBars } from "trace-atlas/chart";
import { grouped } from "trace-atlas/format";
import { total } from "./total.js";

const STEPS = query("query.sql", { model: "text", steps: "number" });

export default defineExperiment(import.meta.url, {
  title: "Steps by model",
  question: "Which models take the most agent steps?",
  empty: "This pool has no agent step.",
  flags: { most: integer({ default: 12, min: 1, says: "Models to draw" }) },
  async run({ db, options }) {
    const rows = await db.rows(STEPS);
    const tables = [
      table(
        "steps_by_model",
        rows,
        {
          model: { of: (row) => row.model, says: "Model of the steps" },
          steps: { of: (row) => row.steps, says: "Agent steps", unit: "steps" },
        },
        { title: "Steps by model" },
      ),
    ];
    const [first] = rows;
    if (!first) return { tables };
    const finding = `${first.model} takes ${grouped(first.steps)} of ${grouped(total(rows))} steps`;
    const bars = rows.slice(0, options.most).map(({ model, steps }) => ({ name: model, value: steps, label: grouped(steps) }));
    const spec = figure(rankedBars({ bars, x: countAxis(1.1 * first.steps, { title: "Agent steps" }) }), figureTitle(finding));
    return {
      tables,
      figures: [
        { name: "steps_by_model", title: finding, spec, caption: finding, alt: `Bars. ${finding}.`, reading: "One bar per model." },
      ],
    };
  },
});
