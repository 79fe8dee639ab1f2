import { defineExperiment, flag, integer, list, number } from "../../../lib/experiment.ts";
import { modelFigures, scenarioFigures } from "./charts.ts";
import { MODELS, SCENARIOS } from "./groups.ts";
import { measureGroups } from "./measure.ts";
import { modelTable, scenarioTable } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Where the output comes back",
  question: "Does the output of a step come back in the next prompt inside the cached prefix, or is it sent and billed again as new input?",
  empty: "No pair of consecutive steps in this pool has the minimum output and at most the maximum gap.",
  flags: {
    maxGapSeconds: number({ min: 0, default: 240, says: "Maximum gap between the two steps of a pair, in seconds" }),
    minOutputTokens: list(
      integer({ min: 0, says: "Minimum output of the first step of a pair, in tokens; everything is repeated for each value" }),
      { default: [2000, 4000] },
    ),
    toleranceAbsoluteTokens: number({ min: 0, default: 512, says: "Minimum tolerance when tokens are compared with the output" }),
    toleranceRelativeFraction: number({ min: 0, default: 0.1, says: "Tolerance as a share of the output, where that is larger" }),
    modelMergedFigure: flag({ says: "Also write a figure and table with all pairs of a model together" }),
    modelMergedOnly: flag({ says: "Write only that figure and table" }),
    maxPointsPerScenario: integer({ min: 2, default: 6000, says: "Maximum number of points in a panel" }),
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
    const tables = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...(writesScenarios ? [scenarioTable(minOutputTokens, scenarios, options)] : []),
      ...(writesModels ? [modelTable(minOutputTokens, models, options)] : []),
    ]);
    const figures = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...scenarioFigures({ minOutputTokens, measured: scenarios, criteria: options }),
      ...(writesModels ? modelFigures({ minOutputTokens, measured: models, criteria: options }) : []),
    ]);
    if (figures.length === 0) return { tables };
    const allNotes = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...(writesScenarios ? notes(minOutputTokens, SCENARIOS, scenarios, options) : []),
      ...(writesModels ? notes(minOutputTokens, MODELS, models, options) : []),
    ]);
    return { tables, figures, headlines: headlines(runs[0]?.models ?? []), notes: [...new Set(allNotes)] };
  },
});
