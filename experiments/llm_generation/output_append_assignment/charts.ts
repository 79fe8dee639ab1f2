/** The figures: a panel for each group of pairs, with titles, captions and how to read them. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { enoughFor } from "../../../lib/chart/minimum.ts";
import { kindColor } from "../../../lib/chart/palette.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { wilsonInterval } from "../../../lib/stats/intervals.ts";
import { known } from "../../../lib/stats/known.ts";
import type { Criteria, MeasuredGroup } from "./measure.ts";
import { frameOf, type PanelOptions, type Quantity, rankPanel, scatterPanel } from "./panels.ts";
import { atLeast, decisionText, sharesText } from "./words.ts";

/** The pairs of one figure. */
interface FigureData {
  readonly minOutputTokens: number;
  readonly measured: readonly MeasuredGroup[];
  readonly criteria: Criteria;
}

const COLUMNS = 2;
const SPACING = 48;
/** Characters in a line below the title of a figure with one panel, and with two in a row. */
const SUBTITLE_CHARACTERS = { one: 85, row: 175 } as const;
const PANEL_HEIGHT = 280;
const MODEL_PANEL_HEIGHT = 200;

const READING = `One panel per group with pairs, all on the same scales. The title of a panel names the model and the decision; the line
below it, the number of pairs and where their outputs came back. Color and shape show where the output of a pair came back (dark green circle:
cached prefix, magenta diamond: append, gray cross: neither). The line is where the quantity equals the output; the shaded band is the
tolerance around it. Token scales are binary (\`2k\` is 2,048); they start at zero only where a value is zero.`;

const QUANTITY_WORDS = {
  append: {
    name: "next append",
    axis: "Next append (tokens)",
    rankAxis: "Append, output (tokens)",
    slug: "next_append",
    onTheLine: "the output is sent and billed again",
    reading: `Points on the line: the append is the output and little else, so the output was sent again. Points far above it: a large
tool result or a cache miss, which leaves room for the output too, so they prove nothing. Points below the band: the output can't have
been in the append.`,
    offTheLine: "Points far above it are large tool results or cache misses, which leave room for the output too.",
  },
  gain: {
    name: "next prefix gain",
    axis: "Next prefix gain (tokens)",
    rankAxis: "Prefix gain, output (tokens)",
    slug: "prefix_gain",
    onTheLine: "the output has joined the cached prefix",
    reading: `Points on the line: the cache grew by the output. A row of points at 0: the prefix ends before the output (negative growth is
drawn there too).`,
    offTheLine: "A prefix that did not grow is drawn at 0: it ends before the output.",
  },
};

/** Output against append and against prefix gain, each also by rank; nothing without pairs. */
export function scenarioFigures(data: FigureData): Figure[] {
  if (data.measured.length === 0) return [];
  return (["append", "gain"] as const).flatMap((quantity) => [scatterFigure(quantity, data), rankFigure(quantity, data)]);
}

/** A row per model: prefix gain on the left, append on the right; nothing without pairs. */
export function modelFigures(data: FigureData): Figure[] {
  const { minOutputTokens, measured, criteria } = data;
  if (measured.length === 0) return [];
  const frames = (["gain", "append"] as const).map((quantity) => frameOf(quantity, minOutputTokens, measured, MODEL_PANEL_HEIGHT));
  const panels = measured.flatMap((group, row) =>
    frames.map((frame) => {
      const words = QUANTITY_WORDS[frame.quantity];
      return scatterPanel(group, frame, {
        title: `${group.group.title}, ${words.name}: ${decisionText(group)}`,
        subtitle: [sharesText(group), `median ${medianText(group, frame.quantity)}`],
        xTitle: row === measured.length - 1 ? "Previous output (tokens)" : null,
        yTitle: words.axis,
        height: MODEL_PANEL_HEIGHT,
        criteria,
      });
    }),
  );
  return [
    figureOf(data, panels, {
      name: "model_merged_output_attribution",
      title: "Output attribution by model",
      subtitle: `Left on the line: ${QUANTITY_WORDS.gain.onTheLine}. Right on the line: ${QUANTITY_WORDS.append.onTheLine}.`,
      reading: `A row per model with all its pairs, prefix gain on the left and append on the right. A model should be on the line on one side and off it on
the other.`,
      caption: "All pairs of a model, whatever started the next step.",
      alt: `Scatter plots in two columns, a row for each of ${titlesOf(measured)}: previous output tokens against next prefix gain (left) and next append (right) on binary scales, with the line y = x.`,
    }),
  ];
}

