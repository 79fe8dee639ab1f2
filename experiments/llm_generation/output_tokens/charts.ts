/** The figures: where the outputs of each group lie, as counts and as shares. */
import { countAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { outlineHistogram } from "../../../lib/chart/histogram.ts";
import { providerColor } from "../../../lib/chart/palette.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenAxisOf } from "../../../lib/chart/token-axis.ts";
import { tokenCurve } from "../../../lib/chart/token-histogram.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { type GroupBy, groupTitle } from "../../../lib/trace/groups.ts";
import { type OutputGroup, outputAxis, outputBins } from "./measure.ts";

/** A subtitle names this many groups; captions name all. */
const MOST_NAMED_GROUPS = 3;
const TABLE = { nameWidth: 320, columnWidth: 90 } as const;
const COMPACT = { width: 400, height: 290, maxTicks: 8 } as const;

const AXIS_READING = "Each doubling of tokens is equally wide; up to 16 tokens the axis is linear, so that zero has a place.";
const HISTOGRAM_READING = `The height of an outline is the number of steps per bin, with eight bins for each doubling. ${AXIS_READING} Heights depend on
how many steps a group has, so compare shapes and peaks. A narrow peak means many steps that write the same short thing, such as polling a running command.`;
const CDF_READING = `A curve is the share of steps that wrote at most that many tokens, so groups of any size compare; the table has their statistics.
${AXIS_READING} A steep rise is a peak of the histogram. The median is where a curve crosses 50 %.`;

interface ChartOptions {
  readonly groupBy: GroupBy;
  /** Small enough for one column of a page, without title. */
  readonly compact: boolean;
}

/** Outlines over shared bins. At least one group, all with values. */
export function outputFigure(groups: readonly OutputGroup[], { groupBy, compact }: ChartOptions): Figure {
  const axis = outputAxis(groups, compact ? COMPACT.maxTicks : undefined);
  const bins = outputBins(groups, axis);
  const counts = new Map(groups.map(({ group, summary }) => [group, grouped(summary.n)]));
  const panel = outlineHistogram({
    bins,
    x: tokenAxisOf(axis, "Output tokens of a step (binary scale)"),
    y: countAxis(Math.max(...bins.map(({ y }) => y)), { title: "Agent steps" }),
    legend: (label) => (compact ? groupTitle(label, groupBy) : `${groupTitle(label, groupBy)} (n=${counts.get(label)})`),
    ...(compact ? { width: COMPACT.width, height: COMPACT.height } : {}),
  });
  const medians = groups.map(({ group, summary }) => `${groupTitle(group, groupBy)} ${grouped(summary.p50)}`);
  const subtitle = `Median tokens of a step: ${medians.slice(0, MOST_NAMED_GROUPS).join(", ")}${medians.length > MOST_NAMED_GROUPS ? ", ..." : "."}`;
  return {
    name: "output_tokens_distribution",
    title: "Output tokens of an agent step",
    spec: compact ? figure(panel) : figure(panel, figureTitle("How much the model writes in a step", subtitle)),
    caption: `Agent steps by the number of tokens that the model wrote. ${statistics(groups, groupBy)}. Heights are counts: a group with more steps has a higher outline.`,
    reading: HISTOGRAM_READING,
    alt: `Histogram outlines on a binary token axis, one for each of ${groups.map(({ group }) => groupTitle(group, groupBy)).join(", ")}: agent steps by output tokens. Medians: ${medians.join(", ")}.`,
  };
}

/** The share of steps up to each output. At least one group, all with values. */
export function outputCurves(groups: readonly OutputGroup[], groupBy: GroupBy): Figure {
  const axis = outputAxis(groups);
  const labels = groups.map(({ group }) => group);
  const panel = curvesPanel({
    points: groups.flatMap(({ group, ascending }) => tokenCurve(group, ascending, axis)),
    x: tokenAxisOf(axis, "Output tokens of a step (binary scale)"),
    y: shareAxis({ title: "Agent steps", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    stairs: true,
    legend: null,
  });
  const table = textTable({
    columns: ["", "steps", "mean", "p50", "p90", "p95", "p99"],
    rows: groups.map(({ group, summary: { n, mean, p50, p90, p95, p99 } }) => ({
      color: providerColor(group, labels),
      cells: [groupTitle(group, groupBy), grouped(n), ...[mean, p50, p90, p95, p99].map((tokens) => grouped(tokens))],
    })),
    ...TABLE,
  });
  return {
    name: "output_tokens_cdf",
    title: "Output tokens of an agent step, cumulative",
    spec: grid([table, panel], {
      title: figureTitle("Share of steps by output length", "Share of agent steps with at most that many output tokens."),
      spacing: 18,
    }),
    caption: `The share of steps that wrote at most that many tokens, so groups of different sizes compare. ${statistics(groups, groupBy)}.`,
    reading: CDF_READING,
    alt: `Cumulative curves on a binary token axis, one for each of ${labels.map((label) => groupTitle(label, groupBy)).join(", ")}, with a table of their statistics. ${statistics(groups, groupBy)}.`,
  };
}

function statistics(groups: readonly OutputGroup[], groupBy: GroupBy): string {
  const parts = groups.map(({ group, summary: { n, mean, p50, p90, p99 } }) => {
    const facts = [`mean ${grouped(mean)}`, `median ${grouped(p50)}`, `p90 ${grouped(p90)}`, `p99 ${grouped(p99)}`];
    return `${groupTitle(group, groupBy)} (n=${grouped(n)}): ${facts.join(", ")}`;
  });
  return parts.join("; ");
}
