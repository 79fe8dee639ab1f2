/** The figure: where the outputs of each group lie. */
import { countAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { outlineHistogram } from "../../../lib/chart/histogram.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { type TokenAxis, tokenAxis, tokenAxisOf, tokensAt } from "../../../lib/chart/token-axis.ts";
import { tokenHistogram } from "../../../lib/chart/token-histogram.ts";
import type { Figure, Table } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type GroupBy, groupTitle } from "../../../lib/groups.ts";
import type { OutputGroup } from "./measure.ts";

const FIRST_TICK_TOKENS = 16;
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
  const statements = groups.map(({ summary }) => `${groupTitle(summary.group, groupBy)} ${grouped(summary.p50 as number)}`).join(", ");
  return {
    name: "output_tokens_distribution",
    title: "Output tokens of an agent step",
    spec: compact
      ? figure(panel)
      : figure(panel, figureTitle("How much the model writes in a step", `Median tokens of a step: ${statements}.`)),
    caption: caption(groups, groupBy),
    alt: `Histogram outlines on a binary token axis, one for each of ${groups.map(({ summary }) => groupTitle(summary.group, groupBy)).join(", ")}: agent steps by output tokens. Half of the steps lie at or below ${statements} tokens, with a long tail to the right.`,
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
  const parts = groups.map(
    ({ summary }) =>
      `${groupTitle(summary.group, groupBy)} (n=${grouped(summary.count)}): mean ${grouped(summary.mean as number)}, median ${grouped(summary.p50 as number)}, ` +
      `p90 ${grouped(summary.p90 as number)}, p99 ${grouped(summary.p99 as number)}`,
  );
  return `Agent steps by the number of tokens that the model wrote. ${parts.join("; ")}. Heights are counts: a provider with more steps stands higher.`;
}
