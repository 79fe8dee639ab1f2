/** Figure: the longest calls, when they ran and how long. */

import { hoursAxis } from "../../../lib/chart/axes.ts";
import { type RankedBar, rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact, hoursCompact, MS_PER_H, MS_PER_S } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { type Audit, HUMAN_TOOLS, type LongCall } from "./measure.ts";

/** @param calls longest first, one at least, as many as are drawn; @param audit of all long calls */
export function longestFigure(calls: readonly LongCall[], audit: Audit, thresholdMs: number): Figure {
  const longest = at(calls, 0);
  const threshold = durationCompact(thresholdMs / MS_PER_S);
  const people = `${grouped(audit.human_calls)} of them are of tools that ask a person`;
  const facts = `${counted(audit.calls, "call")} over ${threshold} ${audit.calls === 1 ? "takes" : "take"} ${hoursCompact(audit.total_ms / MS_PER_H)}; ${people}`;
  const hasHuman = calls.some(isHuman);
  return {
    name: "claude_longest_tool_calls",
    title: `Claude: ${counted(audit.calls, "call")} over ${threshold}, the longest ${hoursCompact(hoursOf(longest))} (${shortLabel(longest.tool_name)})`,
    subtitle: `Next to each bar: latency and time of the call (UTC).${hasHuman ? " Gray: tools that ask a person." : ""}`,
    coverage: { shown: calls.length, of: audit.calls, what: `calls over ${threshold}`, rest: "are shorter" },
    spec: rankedBars({ bars: calls.map(barOf), x: hoursAxis(hoursOf(longest), { title: `Latency of the call, over ${threshold}` }) }),
    caption: `The longest calls over the threshold of ${threshold}. ${facts}. Any other may have waited for a permission: the records don't distinguish that from work.`,
    reading: `Each bar is one call: its latency, and when it was made (UTC). Claude's records rarely have a duration that the tool reported, so a bar is usually
the gap between the record of the call and that of its result: work, a sleeping machine, a session resumed the next day, or a wait for a permission.
Gray bars, if there are any, are tools that ask a person.`,
    alt: `Horizontal bars, longest call first, from ${hoursCompact(hoursOf(longest))} down to ${hoursCompact(hoursOf(at(calls, -1)))}. ${facts}.`,
  };
}

function isHuman({ tool_name }: LongCall): boolean {
  return HUMAN_TOOLS.includes(tool_name);
}

function hoursOf({ effective_latency_ms }: LongCall): number {
  return effective_latency_ms / MS_PER_H;
}

function barOf(call: LongCall): RankedBar {
  const { tool_name, emitted_at } = call;
  const when = emitted_at === null ? "" : `, ${emitted_at.slice(0, 16).replace("T", " ")}`;
  return {
    name: tool_name,
    value: hoursOf(call),
    label: `${hoursCompact(hoursOf(call))}${when}`,
    color: isHuman(call) ? COLORS.light.neutral : providerColor("claude"),
  };
}
