/** The figure: where the outputs of each group are, and the share of steps up to each output. */
import { grid } from "../../../lib/chart/grid.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import { tokenSharePanels } from "../../../lib/chart/token-shares.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { type GroupBy, groupTitle, inFigureOrder } from "../../../lib/trace/groups.ts";
import { type MedianInterval, type OutputBins, type OutputGroup, SHORT_OUTPUT_TOKENS } from "./measure.ts";

/** The title names this many groups; the panels and the caption name all. */
const MOST_NAMED_GROUPS = 2;
const WIDTH = { compact: 400, page: 780 } as const;

const READING = `A panel for each group has its steps by output: the first bar those with at most ${SHORT_OUTPUT_TOKENS} tokens, then three bars for each doubling. Bars are
shares of the group's steps, so groups of any size compare; the line is the median. A narrow peak means many steps that write the same short
thing, such as polling a running command. Below, each curve is the share of steps with at most that many tokens.`;

interface ChartOptions {
  readonly groupBy: GroupBy;
  /** Small enough for one column of a page, without title. */
  readonly compact: boolean;
}

/** Bars of each group over curves of all. At least one group, all with values. */
export function outputFigure(
  measured: readonly OutputGroup[],
  { figure: bins, axis }: OutputBins,
  intervalOf: MedianInterval,
  { groupBy, compact }: ChartOptions,
): Figure {
  const groups = inFigureOrder(measured, groupBy);
  const title = (group: string) => groupTitle(group, groupBy);
  const panels = tokenSharePanels({
    groups: groups.map(({ group, ascending, summary: { n, p50 } }) => ({
      series: group,
      heading: `${title(group)} (${counted(n, "step")})`,
      median: p50,
      medianText: `${grouped(p50)}${intervalText(intervalOf(group), grouped)}`,
      bins: known(bins.find((each) => each.group === group)).bins,
      ascending,
    })),
    axis,
    title: "Output tokens of a step (binary scale)",
    series: groups.map(({ group }) => group),
    width: compact ? WIDTH.compact : WIDTH.page,
  });
  const medians = groups.map(({ group, summary }) => `${grouped(summary.p50)} (${title(group)})`);
  const named = medians.slice(0, MOST_NAMED_GROUPS).join(" and ");
  const heading = figureTitle(
    `The median step writes ${named} tokens`,
    `Bars: share of a group's steps, the first bar up to ${SHORT_OUTPUT_TOKENS} tokens, then three for each doubling; each panel has a scale of its own. Below: share of steps up to each length.`,
  );
  return {
    name: "output_tokens_distribution",
    title: `The median step writes ${named} tokens`,
    spec: grid(panels, { spacing: 16, ...(compact ? {} : { title: heading }) }),
    caption: `Agent steps by the number of tokens that the model wrote. ${statistics(groups, groupBy)}. ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Bars on a binary token axis, a panel for each of ${groups.map(({ group }) => title(group)).join(", ")}: share of agent steps by output tokens; below them cumulative curves. Medians: ${medians.join(", ")}.`,
  };
}

function statistics(groups: readonly OutputGroup[], groupBy: GroupBy): string {
  const parts = groups.map(({ group, summary: { n, mean, p50, p90, p99 } }) => {
    const facts = [`mean ${grouped(mean)}`, `median ${grouped(p50)}`, `p90 ${grouped(p90)}`, `p99 ${grouped(p99)}`];
    return `${groupTitle(group, groupBy)} (n=${grouped(n)}): ${facts.join(", ")}`;
  });
  return parts.join("; ");
}
