/** The figure: which tools have rows that repeat a call, and how much tool time those add. */
import { countAxis, hoursAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { type Audit, type Breakdown, hoursOf } from "./duplicates.ts";
import { toolTitle } from "./tables.ts";

const BARS = 10;
const BAR_WIDTH = 640;

/** Some call must be held by several rows. */
export function duplicatesFigure({ all, tools, providers }: Audit): Figure {
  const names = providers.map(({ provider }) => provider ?? "");
  const rowShare = all.extra_rows / all.raw_rows;
  const facts =
    `${grouped(all.extra_rows)} of ${grouped(all.raw_rows)} rows (${percent(rowShare, 1)}) repeat a call that another row holds; ` +
    `they add ${hoursCompact(hoursOf(all.overcount_ms))} to the ${hoursCompact(hoursOf(all.raw_latency_ms))} of tool time.`;
  const rows = barsPanel("Extra rows", tools, names, {
    value: ({ extra_rows }) => extra_rows,
    axis: (max) => countAxis(max, { title: "Rows beyond the first of each call" }),
    label: (tool) => `${grouped(tool.extra_rows)} (${percent(tool.extra_rows / tool.raw_rows, 1)} of its rows)`,
  });
  const time = barsPanel("Tool time counted too often", tools, names, {
    value: ({ overcount_ms }) => hoursOf(overcount_ms),
    axis: (max) => hoursAxis(max, { title: "Effective latency of the extra rows" }),
    // Latencies below zero are counted as they are, so a tool's sum may be smaller than its part.
    label: ({ overcount_ms, raw_latency_ms }) =>
      hoursCompact(hoursOf(overcount_ms)) +
      (raw_latency_ms >= overcount_ms && raw_latency_ms > 0 ? ` (${percent(overcount_ms / raw_latency_ms, 1)} of its time)` : ""),
  });
  return {
    name: "duplicate_tool_calls",
    title: `${percent(rowShare, 1)} of the rows of tool calls repeat a call that another row holds`,
    subtitle: "A call may be in the files of a session and of its sub-agents, or in a trace twice. Largest tools first.",
    coverage: { shown: all.extra_rows, of: all.raw_rows, what: `rows (${percent(rowShare, 1)})`, rest: "are calls of their own" },
    spec: grid([rows, time].flat()),
    caption: `Above, rows beyond the first of each call, by tool; below, the tool time that they add. ${facts}`,
    reading:
      "Above: rows beyond the first of each call, by tool and provider. Below: the tool time that these rows add. A long bar: counting rows instead of calls overstates this tool.",
    alt: `Two lists of horizontal bars by provider and tool, largest first: extra rows and overcounted tool time. ${facts}`,
  };
}

interface Measure {
  readonly value: (tool: Breakdown) => number;
  readonly axis: (max: number) => Axis;
  readonly label: (tool: Breakdown) => string;
}

/** Nothing when no tool has any of it. */
function barsPanel(heading: string, tools: readonly Breakdown[], names: readonly string[], { value, axis, label }: Measure): Panel[] {
  const largest = tools
    .filter((tool) => value(tool) > 0)
    .toSorted((a, b) => value(b) - value(a))
    .slice(0, BARS);
  const [first] = largest;
  if (!first) return [];
  const bars = largest.map((tool) => ({
    name: toolTitle(tool),
    value: value(tool),
    label: label(tool),
    color: providerColor(tool.provider ?? "", names),
  }));
  return [withHeading(rankedBars({ bars, x: axis(value(first)), width: BAR_WIDTH }), heading, { over: "plot" })];
}