/** A bar for each group with enough pairs: where its outputs came back. Null without such a group. */
export function summaryFigure({ minOutputTokens, measured }: FigureData): Figure | null {
  const { drawn, sentence } = enoughFor(
    "share",
    measured.map((each) => ({ name: each.group.title, n: each.evidence.pairs, ...each })),
    "pair",
  );
  if (drawn.length === 0) return null;
  const parts = [
    { name: "back in the append", color: kindColor("append"), of: ({ evidence }: MeasuredGroup) => evidence.appendSidePct / 100 },
    { name: "back in the prefix", color: kindColor("prefix"), of: ({ evidence }: MeasuredGroup) => evidence.closePct / 100 },
    { name: "neither", color: kindColor("unknown"), of: ({ statistics }: MeasuredGroup) => statistics.unassigned / statistics.count },
  ];
  const bars = drawn.map((group) => ({
    name: `${group.name} (n=${grouped(group.n)})`,
    values: Object.fromEntries(parts.map(({ name, of }) => [name, of(group)])),
  }));
  const texts = drawn.map(
    (group) =>
      `${group.name}: ${parts.map(({ name, of }) => `${percent(of(group))} ${name}${intervalText(of(group), group.n)}`).join(", ")}`,
  );
  const longest = drawn.reduce((most, group) => (group.n > most.n ? group : most));
  const share = Math.max(...parts.map(({ of }) => of(longest)));
  const part = known(parts.find(({ of }) => of(longest) === share));
  return {
    name: `output_attribution_summary_min${minOutputTokens}`,
    title: `${longest.name}: ${percent(share)} of the outputs are ${part.name === "neither" ? "found on neither side" : part.name}`,
    subtitle: "Pairs of consecutive steps by where the output of the first came back.",
    spec: splitBars({ bars, parts, x: shareAxis({ title: "Pairs" }), label: (value) => percent(value) }),
    caption: `Of pairs with ${atLeast(minOutputTokens)}, with 95% intervals (Wilson). ${texts.join("; ")}.${sentence === "" ? "" : ` ${sentence}`}`,
    reading:
      "A bar for each model and kind of next step with enough pairs: the shares whose output was found in the append, in the grown prefix, or in neither.",
    alt: `Stacked bars of shares for ${drawn.map(({ name }) => name).join(", ")}. ${texts.join("; ")}.`,
  };
}

function intervalText(share: number, n: number): string {
  const interval = wilsonInterval(Math.round(share * n), n);
  return interval === null ? "" : ` (${percent(interval.lo)} to ${percent(interval.hi)})`;
}

function scatterFigure(quantity: Quantity, data: FigureData): Figure {
  const words = QUANTITY_WORDS[quantity];
  const frame = frameOf(quantity, data.minOutputTokens, data.measured, PANEL_HEIGHT);
  const panels = data.measured.map((group, i) =>
    scatterPanel(group, frame, {
      ...panelOptions(group, data.criteria),
      subtitle: [sharesText(group), `median ${medianText(group, quantity)}, corr(log) ${correlationText(group, quantity)}`],
      xTitle: isLowest(i, data.measured.length) ? "Previous output (tokens)" : null,
      yTitle: isLeft(i) ? words.axis : null,
    }),
  );
  return figureOf(data, panels, {
    name: `output_vs_${words.slug}_scatter`,
    title: `Previous output vs ${words.name}`,
    subtitle: `One point for each pair of consecutive steps. On the line, ${words.onTheLine}.`,
    reading: `${words.reading} A model that is on the line in the plot of the append should be off it in the plot of the prefix gain, and the other way
around.`,
    caption: words.offTheLine,
    alt: `Scatter plots for ${titlesOf(data.measured)}: previous output tokens against ${words.name} tokens on binary scales, with the line y = x.`,
  });
}

