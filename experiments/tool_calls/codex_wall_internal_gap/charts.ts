/** Figures: how much of the wall time of each tool is outside the runner, and the calls against their gap by its length. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { kindColor } from "../../../lib/chart/palette.ts";
import { rankedBars } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact, S_PER_H } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Bucket, GAP_BUCKETS, type GapByTool } from "./measure.ts";

const BARS_WIDTH = 420;
const MOST_TOOLS = 10;
const BARS = { calls: "Calls", gap: "Their gap" } as const;
const KINDS = [
  ["execution_like", "Tools that run something"],
  ["write_stdin", "write_stdin"],
  ["other_both_timed", "Other timed tools"],
] as const;
/** Of `GAP_BUCKETS`. */
const BUCKET_LABELS = ["up to 1 s", "1-10 s", "10 s-1m", "1-10m", "10m-1h", "over 1h"] as const;
const LONG_FROM = GAP_BUCKETS.indexOf("10s-1m");

/** @param gaps by tool, largest summed gap first, one at least; @param codexCalls all calls of Codex */
export function gapFigure(gaps: readonly GapByTool[], codexCalls: number): Figure {
  const all = { tool_name: "All tools", ...sumsOf(gaps, ["calls", "wall_total_s", "gap_total_s"]) };
  const rows = gaps.length > 1 ? [all, ...gaps.slice(0, MOST_TOOLS)] : gaps;
  const names = rows.map(({ tool_name }) => tool_name);
  const bars = rankedBars({
    bars: rows.map((row, i) => ({
      name: at(names, i),
      value: outside(row),
      label: percent(outside(row), 1),
      color: row === all ? COLORS.light.neutral : providerColor("codex"),
    })),
    x: shareAxis({ title: "Share of the wall time outside the runner" }),
    width: BARS_WIDTH,
  });
  const columns = [
    { heading: "Calls", width: 100, texts: rows.map(({ calls }) => grouped(calls)) },
    { heading: "Wall time", width: 84, texts: rows.map(({ wall_total_s }) => hoursOf(wall_total_s)) },
    {
      heading: "Outside",
      width: 130,
      texts: rows.map(({ gap_total_s }) => hoursOf(gap_total_s)),
      bars: { shares: rows.map(({ gap_total_s }) => shareOf(gap_total_s, all.gap_total_s)), color: kindColor("unknown") },
    },
  ];
  const facts = `${percent(outside(all), 1)} of ${hoursOf(all.wall_total_s)} of wall time is outside the runner`;
  return {
    name: "codex_wall_internal_gap",
    title: `Codex tools: ${facts}`,
    subtitle: "By tool, the largest summed gap first.",
    coverage: { shown: all.calls, of: codexCalls, what: "calls", rest: "lack a wall time or a time of the runner" },
    spec: withSideColumns({ ...bars, width: BARS_WIDTH }, names, columns),
    caption: `Share of the wall time that the runner does not account for, of the tools with the largest gap. ${facts}.`,
    reading: `A bar is the share of the wall time of a tool's calls that the runner does not account for: an approval, the start of a shell, scheduling. The trace
does not distinguish these, so it is an upper bound for each of them. A large share of little wall time matters less than the column \`Outside\` says.`,
    alt: `Horizontal bars by tool: the share of wall time outside the runner, with calls, wall time and gap in columns. ${facts}.`,
  };
}

/** Clipping call by call can make the gap a little larger than the wall time. */
function outside({ gap_total_s, wall_total_s }: Pick<GapByTool, "gap_total_s" | "wall_total_s">): number {
  return Math.min(1, shareOf(gap_total_s, wall_total_s));
}

function hoursOf(seconds: number): string {
  return seconds === 0 ? durationCompact(0) : hoursCompact(seconds / S_PER_H);
}

/** Null unless a kind of tool has a gap and enough calls. */
export function bucketFigure(rows: readonly Bucket[]): Figure | null {
  const kinds = KINDS.map(([kind, label]) =>
    kindOf(
      label,
      rows.filter(({ category }) => category === kind),
    ),
  ).filter(({ calls, gap_total_s }) => calls >= MINIMUM.share && gap_total_s > 0);
  const [most] = kinds.toSorted((a, b) => b.gap_total_s - a.gap_total_s);
  if (!most) return null;
  const facts = kinds.map(({ label, long }) => `${label}: ${percent(long.calls, 1)} of the calls, ${percent(long.gap, 1)} of the gap`);
  const { calls, of } = { calls: sumsOf(kinds, ["calls"]).calls, of: sumsOf(rows, ["calls"]).calls };
  return {
    name: "codex_wall_internal_gap_buckets",
    title: `Gaps over ten seconds: ${percent(most.long.calls, 1)} of the calls, ${percent(most.long.gap, 1)} of the gap (${most.label})`,
    subtitle: "Upper bar: calls by the length of their gap. Lower bar: the summed gap of the same calls.",
    coverage: { shown: calls, of, what: "calls with both times", rest: "are of kinds without a gap or with few calls" },
    spec: grid(
      sharePanels({
        segments: kinds.flatMap(({ segments }) => segments),
        bins: BUCKET_LABELS,
        bars: Object.values(BARS),
        legendTitle: "Gap of a call",
        marked: { fromBin: at(BUCKET_LABELS, LONG_FROM), text: "over ten seconds" },
      }).map(({ group, panel }, i) => {
        const { calls: n, gap_total_s } = at(kinds, i);
        return withHeading(panel, `${group}: ${grouped(n)} calls, gap of ${hoursOf(gap_total_s)}`);
      }),
      { sharedColor: true },
    ),
    caption: `Upper bar: calls; lower bar: the gap of the same calls. Gaps over ten seconds, ${facts.join("; ")}.`,
    reading: `The upper bar of a kind of tool has its calls by the length of their gap, the lower bar the summed gap of the same calls. Most calls in
short ranges with most of the gap in long ones means rare long waits, not a constant overhead. Kinds without any gap are left out.`,
    alt: `Pairs of stacked bars by kind of tool, joined by ribbons. Gaps over ten seconds, ${facts.join("; ")}.`,
  };
}

function kindOf(label: string, rows: readonly Bucket[]) {
  const all = sumsOf(rows, ["calls", "gap_total_s"]);
  const long = sumsOf(
    rows.filter(({ gap_bucket }) => GAP_BUCKETS.indexOf(gap_bucket) >= LONG_FROM),
    ["calls", "gap_total_s"],
  );
  const segments = rows.flatMap(({ gap_bucket, calls, gap_total_s }): ShareSegment[] => {
    const place = { group: label, bin: at(BUCKET_LABELS, GAP_BUCKETS.indexOf(gap_bucket)) };
    return [
      { ...place, bar: BARS.calls, share: shareOf(calls, all.calls) },
      { ...place, bar: BARS.gap, share: shareOf(gap_total_s, all.gap_total_s) },
    ];
  });
  return { label, ...all, segments, long: { calls: shareOf(long.calls, all.calls), gap: shareOf(long.gap_total_s, all.gap_total_s) } };
}
