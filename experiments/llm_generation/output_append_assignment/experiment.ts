import { defineExperiment } from "../../../lib/experiment.ts";
import { modelFigures, scenarioFigures } from "./charts.ts";
import { MODELS, SCENARIOS } from "./groups.ts";
import { measureGroups } from "./measure.ts";
import { modelTable, scenarioTable } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Where the output comes back",
  question: "Does the output of a step come back in the next prompt inside the cached prefix, or is it sent and billed again as new input?",
  flags: {
    "max-gap-seconds": { type: "number", min: 0, default: 240, describe: "Largest gap between two steps of a pair, in seconds" },
    "min-output-tokens": {
      type: "number",
      integer: true,
      min: 0,
      array: true,
      default: [2000, 4000],
      describe: "Least output of the first step of a pair; everything is repeated for each value",
    },
    "tolerance-absolute-tokens": {
      type: "number",
      min: 0,
      default: 512,
      describe: "Least tolerance when tokens are compared with the output",
    },
    "tolerance-relative-fraction": {
      type: "number",
      min: 0,
      default: 0.1,
      describe: "Tolerance as a share of the output, where that is larger",
    },
    "model-merged-figure": { type: "boolean", describe: "Also write the figure and table that take all pairs of a model together" },
    "model-merged-only": { type: "boolean", describe: "Write only that figure and table" },
    "max-points-per-scenario": { type: "number", integer: true, min: 2, default: 6000, describe: "Most points in a panel" },
  },
  async run({ db, options }) {
    const writesModels = options.modelMergedFigure || options.modelMergedOnly;
    const writesScenarios = !options.modelMergedOnly;
    const runs = [];
    for (const minOutputTokens of new Set(options.minOutputTokens)) {
      const models = await measureGroups(db, MODELS, minOutputTokens, options);
      const scenarios = writesScenarios ? await measureGroups(db, SCENARIOS, minOutputTokens, options) : [];
      runs.push({ minOutputTokens, models, scenarios });
    }
    return {
      tables: runs.flatMap(({ minOutputTokens, models, scenarios }) => [
        ...(writesScenarios ? [scenarioTable(minOutputTokens, scenarios, options)] : []),
        ...(writesModels ? [modelTable(minOutputTokens, models, options)] : []),
      ]),
      figures: runs.flatMap(({ minOutputTokens, models, scenarios }) => [
        ...scenarioFigures({ minOutputTokens, measured: scenarios, criteria: options }),
        ...(writesModels ? modelFigures({ minOutputTokens, measured: models, criteria: options }) : []),
      ]),
      headlines: headlines(runs[0]?.models ?? []),
      notes: [
        ...new Set(
          runs.flatMap(({ minOutputTokens, models, scenarios }) => [
            ...(writesScenarios ? notes(minOutputTokens, SCENARIOS, scenarios, options) : []),
            ...(writesModels ? notes(minOutputTokens, MODELS, models, options) : []),
          ]),
        ),
      ],
    };
  },
});
