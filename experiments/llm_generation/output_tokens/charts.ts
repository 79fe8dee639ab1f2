/** The figures: where the outputs of each group lie, as counts and as shares. */
import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel, ecdfPoints, thinned } from "../../../lib/chart/cdf.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { outlineHistogram } from "../../../lib/chart/histogram.ts";
import { providerColor } from "../../../lib/chart/palette.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokenPosition, tokensAt } from "../../../lib/chart/token-axis.ts";
import { tokenHistogram } from "../../../lib/chart/token-histogram.ts";
import type { Figure, Table } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type GroupBy, groupTitle } from "../../../lib/trace/groups.ts";
import type { OutputGroup } from "./measure.ts";

const FIRST_TICK_TOKENS = 16;
/** A subtitle names so many groups; captions name all. */
const MOST_NAMED_GROUPS = 3;
const POINTS_PER_CURVE = 800;
const TABLE = { nameWidth: 320, columnWidth: 90 } as const;
const COMPACT = { width: 400, height: 290, maxTicks: 8 } as const;

interface ChartOptions {
  readonly groupBy: GroupBy;
  /** Small enough for one column of a page, without title. */
  readonly compact: boolean;
}

/** Outlines over shared bins. At least one group, all with values. */
export function outputFigure(groups: readonly OutputGroup[], options: ChartOptions): Figure {
  const { groupBy, compact } = options;
  const axis = axisOf(groups, compact ? COMPACT.maxTicks : undefined);
  const bins = binsOf(groups, axis);
  const titles = new Map(groups.map(({ summary }) => [summary.group, legendText(summary.group, options, groups)]));
  const panel = outlineHistogram({
    bins,
    x: tokenAxisOf(axis, "Output tokens of a step (binary scale)"),
    y: countAxis(Math.max(...bins.map(({ y }) => y)), { title: "Agent steps" }),
    legend: (label) => titles.get(label) ?? label,
    ...(compact ? { width: COMPACT.width, height: COMPACT.height } : {}),
  });
  const medians = groups.map(({ summary }) => `${groupTitle(summary.group, groupBy)} ${grouped(summary.p50 as number)}`);
  const subtitle = `Median tokens of a step: ${medians.slice(0, MOST_NAMED_GROUPS).join(", ")}${medians.length > MOST_NAMED_GROUPS ? ", ..." : "."}`;
  return {
    name: "output_tokens_distribution",
    title: "Output tokens of an agent step",
    spec: compact ? figure(panel) : figure(panel, figureTitle("How much the model writes in a step", subtitle)),
    caption: caption(groups, groupBy),
    alt: `Histogram outlines on a binary token axis, one for each of ${groups.map(({ summary }) => groupTitle(summary.group, groupBy)).join(", ")}: agent steps by output tokens. Medians: ${medians.join(", ")}.`,
  };
}

/** The share of steps up to each output. At least one group, all with values. */
export function outputCurves(groups: readonly OutputGroup[], groupBy: GroupBy): Figure {
  const axis = axisOf(groups);
  const labels = groups.map(({ summary }) => summary.group);
  const panel = curvesPanel({
    points: groups.flatMap(({ summary, ascending }) =>
      thinned(ecdfPoints(summary.group, ascending), POINTS_PER_CURVE).map((point) => ({
        ...point,
        x: tokenPosition(point.x, axis.firstTick),
      })),
    ),
    x: tokenAxisOf(axis, "Output tokens of a step (binary scale)"),
    y: shareAxis({ title: "Agent steps", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    stairs: true,
    legend: null,
  });
  const table = textTable({
    columns: ["", "steps", "mean", "p50", "p90", "p95", "p99"],
    rows: groups.map(({ summary: { group, count, mean, p50, p90, p95, p99 } }) => ({
      color: providerColor(group, labels),
      cells: [groupTitle(group, groupBy), grouped(count), ...[mean, p50, p90, p95, p99].map((tokens) => grouped(tokens as number))],
    })),
    ...TABLE,
  });
  return {
    name: "output_tokens_cdf",
    title: "Output tokens of an agent step, cumulative",
    spec: grid([table, panel], {
      title: figureTitle("Steps by what they write at most", "Share of agent steps with at most so many output tokens."),
      spacing: 18,
    }),
    caption: `The share of steps that wrote at most so many tokens, so that groups of different size compare. ${statistics(groups, groupBy)}.`,
    alt: `Cumulative curves on a binary token axis, one for each of ${labels.map((label) => groupTitle(label, groupBy)).join(", ")}, with a table of their statistics. ${statistics(groups, groupBy)}.`,
  };
}

/** The bins of the figure, with their edges in tokens. */
export function histogramTable(groups: readonly OutputGroup[]): Table {
  const axis = axisOf(groups);
  const rows = groups.flatMap(({ summary, ascending }) =>
    tokenHistogram(summary.group, ascending, axis).map(({ series, lo, hi, y }, i) => ({
      group: series,
      bin_index: i,
      lo_tokens: tokensAt(lo, axis.firstTick),
      hi_tokens: tokensAt(hi, axis.firstTick),
      count: y,
    })),
  );
  return {
    name: "output_tokens_histogram",
    title: "Bins of the histogram",
    caption: "Agent steps in bins that are equally wide on the binary axis; a bin includes its lower edge, the last one both.",
    columns: ["group", "bin_index", "lo_tokens", "hi_tokens", "count"],
    rows,
  };
}

function axisOf(groups: readonly OutputGroup[], maxTicks?: number): TokenAxis {
  const max = Math.max(1, ...groups.map(({ summary }) => summary.max ?? 0));
  return tokenAxis({ max, firstTick: FIRST_TICK_TOKENS, ...(maxTicks === undefined ? {} : { maxTicks }) });
}

function binsOf(groups: readonly OutputGroup[], axis: TokenAxis) {
  return groups.flatMap(({ summary, ascending }) => tokenHistogram(summary.group, ascending, axis));
}

function legendText(label: string, { groupBy, compact }: ChartOptions, groups: readonly OutputGroup[]): string {
  const title = groupTitle(label, groupBy);
  const summary = groups.find((group) => group.summary.group === label)?.summary;
  return compact || !summary ? title : `${title} (n=${grouped(summary.count)})`;
}

function caption(groups: readonly OutputGroup[], groupBy: GroupBy): string {
  return `Agent steps by the number of tokens that the model wrote. ${statistics(groups, groupBy)}. Heights are counts: a group with more steps stands higher.`;
}

function statistics(groups: readonly OutputGroup[], groupBy: GroupBy): string {
  const parts = groups.map(({ summary: { group, count, mean, p50, p90, p99 } }) => {
    const [average, median, high, highest] = [mean, p50, p90, p99].map((tokens) => grouped(tokens as number));
    return `${groupTitle(group, groupBy)} (n=${grouped(count)}): mean ${average}, median ${median}, p90 ${high}, p99 ${highest}`;
  });
  return parts.join("; ");
}
