/** Figures: internal time and gap by tool, and the calls against their gap by its length. */
import { hoursAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact, S_PER_H } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { type Bucket, GAP_BUCKETS, type GapByTool } from "./measure.ts";

const GAP_READING = `A bar is the summed wall time of a tool's calls. The gray part is what the runner does not account for: an approval, the start of a shell,
scheduling. The trace does not distinguish these, so gray is an upper bound for each of them.`;
const BUCKET_READING = `The upper bar of a kind of tool has its calls by the length of their gap, the lower bar the summed gap of the same calls. Most calls in
short ranges with most of the gap in long ones means rare long waits, not a constant overhead. A kind without any gap has no lower bar.`;
const MOST_TOOLS = 10;
const PARTS = { internal: "reported by the runner", gap: "outside the runner" } as const;
const BARS = { calls: "Calls", gap: "Their gap" } as const;
const KINDS = [
  ["execution_like", "Tools that run something"],
  ["write_stdin", "write_stdin"],
  ["other_both_timed", "Other timed tools"],
] as const;

/** @param gaps by tool, largest summed gap first, one at least */
export function gapFigure(gaps: readonly GapByTool[]): Figure {
  const shown = gaps.slice(0, MOST_TOOLS);
  const bars = shown.map(({ tool_name, wall_total_s, gap_total_s, calls }) => ({
    name: `${displayToolName(tool_name)} (${grouped(calls)})`,
    // Clipping call by call can make the gap larger than wall less internal; the bar as a whole is the wall time.
    values: { [PARTS.internal]: Math.max(0, wall_total_s - gap_total_s) / S_PER_H, [PARTS.gap]: gap_total_s / S_PER_H },
  }));
  const longest = Math.max(...shown.map(({ wall_total_s }) => wall_total_s)) / S_PER_H;
  const [wall, gap] = [gaps.reduce((sum, row) => sum + row.wall_total_s, 0), gaps.reduce((sum, row) => sum + row.gap_total_s, 0)];
  const facts = `${percent(gap / wall)} of ${hoursCompact(wall / S_PER_H)} of wall time is outside the runner`;
  return {
    name: "codex_wall_internal_gap",
    title: "Wall time of Codex tools: inside and outside the runner",
    spec: figure(
      splitBars({
        bars,
        parts: [
          { name: PARTS.internal, color: providerColor("codex") },
          { name: PARTS.gap, color: COLORS.light.neutral },
        ],
        x: hoursAxis(longest, { title: "Summed wall time" }),
        label: (value) => hoursCompact(value),
      }),
      facts,
      "Codex tool calls with both times, summed by tool; number of calls in parentheses.",
    ),
    caption: `Wall time of the ${grouped(shown.length)} tools with the largest gap; gray is what the runner does not account for. ${facts}.`,
    reading: GAP_READING,
    alt: `Stacked horizontal bars by tool, time inside and outside the runner. ${facts}.`,
  };
}

/** @param rows one at least */
export function bucketFigure(rows: readonly Bucket[]): Figure {
  const segments = KINDS.flatMap(([kind, label]) =>
    segmentsOf(
      label,
      rows.filter(({ category }) => category === kind),
    ),
  );
  const long = rows.filter(({ gap_bucket }) => GAP_BUCKETS.indexOf(gap_bucket) >= GAP_BUCKETS.indexOf("10s-1m"));
  const share = (of: (row: Bucket) => number) =>
    long.reduce((sum, row) => sum + of(row), 0) / (rows.reduce((sum, row) => sum + of(row), 0) || 1);
  const facts = `Gaps over ten seconds: ${percent(
    share(({ calls }) => calls),
    1,
  )} of the calls, ${percent(share(({ gap_total_s }) => gap_total_s))} of the gap`;
  return {
    name: "codex_wall_internal_gap_buckets",
    title: "Calls and gap by length of the gap",
    spec: grid(
      sharePanels({ segments, bins: GAP_BUCKETS, bars: Object.values(BARS), legendTitle: "Gap of a call" }).map(({ group, panel }) =>
        withHeading(panel, group),
      ),
      { sharedColor: true, title: facts, subtitle: "Share of the calls with both times, and of their summed gap, by length of the gap." },
    ),
    caption: `Upper bar: calls; lower bar: the gap of the same calls. ${facts}.`,
    reading: BUCKET_READING,
    alt: `Pairs of stacked bars by kind of tool, joined by ribbons. ${facts}.`,
  };
}

function segmentsOf(group: string, rows: readonly Bucket[]): ShareSegment[] {
  const calls = rows.reduce((sum, row) => sum + row.calls, 0);
  const gap = rows.reduce((sum, row) => sum + row.gap_total_s, 0);
  return rows.flatMap((row) => [
    { group, bar: BARS.calls, bin: row.gap_bucket, share: row.calls / calls },
    ...(gap > 0 ? [{ group, bar: BARS.gap, bin: row.gap_bucket, share: row.gap_total_s / gap }] : []),
  ]);
}
