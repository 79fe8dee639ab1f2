import { providerOrder } from "../../../lib/chart/theme.ts";
import { defineExperiment, type Headline, integer, type Table } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { timeFigure } from "./charts.ts";
import { byTool, forPanel, type ToolTime } from "./measure.ts";

interface TimeRow {
  readonly provider: string;
  readonly tool: string;
  readonly calls: number;
  readonly errors: number;
  readonly valid: number;
  readonly missing: number;
  readonly total_ms: number;
  readonly first_seen: number;
}

const MS_PER_HOUR = 3_600_000;

export default defineExperiment(import.meta.url, {
  title: "Tool time by tool",
  question: "Which tools take the most time, all their calls added up?",
  flags: {
    topTools: integer({ min: 1, default: 30, says: "Most tools per provider" }),
    minToolCallsForPlot: integer({ min: 0, default: 20, says: "Tools with fewer calls are put together; 1 turns it off" }),
  },
  async run({ db, options }) {
    const rows = await db.rows<TimeRow>("query.sql");
    const tools = byTool(rows.map(toolTime));
    const panels = providerOrder(rows.map(({ provider }) => provider)).map((provider) => ({
      provider,
      tools: forPanel(rows.filter((row) => row.provider === provider).map(toolTime), options.minToolCallsForPlot, options.topTools),
    }));
    const shown = panels.filter((panel) => panel.tools.length > 0);
    return {
      tables: [timeTable(tools)],
      figures: shown.length > 0 ? [timeFigure(shown)] : [],
      headlines: headlines(tools),
      notes: shown.length > 0 ? [] : ["There is nothing to show: no tool call of this pool has a positive latency."],
    };
  },
});

function toolTime({ tool, calls, errors, valid, missing, total_ms, first_seen }: TimeRow): ToolTime {
  return { tool, calls, errors, valid, missing, totalMs: total_ms, firstSeen: first_seen };
}

function timeTable(tools: readonly ToolTime[]): Table {
  const total = sumMs(tools);
  return {
    name: "tool_total_time_by_kind",
    title: "Summed time by tool, all providers together",
    caption:
      "Effective latency: what the tool reported, else the time between call and result. Calls without a positive latency count as calls only.",
    columns: [
      "tool_name",
      "tool_calls",
      "valid_latency_calls",
      "missing_latency_calls",
      "error_calls",
      "total_latency_ms",
      "total_latency_s",
      "total_latency_hours",
      "latency_share",
      "avg_latency_ms",
    ],
    rows: tools.map(({ tool, calls, valid, missing, errors, totalMs }) => ({
      tool_name: tool,
      tool_calls: calls,
      valid_latency_calls: valid,
      missing_latency_calls: missing,
      error_calls: errors,
      total_latency_ms: totalMs,
      total_latency_s: totalMs / 1000,
      total_latency_hours: totalMs / MS_PER_HOUR,
      latency_share: totalMs / total,
      avg_latency_ms: totalMs / valid,
    })),
  };
}

function headlines(tools: readonly ToolTime[]): Headline[] {
  const total = sumMs(tools);
  return [
    ...(tools.length > 0 ? [{ label: "summed tool time", value: hoursCompact(total / MS_PER_HOUR) }] : []),
    ...tools.slice(0, 2).map(({ tool, totalMs }) => ({ label: tool, value: percent(totalMs / total) })),
  ];
}

function sumMs(tools: readonly ToolTime[]): number {
  return tools.reduce((sum, { totalMs }) => sum + totalMs, 0);
}
