import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { priceNotes } from "../../../lib/trace/prices/coverage.ts";
import overview from "../overview_summary/experiment.ts";
import { judgedFigure, unjudgedLatencies } from "./charts.ts";
import { type Comparison, compare } from "./compare.ts";
import { readCosts } from "./costs.ts";
import { comparisonTable } from "./tables.ts";

const ON_CARD = [
  { row: "hit_rate", label: "Cache hit rate" },
  { row: "generation_p50", label: "Median generation time" },
  { row: "tool_latency_p50", label: "Median tool latency above 0 ms" },
];
/** More names than this don't fit on a card. */
const MOST_ON_CARD = 3;

export default defineExperiment(import.meta.url, {
  title: "Providers side by side",
  question:
    "Where do the providers differ: in what their steps read and write, in speed, in their tools, in how well the cache serves them and in cost?",
  empty: "No agent step in this pool has a provider.",
  unfinishedOutput: "left out",
  needs: { overview },
  async run({ db, needs }) {
    const costs = await readCosts(db);
    const comparison = compare(needs.overview, costs);
    const figure = judgedFigure(comparison);
    return {
      tables: [comparisonTable(comparison)],
      documents: [
        { name: "provider_comparison.json", says: "the same for the gallery's page, with the formula of each row", value: comparison },
      ],
      ...(comparison.providers.length > 0 && {
        figures: figure ? [figure] : [],
        headlines: headlines(comparison),
        notes: [...notes(comparison, figure !== null), ...priceNotes(costs.prices)],
      }),
    };
  },
});

/** Values of the first providers, in their order. */
function headlines({ providers, groups }: Comparison): Headline[] {
  const shown = providers.slice(0, MOST_ON_CARD);
  const names = shown.map(({ title }) => title).join(" / ");
  const rows = new Map(groups.flatMap((group) => group.rows.map((row) => [row.id, row])));
  return ON_CARD.map(({ row, label }) => ({
    label: `${label}, ${names}`,
    value: known(rows.get(row))
      .values.slice(0, MOST_ON_CARD)
      .map(({ text }) => text)
      .join(" / "),
  }));
}

function notes(comparison: Comparison, drawn: boolean): string[] {
  const { providers, steps } = comparison;
  const unowned = steps - providers.reduce((sum, provider) => sum + provider.steps, 0);
  return [
    ...(providers.length === 1 ? ["The pool has one provider, so no row is judged."] : []),
    ...(providers.length > 1 ? unjudgedLatencies(comparison) : []),
    ...(unowned > 0 ? [`Steps without a provider are in no column: ${grouped(unowned)}.`] : []),
    ...(providers.length > 1 && !drawn ? ["No figure was drawn: no judged row has positive values for two providers."] : []),
  ];
}
