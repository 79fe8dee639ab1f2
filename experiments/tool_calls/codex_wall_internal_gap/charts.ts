/** Figures: internal time and gap by tool, and the calls against their gap by its length. */
import { hoursAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { type ShareSegment, sharePanels } from "../../../lib/chart/stacked-shares.ts";
import { COLORS, providerColor } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { GapByTool } from "./categories.ts";

export interface BucketRow {
  readonly category: string;
  readonly gap_bucket: string;
  readonly calls: number;
  readonly gap_total_s: number;
}

const SECONDS_PER_HOUR = 3600;
const MOST_TOOLS = 10;
const PARTS = { internal: "reported by the runner", gap: "outside the runner" } as const;
const BARS = { calls: "Calls", gap: "Their gap" } as const;
const BUCKETS = ["<=1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">1h"];
const KINDS: Readonly<Record<string, string>> = {
  execution_like: "Tools that run something",
  write_stdin: "write_stdin",
  other_both_timed: "Other timed tools",
};

/** @param gaps by tool, largest summed gap first, one at least */
export function gapFigure(gaps: readonly GapByTool[]): Figure {
  const shown = gaps.slice(0, MOST_TOOLS);
  const bars = shown.map(({ tool_name, wall_total_s, gap_total_s, calls }) => ({
    name: `${displayToolName(tool_name)} (${grouped(calls)})`,
    // Clipping call by call can make the gap larger than wall less internal; the bar as a whole is the wall time.
    values: { [PARTS.internal]: Math.max(0, wall_total_s - gap_total_s) / SECONDS_PER_HOUR, [PARTS.gap]: gap_total_s / SECONDS_PER_HOUR },
  }));
  const longest = Math.max(...shown.map(({ wall_total_s }) => wall_total_s)) / SECONDS_PER_HOUR;
  const [wall, gap] = [gaps.reduce((sum, row) => sum + row.wall_total_s, 0), gaps.reduce((sum, row) => sum + row.gap_total_s, 0)];
  const facts = `${percent(gap / wall)} of ${hoursCompact(wall / SECONDS_PER_HOUR)} of wall time lie outside the runner`;
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
      figureTitle(facts, "Codex tool calls with both times, summed by tool; number of calls in brackets."),
    ),
    caption: `The bar is the wall time of a tool's calls, the grey part what the runner does not account for: approvals, start of a shell, scheduling. The ${shown.length} tools with the largest gap. ${facts}.`,
    alt: `Stacked horizontal bars by tool, time inside and outside the runner. ${facts}.`,
  };
}

/** @param rows one at least */
export function bucketFigure(rows: readonly BucketRow[]): Figure {
  const kinds = Object.keys(KINDS).filter((kind) => rows.some(({ category }) => category === kind));
  const segments = kinds.flatMap((kind) => segmentsOf(kind, rows));
  const long = rows.filter(({ gap_bucket }) => BUCKETS.indexOf(gap_bucket) >= BUCKETS.indexOf("10s-1m"));
  const share = (of: (row: BucketRow) => number) =>
    long.reduce((sum, row) => sum + of(row), 0) / (rows.reduce((sum, row) => sum + of(row), 0) || 1);
  const facts = `Gaps over ten seconds: ${percent(
    share(({ calls }) => calls),
    1,
  )} of the calls, ${percent(share(({ gap_total_s }) => gap_total_s))} of the gap`;
  return {
    name: "codex_wall_internal_gap_buckets",
    title: "Calls and gap by length of the gap",
    spec: grid(
      sharePanels({ segments, bins: BUCKETS, bars: Object.values(BARS), legendTitle: "Gap of a call" }).map(({ group, panel }) =>
        withHeading(panel, group),
      ),
      {
        sharedColor: true,
        title: figureTitle(facts, "Share of the calls with both times, and of their summed gap, by length of the gap."),
      },
    ),
    caption: `Upper bar: calls; lower bar: the gap of the same calls. A kind of tool without any gap has no lower bar. ${facts}.`,
    alt: `Pairs of stacked bars by kind of tool, joined by ribbons. ${facts}.`,
  };
}

function segmentsOf(kind: string, rows: readonly BucketRow[]): ShareSegment[] {
  const own = rows.filter(({ category }) => category === kind);
  const calls = own.reduce((sum, row) => sum + row.calls, 0);
  const gap = own.reduce((sum, row) => sum + row.gap_total_s, 0);
  return own.flatMap((row) => [
    { group: KINDS[kind] as string, bar: BARS.calls, bin: row.gap_bucket, share: row.calls / calls },
    ...(gap > 0 ? [{ group: KINDS[kind] as string, bar: BARS.gap, bin: row.gap_bucket, share: row.gap_total_s / gap }] : []),
  ]);
}
