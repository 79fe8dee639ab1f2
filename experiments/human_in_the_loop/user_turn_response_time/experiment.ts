import { defineExperiment, type Headline, type Table, table } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { GROUP_COLUMN, type ProviderGroup, providerGroups, shareIntervals } from "../../../lib/trace/provider-groups.ts";
import { responseTimeFigure, timeByLengthFigure } from "./charts.ts";
import { LIMITS_S, longIntervals, RESPONSES } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Response time of requests",
  question: "How long does a request take, from the user's message to the agent's last output before the next one?",
  empty: "No user message in this pool got an output that came after it.",
  async run({ db }) {
    const groups = await providerGroups(db, RESPONSES, LIMITS_S);
    const [all] = groups;
    const tables = [summaryTable(groups)];
    if (!all) return { tables };
    const figures = [responseTimeFigure(groups, await shareIntervals(db, RESPONSES)), timeByLengthFigure(groups, await longIntervals(db))];
    return { tables, figures, headlines: headlines(all) };
  },
});

function summaryTable(groups: readonly ProviderGroup[]): Table {
  return table(
    "user_turn_response_time_summary",
    groups,
    {
      group: GROUP_COLUMN,
      count: { of: ({ summary }) => summary.n, says: "Number of requests", unit: "requests" },
      ...summaryColumns(
        { mean_seconds: "mean", p25_seconds: "p25", p50_seconds: "p50", p90_seconds: "p90", p99_seconds: "p99", max_seconds: "max" },
        ({ summary }) => summary,
        "of the response times",
        "s",
      ),
    },
    { title: "Response time by provider", caption: "One row for all requests and one per provider. Quantiles are interpolated linearly." },
  );
}

function headlines({ summary: { n, mean, p50, p99 } }: ProviderGroup): Headline[] {
  return [
    { label: "Requests", value: grouped(n) },
    { label: "Median response time", value: durationCompact(p50) },
    { label: "Mean response time", value: durationCompact(mean) },
    { label: "Response time at the 99th percentile", value: durationCompact(p99) },
  ];
}
