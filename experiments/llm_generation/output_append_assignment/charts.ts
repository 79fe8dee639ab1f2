/** The figures: a panel for each group with enough pairs, with titles, captions and how to read them. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { enoughFor, MINIMUM } from "../../../lib/chart/minimum.ts";
import { kindColor } from "../../../lib/chart/palette.ts";
import type { LayeredPanel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { wrapped } from "../../../lib/format/labels.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { wilsonInterval } from "../../../lib/stats/intervals.ts";
import type { Criteria, MeasuredGroup, Point } from "./measure.ts";
import { type Frame, frameOf, type PanelOptions, type Quantity, rankPanel, scatterPanel } from "./panels.ts";
import { atLeast, decisionText, medianText, sharesText, sharesTitle } from "./words.ts";

/** The pairs of one figure. */
interface FigureData {
  readonly minOutputTokens: number;
  readonly measured: readonly MeasuredGroup[];
  readonly criteria: Criteria;
}

/** What a panel shows. */
interface PanelData extends Pick<PanelOptions, "title" | "subtitle"> {
  readonly pairs: readonly Point[];
}

/** How panels are put together. */
interface Sheet {
  readonly columns: number;
  /** Width and height of what output and quantity have in common, in CSS pixels. */
  readonly side: number;
  /** In a line below the title of the figure. */
  readonly characters: number;
}

/** Three in a row are smaller, so that letters stay as large as in other figures when the picture is as wide as a page. */
const SHEETS = {
  one: { columns: 1, side: 340, characters: 70 },
  square: { columns: 2, side: 340, characters: 125 },
  many: { columns: 3, side: 250, characters: 150 },
} as const satisfies Record<string, Sheet>;
const MOST_IN_A_SQUARE = 4;
const SPACING = 44;
/** Characters in a line below the title of a panel. */
const PANEL_CHARACTERS = 56;

const READING = `A panel for each group with at least ${MINIMUM.scatter} pairs, all on the same scales; smaller groups are a line of text, and share
one panel where no group is large enough. The title of a panel names the model, what started the next step, and the decision; below it are the number of pairs and
where their outputs came back. Color and shape show the same for each pair (dark green circle: cached prefix, magenta diamond: append, gray cross: neither).
The line is where the quantity equals the output, the shaded strip around it the tolerance. What is far from any output is in a gray band with a scale of its own:
larger, smaller (down to zero), or, of a prefix, shrank. Token scales are binary (\`2K\` is 2,048).`;

const QUANTITY_WORDS = {
  append: {
    axis: "Next append (tokens)",
    rankAxis: "Append, output (tokens)",
    slug: "next_append",
    side: "append",
    name: "next append",
    onTheLine: "the output is sent and billed again",
    reading: `Points on the line: the append is the output and little else, so the output was sent again. Points far above it: a large
tool result or a cache miss, which leaves room for the output too, so they prove nothing. Points below the strip: the output can't have
been in the append.`,
    offTheLine: "Points far above the line are large tool results or cache misses, which leave room for the output too.",
  },
  growth: {
    axis: "Growth of the prefix (tokens)",
    rankAxis: "Growth, output (tokens)",
    slug: "prefix_gain",
    side: "prefix",
    name: "growth of the prefix",
    onTheLine: "the output has joined the cached prefix",
    reading: `Points on the line: the cache grew by the output. Points at zero or in the band of losses: the prefix ends before the output, or part of it
was lost.`,
    offTheLine: "A prefix that did not grow ends before the output; one that shrank has lost what was cached.",
  },
} as const;

/** Output against append and against growth of the prefix, each also by rank; nothing without pairs. */
export function scenarioFigures(data: FigureData): Figure[] {
  if (data.measured.length === 0) return [];
  return (["append", "growth"] as const).flatMap((quantity) => [scatterFigure(quantity, data), rankFigure(quantity, data)]);
}

/** A row per model: growth of the prefix on the left, append on the right; nothing without pairs. */
export function modelFigures(data: FigureData): Figure[] {
  const { measured, criteria } = data;
  if (measured.length === 0) return [];
  const pairs = measured.flatMap(({ statistics }) => statistics.points);
  const frames = (["growth", "append"] as const).map((quantity) => frameOf(quantity, pairs, criteria, SHEETS.square.side));
  const panels = measured.flatMap((group, row) =>
    frames.map((frame) => {
      const words = QUANTITY_WORDS[frame.quantity];
      return scatterPanel(group.statistics.points, frame, {
        title: titleLines(group),
        subtitle: [sharesText(group), ...wrapped(medianText(group, frame.quantity), PANEL_CHARACTERS)],
        xTitle: row === measured.length - 1 ? outputAxisTitle(data) : null,
        yTitle: words.axis,
      });
    }),
  );
  const { growth, append } = QUANTITY_WORDS;
  return [
    figureOf(data, panels, SHEETS.square, {
      name: "model_merged_output_attribution",
      title: sharesTitle("append", measured),
      subtitle: `Left, on the line: ${growth.onTheLine}. Right, on the line: ${append.onTheLine}.`,
      reading: `A row per model with all its pairs, growth of the prefix on the left and append on the right. A model should be on the line on one side and off it
on the other.`,
      caption: "All pairs of a model, whatever started the next step.",
      alt: `Scatter plots in two columns, a row for each of ${titlesOf(measured)}: previous output tokens against growth of the prefix (left) and next append (right) on binary scales, with the line y = x.`,
    }),
  ];
}

