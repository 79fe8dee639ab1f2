/** Figure: summed time by tool, a panel per provider. */

import { hoursAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, latencyCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { coverageHeading, coverageSentence, latencyCoverage, measuredOf } from "../../../lib/trace/latency-panels.ts";
import type { ToolTime } from "./measure.ts";

const BARS_WIDTH = 420;

interface ProviderPanel {
  readonly provider: string;
  /** Of all its calls. */
  readonly counts: Parameters<typeof coverageSentence>[0];
  /** Most time first, one at least. */
  readonly tools: readonly ToolTime[];
}

export function timeFigure(panels: readonly ProviderPanel[]): Figure {
  const names = panels.map(({ provider }) => provider);
  const most = Math.max(...panels.flatMap(({ tools }) => tools.map(({ total_ms }) => total_ms)));
  const x = hoursAxis(most / MS_PER_H, { title: "Summed latency" });
  const facts = panels.map(leaderOf).join(", ");
  return {
    name: "tool_total_time_by_kind",
    title: `Most time: ${facts}`,
    subtitle: `Latency of all measured calls of a tool, added up: their number times their mean.${panels.length > 1 ? " The panels share their scale." : ""}`,
    coverage: latencyCoverage(panels.map(({ counts }) => counts)),
    spec: grid(
      panels.map((panel) => timePanel(panel, x, providerColor(panel.provider, names))),
      { spacing: 40 },
    ),
    caption: `Summed latency by tool; parallel calls count in full, and time that a person takes to answer counts as the tool's. Most time: ${facts}. ${panels.map(({ counts }) => coverageSentence(counts)).join(" ")}`,
    reading: `A bar is the summed latency of all calls of a tool. The tools of an MCP server are combined, and so are rare tools, unless all are rare.
Two things bring a tool to the top: very many calls (shells) or very slow ones (questions to the user, subagents). The columns show which:
the calls that have a positive latency, and their mean, which multiply to the bar.`,
    alt: `Horizontal bars of summed latency by tool, a panel per provider, with the number of calls and their mean in columns. Most time: ${facts}.`,
  };
}

function timePanel({ tools, counts }: ProviderPanel, x: Axis, color: string): Panel {
  const names = tools.map(({ tool }) => tool);
  const total = totalOf(tools);
  const bars = rankedBars({
    bars: tools.map(({ total_ms }, i) => ({
      name: at(names, i),
      value: total_ms / MS_PER_H,
      label: `${hoursCompact(total_ms / MS_PER_H)} (${percent(total_ms / total)})`,
      color,
    })),
    x,
    width: BARS_WIDTH,
  });
  const table = withSideColumns({ ...bars, width: BARS_WIDTH }, names, [
    // Room for the label of the longest bar.
    { heading: "", width: 76, texts: [] },
    { heading: "Measured calls", width: 116, texts: tools.map(({ calls, valid }) => measuredOf({ calls, measured: valid, zero: 0 })) },
    { heading: "Mean", width: 70, texts: tools.map(({ total_ms, valid }) => latencyCompact(total_ms / valid)) },
  ]);
  return withHeading(table, `${coverageHeading(counts)}, ${hoursCompact(total / MS_PER_H)}`);
}

function totalOf(tools: readonly ToolTime[]): number {
  return sumOf(tools, ({ total_ms }) => total_ms);
}

/** `Task 31.6h of 96.7h (Claude)`. */
function leaderOf({ provider, tools }: ProviderPanel): string {
  const { tool, total_ms } = at(tools, 0);
  return `${shortLabel(tool)} ${hoursCompact(total_ms / MS_PER_H)} of ${hoursCompact(totalOf(tools) / MS_PER_H)} (${providerLabel(provider)})`;
}
