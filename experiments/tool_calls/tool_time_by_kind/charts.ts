/** Figure: summed time by tool, a panel per provider. */

import { hoursAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, latencyCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { ToolTime } from "./measure.ts";

const READING = `A bar is the summed latency of all calls of a tool. Tools of MCP servers are combined as \`mcp\`, rare tools as \`Other\`.
Two things bring a tool to the top: very many calls (shells) or very slow ones (questions to the user, subagents). The text next to a bar shows
which: the number of calls and their mean latency.`;

interface ProviderPanel {
  readonly provider: string;
  /** Most time first, one at least. */
  readonly tools: readonly ToolTime[];
}

export function timeFigure(panels: readonly ProviderPanel[]): Figure {
  const names = panels.map(({ provider }) => provider);
  const facts = panels.map(({ provider, tools }) => leaderOf(providerLabel(provider), at(tools, 0))).join(" ");
  return {
    name: "tool_total_time_by_kind",
    title: "Summed time by tool",
    spec: grid(
      panels.map(({ provider, tools }) =>
        withHeading(timePanel(tools, providerColor(provider, names)), providerLabel(provider), { over: "plot" }),
      ),
      { title: "Where tool time goes", subtitle: "Latency of all calls of a tool added up; parallel calls count in full." },
    ),
    caption: `Summed latency by tool, with the number of calls and the mean of the positive latencies. Time that a person takes to answer counts as the tool's. ${facts}`,
    reading: READING,
    alt: `Horizontal bars of summed latency by tool, a panel per provider, most time first. ${facts}`,
  };
}

function timePanel(tools: readonly ToolTime[], color: string): Panel {
  return rankedBars({
    bars: tools.map((tool) => ({ name: displayToolName(tool.tool), value: tool.total_ms / MS_PER_H, label: labelOf(tool), color })),
    x: hoursAxis(Math.max(...tools.map(({ total_ms }) => total_ms)) / MS_PER_H, { title: "Summed latency" }),
    width: 700,
  });
}

function labelOf({ calls, valid, total_ms }: ToolTime): string {
  return `${hoursCompact(total_ms / MS_PER_H)}, n=${grouped(calls)}, mean ${latencyCompact(total_ms / valid)}`;
}

function leaderOf(provider: string, { tool, total_ms, calls }: ToolTime): string {
  return `${provider}: ${displayToolName(tool)} leads with ${hoursCompact(total_ms / MS_PER_H)} in ${grouped(calls)} calls.`;
}