const PARTS = [
  {
    name: "back in the append",
    color: kindColor("append"),
    of: ({ statistics }: MeasuredGroup) => statistics.append_side / statistics.count,
  },
  { name: "neither", color: kindColor("unknown"), of: ({ statistics }: MeasuredGroup) => statistics.unassigned / statistics.count },
  { name: "back in the prefix", color: kindColor("prefix"), of: ({ statistics }: MeasuredGroup) => statistics.close / statistics.count },
] as const;

/** A bar for each group with enough pairs: where its outputs came back. Null without such a group. */
export function summaryFigure({ minOutputTokens, measured }: FigureData): Figure | null {
  const { drawn, few } = enoughFor("share", measured.map(sized), "pair");
  if (drawn.length === 0) return null;
  const bars = drawn.map((group) => ({
    name: `${group.name} (n=${grouped(group.n)})`,
    values: Object.fromEntries(PARTS.map(({ name, of }) => [name, of(group)])),
    intervals: boundaryIntervals(group),
  }));
  const texts = drawn.map((group) => `${group.name}: ${PARTS.map(({ name, of }) => `${percent(of(group))} ${name}`).join(", ")}`);
  return {
    name: `output_attribution_summary_min${minOutputTokens}`,
    title: sharesTitle("append", drawn),
    subtitle: "Pairs of consecutive steps by where the output of the first came back. Lines below a bar are intervals of its two shares.",
    ...(few.length === 0 ? {} : { coverage: fewText(few) }),
    spec: splitBars({
      bars,
      parts: PARTS,
      x: shareAxis({ title: `Pairs with ${atLeast(minOutputTokens)}` }),
      label: (value) => percent(value),
    }),
    caption: `${texts.join("; ")}. The intervals cover 95% (Wilson), of the share in the append and the share in the prefix.`,
    reading: `A bar for each model and kind of next step with enough pairs: from the left the share whose output was found in the append, from the right the share found in
the grown prefix, between them neither. The line below each end of these two is the 95% interval of the share.`,
    alt: `Stacked bars of shares for ${drawn.map(({ name }) => name).join(", ")}. ${texts.join("; ")}.`,
  };
}

/** Of the share at the left of a bar, and of the share at its right, from where that begins. */
function boundaryIntervals({ statistics: { append_side, close, count } }: MeasuredGroup) {
  const [append, prefix] = [wilsonInterval(append_side, count), wilsonInterval(close, count)];
  return [...(append ? [append] : []), ...(prefix ? [{ lo: 1 - prefix.hi, hi: 1 - prefix.lo }] : [])];
}

function scatterFigure(quantity: Quantity, data: FigureData): Figure {
  const words = QUANTITY_WORDS[quantity];
  const axes = { x: outputAxisTitle(data), y: words.axis };
  const panels = panelsOf(quantity, data, scatterPanel, axes, (group) => [sharesText(group)]);
  return figureOf(data, panels, sheetOf(panels.length), {
    name: `output_vs_${words.slug}_scatter`,
    title: titleOf(data, (groups) => sharesTitle(words.side, groups)),
    subtitle: `A point is a pair of consecutive steps; points that overlap are darker. On the line, ${words.onTheLine}.`,
    reading: `${words.reading} A model that is on the line in the plot of the append should be off it in the plot of the prefix, and the other way
around.`,
    caption: words.offTheLine,
    alt: `Scatter plots for ${titlesOf(data.measured)}: previous output tokens against ${words.name} in tokens on binary scales, with the line y = x.`,
  });
}

function rankFigure(quantity: Quantity, data: FigureData): Figure {
  const words = QUANTITY_WORDS[quantity];
  const subtitle = (group: MeasuredGroup) => [
    counted(group.evidence.pairs, "pair"),
    ...wrapped(medianText(group, quantity), PANEL_CHARACTERS),
  ];
  const axes = { x: `Rank by output (at least ${grouped(data.minOutputTokens)} tokens)`, y: words.rankAxis };
  const panels = panelsOf(quantity, data, rankPanel, axes, subtitle);
  return figureOf(data, panels, sheetOf(panels.length), {
    name: `ranked_output_vs_${words.slug}`,
    title: titleOf(data, (groups) => {
      const largest = groups.reduce((most, group) => (group.evidence.pairs > most.evidence.pairs ? group : most));
      return `${largest.group.title}: ${medianText(largest, quantity)}`;
    }),
    subtitle: `Pairs in the order of their output. Where the points follow the curve, ${words.onTheLine}.`,
    reading: `The ${words.name} of each pair over the rank of its output, so that a few huge outputs don't stretch the picture. Points that follow the
curve of the output contain it; points that stay level do not.`,
    caption: "The same test without the heavy tail of the output: do the points follow its curve, or stay level?",
    alt: `Plots for ${titlesOf(data.measured)}: pairs by rank of the previous output, its tokens as a rising curve and ${words.name} in tokens as points on a binary scale.`,
  });
}

