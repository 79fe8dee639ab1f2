import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { PRICES_AS_OF } from "../../../lib/trace/prices/published.ts";
import { sessionsFigure, sharesFigure } from "./charts.ts";
import { type CostSummary, type Coverage, costSummaryOf, coverageOf, dollars, summarizeCosts } from "./measure.ts";
import { costsTable, costsText } from "./tables.ts";
import { type Part, readUsage } from "./usage.ts";

const MOST_MODELS_NAMED = 5;

export default defineExperiment(import.meta.url, {
  title: "What sessions cost",
  question: "What do a session, a request and a step cost at list prices, and how much of it goes to append, prefix and output?",
  empty: "No step with a price in this pool cost anything.",
  async run({ db }) {
    const usage = await readUsage(db);
    const summaries = summarizeCosts(usage);
    const figures = [sharesFigure(summaries), sessionsFigure(usage, summaries)].filter((figure) => figure !== null);
    return {
      tables: [costsTable(summaries)],
      texts: [costsText(summaries)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(summaries),
      notes: notes(coverageOf(usage)),
    };
  },
});

function headlines(summaries: readonly CostSummary[]): Headline[] {
  const share = (part: Part) => costSummaryOf(summaries, "merged", "step", part).share ?? 0;
  return [
    { label: "Avg cost / session", value: dollars(costSummaryOf(summaries, "merged", "session", "total").mean) },
    { label: "Prefix share of cost", value: percent(share("prefix"), 1) },
    { label: "Append / output share", value: `${percent(share("append"))} / ${percent(share("output"))}` },
  ];
}

function notes({ priced, unpriced, unpricedModels }: Coverage): string[] {
  const all = priced + unpriced;
  const named = unpricedModels.slice(0, MOST_MODELS_NAMED).map(({ name, steps }) => `${shortLabel(name)} (${grouped(steps)})`);
  const others = unpricedModels.length - named.length;
  return [
    `Prices are list prices of ${PRICES_AS_OF}; ${grouped(priced)} of ${grouped(all)} steps (${percent(all === 0 ? 0 : priced / all, 2)}) have one.`,
    ...(unpriced > 0
      ? [
          `Left out of all costs, because their model has no price (steps): ${named.join(", ")}${others > 0 ? ` and ${grouped(others)} more models` : ""}.`,
        ]
      : []),
  ];
}
