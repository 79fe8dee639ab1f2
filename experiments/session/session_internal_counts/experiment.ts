import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { countsFigure } from "./charts.ts";
import { type CountSummary, measureCounts, summaryOf } from "./measure.ts";
import { countsTable, countsText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Work in a session, a request and a step",
  question: "How many requests, agent steps and tool calls make up one session, one request and one step?",
  async run({ db }) {
    const summaries = await measureCounts(db);
    const drawn = summaries.some(({ scope, n }) => scope !== "merged" && n > 0);
    return {
      tables: [countsTable(summaries)],
      texts: [countsText(summaries)],
      figures: drawn ? [countsFigure(summaries)] : [],
      headlines: headlines(summaries),
      notes: drawn ? [] : ["There is nothing to draw: the pool has no steps of Claude or Codex."],
    };
  },
});

function headlines(summaries: readonly CountSummary[]): Headline[] {
  const mean = (...[group, metric]: [CountSummary["group"], CountSummary["metric"]]) =>
    grouped(summaryOf(summaries, "merged", group, metric).mean, 1);
  return [
    { label: "Requests / session", value: mean("session", "requests") },
    { label: "Tool calls / request", value: mean("request", "tool_calls") },
    { label: "Tool calls / step", value: mean("step", "tool_calls") },
  ];
}
