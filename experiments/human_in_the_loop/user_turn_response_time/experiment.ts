import { defineExperiment, type Headline, type Table } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { responseTimeFigure, timeByLengthFigure } from "./charts.ts";
import { type Group, readGroups, summaryOf } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Response time of requests",
  question: "How long does a request take, from the user's message to the agent's last output before the next one?",
  async run({ db }) {
    const groups = await readGroups(db);
    const [all] = groups;
    return {
      tables: [summaryTable(groups)],
      figures: all ? [responseTimeFigure(groups), timeByLengthFigure(groups)] : [],
      headlines: all ? headlines(all) : [],
      notes: all ? [] : ["There is nothing to show: no message of this pool got an output that came after it."],
    };
  },
});

function summaryTable(groups: readonly Group[]): Table {
  return {
    name: "user_turn_response_time_summary",
    title: "Response time by provider",
    caption: "One row for all requests and one per provider. Times are in seconds; quantiles are linear between neighbours.",
    columns: ["group", "count", "mean_seconds", "p25_seconds", "p50_seconds", "p90_seconds", "p99_seconds", "max_seconds"],
    rows: groups.map((group) => {
      const { n, mean, p25, p50, p90, p99, max } = summaryOf(group);
      return {
        group: group.name,
        count: n,
        mean_seconds: mean,
        p25_seconds: p25,
        p50_seconds: p50,
        p90_seconds: p90,
        p99_seconds: p99,
        max_seconds: max,
      };
    }),
  };
}

function headlines(all: Group): Headline[] {
  const { n, mean, p50, p99 } = summaryOf(all);
  return [
    { label: "requests", value: grouped(n) },
    { label: "median response", value: durationCompact(p50) },
    { label: "mean response", value: durationCompact(mean) },
    { label: "p99", value: durationCompact(p99) },
  ];
}
