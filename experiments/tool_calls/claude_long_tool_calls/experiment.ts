import { defineExperiment, type Headline, number, type Row, type Table } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type Audit, auditOf, type LongCall } from "./audit.ts";
import { longestFigure } from "./charts.ts";
import { findings, reportText, type Tallies } from "./report.ts";

const MS_PER_HOUR = 3_600_000;

export default defineExperiment(import.meta.url, {
  title: "Long tool calls of Claude",
  question: "Which tool calls of Claude claim more than an hour, and how much of that is people, missing timing or repeated records?",
  flags: {
    thresholdMs: number({ min: 0, default: MS_PER_HOUR, says: "Calls longer than this are long, in ms" }),
  },
  async run({ db, options }) {
    const parameters = { threshold_ms: options.thresholdMs };
    const calls = await db.rows<LongCall & Row>("query.sql", parameters);
    const [tallies] = (await db.rows<Tallies>("tallies.sql", parameters)) as [Tallies];
    const audit = auditOf(calls);
    return {
      tables: [callTable(calls), findingTable(tallies, audit)],
      texts: [{ name: "result_analysis.md", text: reportText(tallies, audit, calls, options.thresholdMs) }],
      figures: calls.length > 0 ? [longestFigure(calls, audit)] : [],
      headlines: headlines(audit),
      notes:
        calls.length > 0
          ? ["The column input_preview is empty: a database holds no tool input."]
          : ["There is nothing to show: no tool call of Claude is that long."],
    };
  },
});

function callTable(calls: readonly (LongCall & Row)[]): Table {
  return {
    name: "claude_gt1h_tool_calls",
    title: "The long calls",
    caption: "Longest first. `source` tells where the latency comes from: the tool itself, or the time between call and result.",
    columns: [
      ...["line_no", "trace_key", "session_id", "round_id", "round_index", "model", "tool_index", "tool_name", "tool_call_id", "source"],
      ...["effective_latency_ms", "effective_latency_hours", "wall_latency_ms", "wall_latency_hours", "computed_wall_latency_ms"],
      ...["internal_latency_ms", "internal_latency_hours", "emitted_at", "result_at", "tool_result_delay_hours", "is_error"],
      ...["input_chars", "result_chars", "input_preview"],
    ],
    rows: calls,
  };
}

function findingTable(tallies: Tallies, audit: Audit): Table {
  return {
    name: "claude_long_tool_calls_summary",
    title: "Summary",
    caption: "Counts over all tool calls of Claude and over the long ones.",
    columns: ["finding", "value", "unit"],
    rows: findings(tallies, audit).map((finding) => ({ ...finding })),
  };
}

function headlines(audit: Audit): Headline[] {
  return [
    { label: "calls over the threshold", value: grouped(audit.calls) },
    { label: "their time", value: hoursCompact(audit.totalMs / MS_PER_HOUR) },
    { label: "waiting for a person", value: grouped(audit.human.calls) },
  ];
}