function panelsOf(
  quantity: Quantity,
  data: FigureData,
  draw: (pairs: readonly Point[], frame: Frame, options: PanelOptions) => LayeredPanel,
  axes: { readonly x: string; readonly y: string },
  subtitle: (group: MeasuredGroup) => string[],
): LayeredPanel[] {
  const shown = panelData(data, subtitle);
  const { columns, side } = sheetOf(shown.length);
  const frame = frameOf(
    quantity,
    shown.flatMap(({ pairs }) => pairs),
    data.criteria,
    side,
  );
  return shown.map(({ pairs, ...heading }, i) =>
    draw(pairs, frame, { ...heading, xTitle: i + columns >= shown.length ? axes.x : null, yTitle: i % columns === 0 ? axes.y : null }),
  );
}

/** The title of a panel: `Claude → tool result:` and below it the decision. */
function titleLines(group: MeasuredGroup): string[] {
  return [`${group.group.title}:`, decisionText(group)];
}

function panelData(data: FigureData, subtitle: (group: MeasuredGroup) => string[]): PanelData[] {
  const groups = shownGroups(data);
  if (groups.length === 0) return [together(data.measured)];
  return groups.map((group) => ({
    title: titleLines(group),
    subtitle: subtitle(group),
    pairs: group.statistics.points,
  }));
}

function titleOf(data: FigureData, title: (groups: readonly MeasuredGroup[]) => string): string {
  const groups = shownGroups(data);
  return groups.length === 0 ? `Too few pairs to decide: ${together(data.measured).subtitle.join("")}` : title(groups);
}

/** Where no group has enough pairs for a panel, all share one. */
function together(measured: readonly MeasuredGroup[]): PanelData {
  const pairs = measured.flatMap(({ statistics }) => statistics.points).toSorted((a, b) => a.output - b.output);
  const of = (verdict: Point["verdict"]) => pairs.filter((pair) => pair.verdict === verdict).length;
  return {
    title: [`${counted(pairs.length, "pair")} of ${counted(measured.length, "group")}`],
    subtitle: [`${of("append_side")} in the append, ${of("prefix_side")} in the prefix, ${of("unassigned")} neither`],
    pairs,
  };
}

function outputAxisTitle({ minOutputTokens }: FigureData): string {
  return `Previous output (at least ${grouped(minOutputTokens)} tokens)`;
}

function shownGroups({ measured }: FigureData): MeasuredGroup[] {
  return enoughFor("scatter", measured.map(sized), "pair").drawn;
}

function sized(group: MeasuredGroup) {
  return { name: group.group.title, n: group.evidence.pairs, ...group };
}

/** The groups that have too few pairs to be drawn, as a line of text; empty without any. */
function fewText(few: readonly MeasuredGroup[]): string {
  if (few.length === 0) return "";
  const names = few.map(({ group, evidence }) => `${group.title} (${grouped(evidence.pairs)})`);
  return `Fewer than ${MINIMUM.scatter} pairs: ${names.join(", ")}.`;
}

function sheetOf(panels: number): Sheet {
  if (panels > MOST_IN_A_SQUARE) return SHEETS.many;
  return panels > 1 ? SHEETS.square : SHEETS.one;
}

/** The figure with what all of them have: the minimum output in its name, the tolerance, the groups that are not drawn, the findings. */
function figureOf(
  data: FigureData,
  panels: readonly LayeredPanel[],
  { columns, characters }: Sheet,
  { name, title, subtitle, reading, caption, alt }: Omit<Figure, "spec"> & { readonly subtitle: string },
): Figure {
  const { minOutputTokens, measured, criteria } = data;
  const { few } = enoughFor("scatter", measured.map(sized), "pair");
  const coverage = fewText(few);
  const lines = [subtitle, ...(coverage === "" ? [] : [coverage])].join(" ");
  return {
    name: `${name}_min${minOutputTokens}`,
    title,
    ...(coverage === "" ? {} : { coverage }),
    spec: grid(panels, { title: figureTitle(title, lines, characters), columns, spacing: SPACING, sharedColor: true }),
    reading: `${READING}\n\n${reading}`,
    caption: `${caption} ${toleranceText(criteria)} ${summaryText(measured)}`,
    alt,
  };
}

function toleranceText({ toleranceAbsoluteTokens, toleranceRelativeFraction }: Criteria): string {
  return `Shaded: output ± the larger of ${grouped(toleranceAbsoluteTokens)} tokens and ${percent(toleranceRelativeFraction)}.`;
}

function summaryText(measured: readonly MeasuredGroup[]): string {
  return `${measured.map((group) => `${group.group.title}: ${decisionText(group)} (n = ${grouped(group.evidence.pairs)})`).join("; ")}.`;
}

function titlesOf(measured: readonly MeasuredGroup[]): string {
  return measured.map(({ group }) => group.title).join(", ");
}
