import { defineExperiment } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { savingsFigure } from "./charts.ts";
import { readSteps, type Savings, savingsByScope, type UnpricedModel, unpricedModels } from "./savings.ts";
import { headlines, summaryTable, summaryText, unpricedTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Savings if the cache outlived the pause",
  question: "How many append tokens and dollars would at most be saved if the cache survived the time that people take to reply?",
  empty: "No append tokens in this pool.",
  async run({ db }) {
    const steps = await readSteps(db);
    const scopes = savingsByScope(steps);
    const merged = known(scopes.find(({ scope }) => scope === "merged"));
    const unpriced = unpricedModels(steps);
    const results = {
      tables: [summaryTable(scopes), unpricedTable(unpriced)],
      texts: [summaryText(scopes)],
      headlines: headlines(merged),
      notes: unpriced.length > 0 ? [unpricedNote(merged, unpriced)] : [],
    };
    return merged.append.observed > 0 ? { ...results, figures: [savingsFigure(merged, scopes)] } : results;
  },
});

function unpricedNote({ steps, unpriced }: Savings, models: readonly UnpricedModel[]): string {
  const names = models.map(
    ({ provider, model, steps: count }) => `${model || "(no model)"} of ${provider ?? "an unknown provider"} (${grouped(count)})`,
  );
  return `${grouped(unpriced)} of ${grouped(steps)} steps have no price and count in tokens only: ${names.join(", ")}.`;
}
