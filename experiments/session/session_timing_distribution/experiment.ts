import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { latencyFigure, splitFigure } from "./charts.ts";
import { durationText } from "./format.ts";
import { type Block, type Category, measureTimes, type TimeSummary, timeSummaryOf, waitIntervals } from "./measure.ts";
import { timesTable, timesText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Where the time of a session goes",
  question: "How much of the time around a coding agent is the human thinking, the model generating and tools running?",
  empty: "No wait, generation or tool call in this pool took any time.",
  async run({ db }) {
    const times = await measureTimes(db);
    const { summaries } = times;
    const results = { tables: [timesTable(summaries)], texts: [timesText(summaries)], headlines: headlines(summaries) };
    const figures = [splitFigure(summaries, await waitIntervals(db)), latencyFigure(times)].filter((figure) => figure !== null);
    return figures.length > 0 ? { ...results, figures, notes: notes(summaries) } : results;
  },
});

/** Blank where the total time is zero. */
function headlines(summaries: readonly TimeSummary[]): Headline[] {
  const of = (block: Block, category: Category) => timeSummaryOf(summaries, "merged", block, category);
  const human = of("session", "human").share;
  const generation = of("request", "generation").share;
  const tool = of("request", "tool").share;
  return [
    { label: "Waits for the user", value: human === null ? "" : percent(human, 1), published: { label: "Human thinking" } },
    {
      label: "Mean response time",
      value: durationCompact(of("request", "total").mean),
      published: { label: "Avg response / request", value: durationText(of("request", "total").mean) },
    },
    {
      label: "Response time: generation / tools",
      value: generation === null || tool === null ? "" : `${percent(generation)} / ${percent(tool)}`,
      published: { label: "Request: gen / tool" },
    },
  ];
}

function notes(summaries: readonly TimeSummary[]): string[] {
  const { n } = timeSummaryOf(summaries, "merged", "session", "total");
  return n === 0 ? ["No session in this pool spans any time; shares of sessions are left out."] : [];
}
