/** Figures: how often total input shrinks, and how large growth and reductions are. */

import { logTokenAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints } from "../../../lib/chart/cdf.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { COLORS, providerColor, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { INTERVALS_SENTENCE } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import type { Trigger } from "../../../lib/trace/triggers.ts";
import { type FallInterval, type GrowthSummary, MERGED, REDUCTIONS, type Reduction, summaryOf, type Thresholds } from "./measure.ts";

const REDUCTION_COLORS: Readonly<Record<Reduction, string>> = {
  micro_reduction: COLORS.light.neutral,
  ordinary_reduction: seriesColor(2),
  major_reduction: seriesColor(1),
};
/** What a step follows. */
const TRIGGER_TITLES: Readonly<Record<Trigger, string>> = { all: "any", user: "message", tool_result: "tool result" };
const MOST_CHARACTERS = 14;
/** Space right of the longest bar, as a factor. */
const HEADROOM = 1.04;
/** The token axis spans at least this. */
const LEAST_DOMAIN_TOKENS = [1, 128 * 1024] as const;
const PANEL_HEIGHT = 250;

const REDUCTIONS_READING = `For each provider and each kind of step, the share of steps that send less than the one before. Growth is the norm, so the
bars are short. Long bars after messages point to people: they resume, edit or compact. What is left after tool results
is done by the agent itself, mostly automatic compaction.`;
const SIZES_READING = `Above, how much growing steps add; below, how much shrinking ones lose, over the same axis. A steep piece of a curve is a common
size. Major reductions are to the right of the second dashed line: few, but each undoes hundreds of steps of growth.`;

/** Null when no step shrinks. */
export function reductionsFigure(summaries: readonly GrowthSummary[], intervalOf: FallInterval, thresholds: Thresholds): Figure | null {
  const bars = summaries.filter(({ scope, trigger, n }) => scope !== MERGED && trigger !== "all" && n > 0);
  if (bars.every(({ negative }) => negative === 0)) return null;
  const longest = Math.max(...bars.map((summary) => Math.max(summary.negative / summary.n, intervalOf(summary)?.hi ?? 0)));
  const names: Readonly<Record<Reduction, string>> = {
    micro_reduction: `Micro: at most ${grouped(thresholds.microMax)} tokens`,
    ordinary_reduction: "Ordinary",
    major_reduction: `Major: ${grouped(thresholds.majorMin)} tokens and more`,
  };
  const panel = splitBars({
    bars: bars.map((summary) => {
      const interval = intervalOf(summary);
      return {
        name: barName(summary),
        values: Object.fromEntries(REDUCTIONS.map((kind) => [names[kind], summary.counts[kind] / summary.n])),
        ...(interval && { intervals: [interval] }),
      };
    }),
    parts: REDUCTIONS.map((kind) => ({ name: names[kind], color: REDUCTION_COLORS[kind] })),
    x: shareAxis({ title: "Share of the steps whose total input falls", domain: [0, longest * HEADROOM] }),
    label: (share) => percent(share, 1),
  });
  const after = (trigger: Trigger) =>
    bars
      .filter((summary) => summary.trigger === trigger)
      .map((summary) => `${percent(summary.negative / summary.n, 1)} (${titleOf(summary.scope)})`)
      .join(" and ");
  const said = { message: after("user"), result: after("tool_result") };
  const title =
    said.message === ""
      ? `After a tool result, the input falls in ${said.result} of the steps`
      : `After a message, the input falls in ${said.message} of the steps`;
  const facts = [said.message && `after a message ${said.message}`, said.result && `after a tool result ${said.result}`]
    .filter(Boolean)
    .join("; ");
  return {
    name: "total_input_reductions",
    title,
    subtitle: `Steps that send less than the one before, by provider and by what the step follows: ${facts}. Lines below the bars: intervals.`,
    spec: figure(panel),
    caption: `Steps that send less than the step before, by provider and by what they follow; each bar is split by the size of the fall. Before the bar: the share of all sizes, and the number of steps. Steps that shrink: ${facts}. ${INTERVALS_SENTENCE}`,
    reading: REDUCTIONS_READING,
    alt: `Stacked horizontal bars, two for each provider: share of steps whose input shrinks, in three sizes: ${facts}.`,
  };
}

