import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { durationText } from "./format.ts";
import { latencyFigure } from "./latency-chart.ts";
import { readTimes, summarizeTimes, type TimeSummary, timeSummaryOf } from "./measure.ts";
import { splitFigure } from "./split-chart.ts";
import { timesTable, timesText } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Where the time of a session goes",
  question: "How much of the time around a coding agent is the human thinking, the model generating and tools running?",
  async run({ db }) {
    const times = await readTimes(db);
    const summaries = summarizeTimes(times);
    const figures = [splitFigure(summaries), latencyFigure(times, summaries)];
    return {
      tables: [timesTable(summaries)],
      texts: [timesText(summaries)],
      figures: figures.filter((figure) => figure !== null),
      headlines: headlines(summaries),
      notes: notes(summaries, figures.includes(null)),
    };
  },
});

/** Blank where there is nothing to take a share of. */
function headlines(summaries: readonly TimeSummary[]): Headline[] {
  const of = (...[block, category]: [TimeSummary["block"], TimeSummary["category"]]) => timeSummaryOf(summaries, "merged", block, category);
  const human = of("session", "human").share;
  const generation = of("request", "generation").share;
  const tool = of("request", "tool").share;
  return [
    { label: "Human thinking", value: human === null ? "" : percent(human, 1) },
    { label: "Avg response / request", value: durationText(of("request", "total").mean) },
    { label: "Request: gen / tool", value: generation === null || tool === null ? "" : `${percent(generation)} / ${percent(tool)}` },
  ];
}

function notes(summaries: readonly TimeSummary[], someLack: boolean): string[] {
  const { n } = timeSummaryOf(summaries, "merged", "session", "total");
  return [
    ...(n === 0 ? ["No session of this pool spans any time, so there are no shares of sessions."] : []),
    ...(someLack ? ["A figure without anything to show was left out."] : []),
  ];
}
