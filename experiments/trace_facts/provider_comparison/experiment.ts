import { defineExperiment } from "../../../lib/experiment.ts";
import overview from "../overview_summary/experiment.ts";
import { judgedFigure } from "./charts.ts";
import { compare } from "./compare.ts";
import { comparisonTable } from "./tables.ts";
import { headlines, notes } from "./words.ts";

export default defineExperiment(import.meta.url, {
  title: "Providers side by side",
  question:
    "Where do the providers differ: in what their steps read and write, in speed, in their tools and in how well the cache serves them?",
  empty: "No agent step in this pool has a provider.",
  needs: { overview },
  async run({ needs }) {
    const comparison = compare(needs.overview);
    const figure = judgedFigure(comparison);
    return {
      tables: [comparisonTable(comparison)],
      documents: [
        { name: "provider_comparison.json", says: "the same for the gallery's page, with the formula of each row", value: comparison },
      ],
      ...(comparison.providers.length > 0 && {
        figures: figure ? [figure] : [],
        headlines: headlines(comparison),
        notes: notes(comparison, figure !== null),
      }),
    };
  },
});
