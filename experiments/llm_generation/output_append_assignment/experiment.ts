import { defineExperiment } from "../../../lib/experiment.ts";
import { modelFigures, scenarioFigures, summaryFigure } from "./charts.ts";
import { FLAGS, MODELS, measureGroups, SCENARIOS } from "./measure.ts";
import { modelTable, scenarioTable } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Where the output comes back",
  question: "Does the output of a step come back in the next prompt inside the cached prefix, or is it sent and billed again as new input?",
  empty: "No pair of consecutive steps in this pool has the minimum output and at most the maximum gap.",
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const writesModels = options.modelMergedFigure || options.modelMergedOnly;
    const writesScenarios = !options.modelMergedOnly;
    const runs = [];
    for (const minOutputTokens of new Set(options.minOutputTokens)) {
      // The headlines are of the first.
      const models =
        writesModels || minOutputTokens === options.minOutputTokens[0] ? await measureGroups(db, MODELS, minOutputTokens, options) : [];
      const scenarios = writesScenarios ? await measureGroups(db, SCENARIOS, minOutputTokens, options) : [];
      runs.push({ minOutputTokens, models, scenarios });
    }
    const tables = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...(writesScenarios ? [scenarioTable(minOutputTokens, scenarios, options)] : []),
      ...(writesModels ? [modelTable(minOutputTokens, models, options)] : []),
    ]);
    const summaries = runs.flatMap(
      ({ minOutputTokens, scenarios }) => summaryFigure({ minOutputTokens, measured: scenarios, criteria: options }) ?? [],
    );
    const figures = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...scenarioFigures({ minOutputTokens, measured: scenarios, criteria: options }),
      ...(writesModels ? modelFigures({ minOutputTokens, measured: models, criteria: options }) : []),
    ]);
    if (figures.length === 0) return { tables };
    const allNotes = runs.flatMap(({ minOutputTokens, models, scenarios }) => [
      ...(writesScenarios ? notes(minOutputTokens, SCENARIOS, scenarios, options) : []),
      ...(writesModels ? notes(minOutputTokens, MODELS, models, options) : []),
    ]);
    return { tables, figures: [...summaries, ...figures], headlines: headlines(runs[0]?.models ?? []), notes: [...new Set(allNotes)] };
  },
});
