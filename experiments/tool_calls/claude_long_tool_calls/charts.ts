/** Figure: the longest calls, when they ran and how long. */

import { hoursAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { type RankedBar, rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Audit, HUMAN_TOOLS, type LongCall } from "./audit.ts";

const MOST_CALLS = 25;
const MS_PER_HOUR = 3_600_000;

/** @param calls longest first, one at least */
export function longestFigure(calls: readonly LongCall[], audit: Audit): Figure {
  const shown = calls.slice(0, MOST_CALLS);
  const shownHours = shown.reduce((sum, { effective_latency_hours }) => sum + effective_latency_hours, 0);
  const all = hoursCompact(audit.totalMs / MS_PER_HOUR);
  const heading =
    shown.length < calls.length
      ? `The ${grouped(shown.length)} longest of ${grouped(calls.length)} long calls: ${hoursCompact(shownHours)} of ${all}`
      : `${grouped(calls.length)} long calls take ${all}`;
  const facts = `${grouped(audit.calls)} long calls take ${all}; ${grouped(audit.human.calls)} of them wait for a person`;
  return {
    name: "claude_longest_tool_calls",
    title: "The longest tool calls of Claude",
    spec: figure(
      rankedBars({
        bars: shown.map(barOf),
        x: hoursAxis((shown[0] as LongCall).effective_latency_hours, { title: "Latency of the call" }),
      }),
      figureTitle(heading, "Beside each bar: latency and when the call was made (UTC). Grey: tools that wait for a person."),
    ),
    caption: `The longest calls over the threshold. ${facts}. The ${grouped(shown.length)} shown hold ${percent(shownHours / (audit.totalMs / MS_PER_HOUR))} of that time.`,
    alt: `Horizontal bars, longest call first, from ${hoursCompact((shown[0] as LongCall).effective_latency_hours)} down to ${hoursCompact((shown.at(-1) as LongCall).effective_latency_hours)}. ${facts}.`,
  };
}

function barOf({ tool_name, effective_latency_hours, emitted_at }: LongCall): RankedBar {
  const when = emitted_at === null ? "" : `, ${emitted_at.slice(0, 16).replace("T", " ")}`;
  return {
    name: displayToolName(tool_name),
    value: effective_latency_hours,
    label: `${hoursCompact(effective_latency_hours)}${when}`,
    color: HUMAN_TOOLS.includes(tool_name) ? COLORS.light.neutral : providerColor("claude"),
  };
}
