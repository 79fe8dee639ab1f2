import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { NONE, percent } from "../../../lib/format/numbers.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { sessionsFigure, sharesFigure } from "./charts.ts";
import { readSessionCosts } from "./curves.ts";
import { type CostSummary, costSummaryOf, dollars, summarizeCosts } from "./measure.ts";
import { costsTable, costsText } from "./tables.ts";
import { type Part, readUsage, shareIntervals } from "./usage.ts";

export default defineExperiment(import.meta.url, {
  title: "What sessions cost",
  question: "What do a session, a request and a step cost at list prices, and how much of it goes to append, prefix and output?",
  empty: "No step with a price in this pool cost anything.",
  unfinishedOutput: "shown as logged",
  async run({ db }) {
    const usage = await readUsage(db);
    const prices = await readPriceFacts(db);
    const summaries = summarizeCosts(usage);
    const sessions = await readSessionCosts(db, usage, summaries);
    const figures = [
      sharesFigure(summaries, await shareIntervals(db), prices),
      sessions && sessionsFigure(sessions, summaries, prices),
    ].filter((figure) => figure !== null);
    return {
      tables: [costsTable(summaries)],
      texts: [costsText(summaries)],
      ...(figures.length > 0 && { figures }),
      headlines: headlines(summaries),
      notes: priceNotes(prices),
    };
  },
});

function headlines(summaries: readonly CostSummary[]): Headline[] {
  const share = (part: Part) => costSummaryOf(summaries, "merged", "step", part).share;
  const { n, mean } = costSummaryOf(summaries, "merged", "session", "total");
  return [
    { label: "Mean cost per session", value: n === 0 ? NONE : dollars(mean), published: { label: "Avg cost / session" } },
    { label: "Prefix share of cost", value: percent(share("prefix"), 1) },
    {
      label: "Append / output share of cost",
      value: `${percent(share("append"))} / ${percent(share("output"))}`,
      published: { label: "Append / output share" },
    },
  ];
}
