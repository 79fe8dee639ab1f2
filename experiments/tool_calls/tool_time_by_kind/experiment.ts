import { providerOrder } from "../../../lib/chart/theme.ts";
import { defineExperiment, type Headline, type Table, table } from "../../../lib/experiment.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { TOOL_FLAGS, totalLatencyColumns } from "../../../lib/trace/tools.ts";
import { timeFigure } from "./charts.ts";
import { byTool, forPanel, TIMES, type ToolTime } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool time by tool",
  question: "Which tools take the most time, all their calls added up?",
  empty: "No tool call in this pool has a positive latency.",
  flags: TOOL_FLAGS,
  async run({ db, options }) {
    const rows = await db.rows(TIMES);
    const tools = byTool(rows);
    const results = { tables: [timeTable(tools)], headlines: headlines(tools) };
    const panels = providerOrder(rows.map(({ provider }) => provider)).map((provider) => {
      const own = rows.filter((row) => row.provider === provider);
      const { calls, valid, missing } = sumsOf(own, ["calls", "valid", "missing"]);
      return {
        provider,
        counts: { provider, calls, measured: valid, zero: calls - valid - missing },
        tools: forPanel(own, options.minToolCallsForPlot, options.topTools),
      };
    });
    const shown = panels.filter((panel) => panel.tools.length > 0);
    return shown.length > 0 ? { ...results, figures: [timeFigure(shown)] } : results;
  },
});

function timeTable(tools: readonly ToolTime[]): Table {
  const total = sumMs(tools);
  return table(
    "tool_total_time_by_kind",
    tools,
    {
      tool_name: { of: ({ tool }) => tool, says: "Tool, trimmed of spaces; `<unknown-tool>` when missing" },
      tool_calls: { of: ({ calls }) => calls, says: "All calls of the tool", unit: "calls" },
      valid_latency_calls: { of: ({ valid }) => valid, says: "Calls with a positive latency", unit: "calls" },
      missing_latency_calls: { of: ({ missing }) => missing, says: "Calls without a latency", unit: "calls" },
      error_calls: { of: ({ errors }) => errors, says: "Calls marked as an error", unit: "calls" },
      ...totalLatencyColumns(({ total_ms }: ToolTime) => total_ms),
      latency_share: { of: ({ total_ms }) => total_ms / total, says: "Share of the summed latency of all tools", unit: "share" },
      avg_latency_ms: { of: ({ total_ms, valid }) => total_ms / valid, says: "Mean of the positive latencies", unit: "ms" },
    },
    {
      title: "Summed time by tool, all providers together",
      caption:
        "One row per tool with a positive latency, most time first. Latency is what the tool reported, otherwise the time between call and result.",
    },
  );
}

function headlines(tools: readonly ToolTime[]): Headline[] {
  const total = sumMs(tools);
  return [
    ...(tools.length > 0 ? [{ label: "Tool time in total", value: hoursCompact(total / MS_PER_H) }] : []),
    ...tools.slice(0, 2).map(({ tool, total_ms }) => ({ label: `Time in ${tool}`, value: percent(total_ms / total) })),
  ];
}

function sumMs(tools: readonly ToolTime[]): number {
  return tools.reduce((sum, { total_ms }) => sum + total_ms, 0);
}