function rankFigure(quantity: Quantity, data: FigureData): Figure {
  const words = QUANTITY_WORDS[quantity];
  const frame = frameOf(quantity, data.minOutputTokens, data.measured, PANEL_HEIGHT);
  const panels = data.measured.map((group, i) =>
    rankPanel(group, frame, {
      ...panelOptions(group, data.criteria),
      subtitle: [sharesText(group)],
      xTitle: isLowest(i, data.measured.length) ? "Rank by previous output" : null,
      yTitle: isLeft(i) ? words.rankAxis : null,
    }),
  );
  return figureOf(data, panels, {
    name: `ranked_output_vs_${words.slug}`,
    title: `Previous output by rank, and ${words.name}`,
    subtitle: `Pairs in the order of their output. Where the points follow the curve, ${words.onTheLine}.`,
    reading: `The ${words.name} of each pair over the rank of its output, so that a few huge outputs don't stretch the picture. Points that follow the
curve of the output contain it; points that stay level do not.`,
    caption: "The same test without the heavy tail of the output: do the points follow its curve, or stay level?",
    alt: `Plots for ${titlesOf(data.measured)}: pairs by rank of the previous output, its tokens as a rising curve and ${words.name} tokens as points on a binary scale.`,
  });
}

function panelOptions(group: MeasuredGroup, criteria: Criteria): Pick<PanelOptions, "title" | "height" | "criteria"> {
  return { title: `${group.group.title}: ${decisionText(group)}`, height: PANEL_HEIGHT, criteria };
}

/** The figure with what all of them have: the minimum output in names and titles, the band, the findings. */
function figureOf(
  { minOutputTokens, measured, criteria }: FigureData,
  panels: readonly Panel[],
  { name, title, subtitle, reading, caption, alt }: Omit<Figure, "spec"> & { readonly subtitle: string },
): Figure {
  const characters = panels.length === 1 ? SUBTITLE_CHARACTERS.one : SUBTITLE_CHARACTERS.row;
  return {
    name: `${name}_min${minOutputTokens}`,
    title: `${title}, ${atLeast(minOutputTokens)}`,
    spec: grid(panels, {
      title: figureTitle(`${title} (${atLeast(minOutputTokens)})`, `${subtitle} ${bandText(criteria)}`, characters),
      columns: COLUMNS,
      spacing: SPACING,
      sharedColor: true,
    }),
    reading: `${READING}\n\n${reading}`,
    caption: `${caption} ${summaryText(measured)}`,
    alt,
  };
}

function isLeft(index: number): boolean {
  return index % COLUMNS === 0;
}

function isLowest(index: number, count: number): boolean {
  return index + COLUMNS >= count;
}

function medianText({ statistics }: MeasuredGroup, quantity: Quantity): string {
  return quantity === "append"
    ? `append - output ${formatG(statistics.median_append_minus_output)}`
    : `prefix growth - output ${formatG(statistics.median_prefix_delta_minus_output)}`;
}

function correlationText({ statistics }: MeasuredGroup, quantity: Quantity): string {
  const correlation = quantity === "append" ? statistics.corr_log_output_append : statistics.corr_log_output_prefix_gain;
  return correlation === null ? "undefined" : formatG(correlation, 3);
}

function bandText(criteria: Criteria): string {
  return `Shaded: output ± the larger of ${formatG(criteria.toleranceAbsoluteTokens)} tokens and ${formatG(100 * criteria.toleranceRelativeFraction)}%.`;
}

function summaryText(measured: readonly MeasuredGroup[]): string {
  return `${measured.map((group) => `${group.group.title}: ${decisionText(group)} (n = ${grouped(group.evidence.pairs)})`).join("; ")}.`;
}

function titlesOf(measured: readonly MeasuredGroup[]): string {
  return measured.map(({ group }) => group.title).join(", ");
}