/** Null when no step grows. */
export function sizesFigure(summaries: readonly GrowthSummary[], thresholds: Thresholds): Figure | null {
  const sizes = summaries.filter(({ scope, trigger }) => scope !== MERGED && trigger === "all");
  if (sizes.every(({ grown }) => grown.length === 0)) return null;
  const most = Math.max(LEAST_DOMAIN_TOKENS[1], ...sizes.flatMap(({ grown, lost }) => [grown, lost].flatMap(largestOf)));
  const panel = (side: "grown" | "lost", heading: string, title: string, landmarks: readonly number[]): Panel[] => {
    const points = sizes.flatMap(({ scope, [side]: tokens }) => ecdfPoints(scope, tokens));
    if (points.length === 0) return [];
    const curves = curvesPanel({
      points,
      x: logTokenAxis([LEAST_DOMAIN_TOKENS[0], most], { title: side === "lost" ? "Tokens (log scale)" : null }),
      y: shareAxis({ title, ticks: [0, 0.25, 0.5, 0.75, 1] }),
      landmarks: landmarks.filter((tokens) => tokens <= most).map((tokens) => ({ x: tokens, label: `${grouped(tokens)} tokens` })),
      stairs: true,
      legend: null,
      height: PANEL_HEIGHT,
    });
    return [withHeading(curves, heading, { over: "plot" })];
  };
  const all = known(summaryOf(summaries, MERGED, "all"));
  const growth = median(all.grown);
  const reduction = median(all.lost);
  const byProvider = sizes.filter(({ grown }) => grown.length > 0).map(({ scope, grown }) => `${median(grown)} tokens (${titleOf(scope)})`);
  const facts =
    `${percent(all.counts.positive / all.n, 1)} of the steps grow, half of them by at most ${growth} tokens; ` +
    `${percent(all.negative / all.n, 1)} shrink, half of them by at most ${reduction}.`;
  return {
    name: "total_input_change_sizes",
    title: `Half of the growing steps add at most ${byProvider.join(" and ")}`,
    subtitle: "Share of the steps that change by at most that many tokens, growth and reductions apart.",
    coverage: { shown: all.n - all.counts.zero, of: all.n, what: "steps", rest: "don't change" },
    spec: grid(
      [
        sizesTable(sizes),
        ...panel("grown", "Steps that grow, by how much", "Growing steps", []),
        ...panel(
          "lost",
          `Steps that shrink, by how much; dashed: reductions of ${grouped(thresholds.microMax)} and ${grouped(thresholds.majorMin)} tokens`,
          "Shrinking steps",
          [thresholds.microMax, thresholds.majorMin],
        ),
      ],
      { spacing: 16 },
    ),
    caption: `Steps without a change are in neither panel. ${facts}`,
    reading: SIZES_READING,
    alt: `A table and two panels of rising curves by provider over a log axis of tokens: above, how much growing steps add; below, how much shrinking steps lose. ${facts}`,
  };
}

function sizesTable(sizes: readonly GrowthSummary[]): Panel {
  const names = sizes.map(({ scope }) => scope);
  return textTable({
    columns: ["", "grow", "median growth", "largest", "shrink", "median fall", "largest fall"],
    rows: sizes.map(({ scope, grown, lost }) => ({
      color: providerColor(scope, names),
      cells: [
        titleOf(scope),
        ...[grown, lost].flatMap((side) => [grouped(side.length), median(side), largestOf(side).map(grouped)[0] ?? "--"]),
      ],
    })),
    nameWidth: 190,
    columnWidth: 118,
  });
}

/** None of no values. */
function largestOf(ascending: ArrayLike<number>): number[] {
  return ascending.length === 0 ? [] : [at(ascending, ascending.length - 1)];
}

function median(ascending: ArrayLike<number>): string {
  const value = quantileWeighted(ascending, 0.5);
  return value === null ? "--" : grouped(value);
}

function barName({ scope, trigger, n, negative }: GrowthSummary): string {
  return `${titleOf(scope)}, ${TRIGGER_TITLES[trigger]}: ${percent(negative / n, 1)} of ${grouped(n)}`;
}

function titleOf(scope: string): string {
  return providerLabel(scope, MOST_CHARACTERS);
}
