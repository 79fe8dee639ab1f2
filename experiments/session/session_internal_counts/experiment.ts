import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { countsFigure } from "./charts.ts";
import { type CountSummary, type Group, type Metric, measureCounts, medianIntervals, summaryOf } from "./measure.ts";
import { countsTable, countsText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Work in a session, a request and a step",
  question: "How many requests, agent steps and tool calls make up one session, one request and one step?",
  empty: "No step of Claude or Codex in this pool.",
  async run({ db }) {
    const summaries = await measureCounts(db);
    const results = { tables: [countsTable(summaries)], texts: [countsText(summaries)], headlines: headlines(summaries) };
    const drawn = summaries.some(({ scope, n }) => scope !== "merged" && n > 0);
    return drawn ? { ...results, figures: [countsFigure(summaries, await medianIntervals(db))] } : results;
  },
});

function headlines(summaries: readonly CountSummary[]): Headline[] {
  const mean = (group: Group, metric: Metric) => grouped(summaryOf(summaries, "merged", group, metric).mean, 1);
  return [
    { label: "Requests per session", value: mean("session", "requests"), published: { label: "Requests / session" } },
    { label: "Tool calls per request", value: mean("request", "tool_calls"), published: { label: "Tool calls / request" } },
    { label: "Tool calls per step", value: mean("step", "tool_calls"), published: { label: "Tool calls / step" } },
  ];
}
