/** Figure: summed time by tool, a panel per provider. */
import { hoursAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { providerColor, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, latencyCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { ToolTime } from "./measure.ts";

const MS_PER_HOUR = 3_600_000;

interface ProviderPanel {
  readonly provider: string;
  /** Most time first, one at least. */
  readonly tools: readonly ToolTime[];
}

export function timeFigure(panels: readonly ProviderPanel[]): Figure {
  const names = panels.map(({ provider }) => provider);
  const facts = panels.map(({ provider, tools }) => leaderOf(title(provider), tools[0] as ToolTime)).join(" ");
  return {
    name: "tool_total_time_by_kind",
    title: "Summed time by tool",
    spec: grid(
      panels.map(({ provider, tools }) => withHeading(timePanel(tools, providerColor(provider, names)), title(provider), { over: "plot" })),
      { title: figureTitle("Where tool time goes", "Latency of all calls of a tool added up; calls that ran side by side count in full.") },
    ),
    caption: `Hours of summed effective latency per tool, with the number of calls and the mean of those that have a latency. Time that a person took to answer counts as the tool's. ${facts}`,
    alt: `Horizontal bars per provider, the tool with the most time first. ${facts}`,
  };
}

function timePanel(tools: readonly ToolTime[], color: string): Panel {
  return rankedBars({
    bars: tools.map((tool) => ({ name: displayToolName(tool.tool), value: tool.totalMs / MS_PER_HOUR, label: labelOf(tool), color })),
    x: hoursAxis(Math.max(...tools.map(({ totalMs }) => totalMs)) / MS_PER_HOUR, { title: "Summed latency" }),
    width: 700,
  });
}

function labelOf({ calls, valid, totalMs }: ToolTime): string {
  return `${hoursCompact(totalMs / MS_PER_HOUR)}, n=${grouped(calls)}, mean ${latencyCompact(totalMs / valid)}`;
}

function leaderOf(provider: string, { tool, totalMs, calls }: ToolTime): string {
  return `${provider}: ${displayToolName(tool)} leads with ${hoursCompact(totalMs / MS_PER_HOUR)} in ${grouped(calls)} calls.`;
}

function title(provider: string): string {
  return shortLabel(providerTitle(provider));
}
