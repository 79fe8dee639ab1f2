/** Figure: the longest calls, when they ran and how long. */

import { hoursAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { type RankedBar, rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Audit, HUMAN_TOOLS, type LongCall } from "./measure.ts";

const MOST_CALLS = 25;

const READING = `Each bar is one call: its latency, and when it was made (UTC). Claude's records rarely have a duration that the tool reported, so a bar is usually
the gap between the record of the call and that of its result: work, a sleeping machine, a session resumed the next day, or an approval. Gray
bars are tools that wait for a person.`;

/** @param calls longest first, one at least */
export function longestFigure(calls: readonly LongCall[], audit: Audit): Figure {
  const shown = calls.slice(0, MOST_CALLS);
  const shownHours = shown.reduce((sum, call) => sum + hoursOf(call), 0);
  const all = hoursCompact(audit.totalMs / MS_PER_H);
  const heading =
    shown.length < calls.length
      ? `The ${grouped(shown.length)} longest of ${grouped(calls.length)} long calls: ${hoursCompact(shownHours)} of ${all}`
      : `${grouped(calls.length)} long calls take ${all}`;
  const facts = `${grouped(audit.calls)} long calls take ${all}; ${grouped(audit.human.calls)} of them wait for a person`;
  return {
    name: "claude_longest_tool_calls",
    title: "The longest tool calls of Claude",
    spec: figure(
      rankedBars({ bars: shown.map(barOf), x: hoursAxis(hoursOf(at(shown, 0)), { title: "Latency of the call" }) }),
      heading,
      "Next to each bar: latency and time of the call (UTC). Gray: tools that wait for a person.",
    ),
    caption: `The longest calls over the threshold. ${facts}. The ${grouped(shown.length)} shown take ${percent(shownHours / (audit.totalMs / MS_PER_H))} of that time.`,
    reading: READING,
    alt: `Horizontal bars, longest call first, from ${hoursCompact(hoursOf(at(shown, 0)))} down to ${hoursCompact(hoursOf(at(shown, -1)))}. ${facts}.`,
  };
}

function hoursOf({ effective_latency_ms }: LongCall): number {
  return effective_latency_ms / MS_PER_H;
}

function barOf(call: LongCall): RankedBar {
  const { tool_name, emitted_at } = call;
  const when = emitted_at === null ? "" : `, ${emitted_at.slice(0, 16).replace("T", " ")}`;
  return {
    name: displayToolName(tool_name),
    value: hoursOf(call),
    label: `${hoursCompact(hoursOf(call))}${when}`,
    color: HUMAN_TOOLS.includes(tool_name) ? COLORS.light.neutral : providerColor("claude"),
  };
}
