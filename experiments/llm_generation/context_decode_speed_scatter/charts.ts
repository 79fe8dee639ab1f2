/** The figure: how many steps have each context and speed, one panel per provider and two for Codex around its reasoning. */
import { logAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { pixelOf, spreadApart, valueAt } from "../../../lib/chart/pixels.ts";
import { type Axis, type Encoding, type Layer, type LayeredPanel, type Mark, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, providerColor, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { KIBI, tokenLabel } from "../../../lib/format/tokens.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { CELLS, type Cell, cellsUpTo, type Kind, LEAST_VALUE, topOf } from "./cells.ts";
import type { Options, ProviderSpeeds, Speeds } from "./measure.ts";
import type { ContextBin } from "./statistics.ts";

type PanelData = ReturnType<typeof panelsOf>[number];

const CODEX = "codex";
const PANEL = { width: 430, height: 260 } as const;
/** Of a cell with one step; one with the most is opaque. */
const LEAST_OPACITY = 0.12;
/** CSS pixels from one label of a line to the next. */
const LABEL_LINE = 17;
const MOST_X_TICKS = 7;
/** In ascending order: labels of equal values are drawn in this order. */
const LINES = [
  { quantile: "p25", name: "p25", dash: [6, 4], width: 1.8 },
  { quantile: "p50", name: "median", dash: [1, 0], width: 2.4 },
  { quantile: "p90", name: "p90", dash: [6, 4], width: 1.8 },
] as const;

/** `null` when no step reaches the left end of the axis. */
export function speedFigure(speeds: Speeds, cells: readonly Cell[], options: Options): Figure | null {
  const { providers } = speeds;
  const drawn = panelsOf(speeds, cells, options).filter((data) => data.cells.length > 0);
  if (drawn.length === 0) return null;
  const x = contextAxis(largestContext(providers), options.minContextTokens);
  const title = titleText(providers);
  const facts = drawn.map((data) => trendText(data)).join(" ");
  return {
    name: "context_decode_speed_scatter",
    title,
    spec: grid(
      drawn.map((data) => speedPanel(data, x, options)),
      {
        columns: 2,
        spacing: 46,
        title: figureTitle(title, "Darker: more steps. Lines: quantiles of each doubling of the context with enough steps."),
      },
    ),
    caption: `${facts} ${edgeText(providers, options)} Statistics are over all steps.`,
    reading: `One panel per provider, then pure decode and time to first token of Codex, over one binary axis of context; both axes are
logarithmic. A cell is darker the more steps it has; steps beyond an end of the axis are in the cells at its edge. Lines connect the quantiles of the bins.

- Speed falls where the median line falls, but the steps of a bin differ by far more than the line moves: context is one cause among many.
- The weighted average is throughput, where long generations weigh more; quantiles count each step once. The two can be far apart.`,
    alt: `Maps of how many steps there are over a log axis of context tokens: ${drawn.map(({ title, yTitle }) => `${title} (${yTitle.toLowerCase()})`).join(", ")}; lines for the 25th, 50th and 90th percentile by context. ${facts}`,
  };
}

function largestContext(providers: readonly ProviderSpeeds[]): number {
  return providers.reduce((largest, { largestContext }) => Math.max(largest, largestContext), 0);
}

/** What the axes do not show where it is. */
function edgeText(providers: readonly ProviderSpeeds[], { maxSpeedTokensPerSecond, minContextTokens }: Options): string {
  const sum = (count: (measured: ProviderSpeeds) => number) => sumOf(providers, count);
  const steps = sum(({ rows }) => rows);
  const above = percent(sum((measured) => measured.above) / steps, 1);
  const before = percent(sum((measured) => measured.before) / steps, 1);
  return `Steps beyond an end of the axis are drawn at its edge (${above} of all steps are faster than ${maxSpeedTokensPerSecond} tokens/s); steps with less than ${grouped(minContextTokens)} tokens of context are not drawn (${before}).`;
}

/** A panel for each: what is measured, whose color the dots take, and the top of the axis. */
function panelsOf({ providers, pureDecode, timeToFirstToken }: Speeds, cells: readonly Cell[], options: Options) {
  const speed = { unit: "tokens/s", average: "weighted average", yTitle: "Tokens per second" };
  const own = (kind: Kind, provider: string) => ({
    top: topOf(kind, options),
    cells: cells.filter((cell) => cell.kind === kind && cell.provider === provider),
  });
  const seconds = { unit: "s", average: "average", yTitle: "Seconds" };
  return [
    ...providers.map((measured) => {
      const title = shortLabel(providerTitle(measured.provider));
      return { ...speed, measured, provider: measured.provider, title, ...own("speed", measured.provider) };
    }),
    { ...speed, measured: pureDecode, provider: CODEX, title: "Codex, pure decode", ...own("decode", CODEX) },
    { ...seconds, measured: timeToFirstToken, provider: CODEX, title: "Codex, time to first token", ...own("first token", CODEX) },
  ];
}

/** Powers of two from the least context drawn to the first one that is not below the largest. */
function contextAxis(largest: number, least: number): Axis {
  const top = Math.max(power(2, Math.ceil(Math.log2(largest))), 2 * least);
  const first = Math.ceil(Math.log2(least));
  const powers = Array.from({ length: Math.round(Math.log2(top)) - first + 1 }, (_, i) => power(2, first + i));
  const stride = Math.ceil(powers.length / MOST_X_TICKS);
  const ticks = powers.filter((_, i) => i % stride === 0);
  return logAxis([least, top], "Context of a step: whole input in tokens (log scale)", ticks, tokenLabel);
}

function speedPanel(data: PanelData, x: Axis, options: Options): LayeredPanel {
  const y = logAxis([LEAST_VALUE, data.top], data.yTitle, [0.1, 1, 10, 100, 1_000], formatG);
  const bins = data.measured.bins.filter(({ midpoint }) => midpoint >= options.minContextTokens);
  const cells: Layer = {
    data: { values: cellsOf(data, options.minContextTokens) },
    mark: { type: "rect", color: providerColor(data.provider) },
    encoding: {
      x: quantitative("left", x),
      x2: { field: "right" },
      y: quantitative("low", y),
      y2: { field: "high" },
      opacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
    },
  };
  const sizes = { fontSize: FONT_SIZE.panelTitle, subtitleFontSize: FONT_SIZE.annotation };
  return {
    ...PANEL,
    title: { text: data.title, subtitle: statisticsText(data), ...sizes, frame: "group", offset: 8 },
    layer: [cells, ...(bins.length > 0 ? trendLayers(bins, x, y, data.top) : [])],
  };
}

function cellsOf({ cells, top }: PanelData, leastContext: number) {
  const decades = Math.log10(top / LEAST_VALUE);
  const rows = cellsUpTo(top);
  const edgeOf = (place: number) => leastContext * power(2, place / CELLS.perDoubling);
  const heightOf = (row: number) => LEAST_VALUE * power(10, (row * decades) / rows);
  const most = Math.max(...cells.map(({ steps }) => steps));
  return cells.map(({ place, height, steps }) => ({
    left: edgeOf(place),
    right: edgeOf(place + 1),
    low: heightOf(height),
    high: heightOf(height + 1),
    steps,
    opacity: Number((LEAST_OPACITY + (1 - LEAST_OPACITY) * (most > 1 ? Math.log(steps) / Math.log(most) : 1)).toFixed(3)),
  }));
}

/** A line through the bins for each quantile, named where it ends. */
function trendLayers(bins: readonly ContextBin[], x: Axis, y: Axis, top: number): Layer[] {
  const last = at(bins, -1);
  const color = COLORS.light.text;
  const heightOf = (bin: ContextBin, quantile: (typeof LINES)[number]["quantile"]) => clamped(bin[quantile] ?? 0, top);
  const ends = spreadApart(LINES, ({ quantile }) => pixelOf(heightOf(last, quantile), y, PANEL.height), LABEL_LINE, PANEL.height);
  const labels = ends.map(({ item, place }) => ({ y: valueAt(place, y, PANEL.height), text: item.name }));
  const across = quantitative("x", x);
  const up = quantitative("y", y);
  const label: Mark = {
    type: "text",
    align: "left",
    baseline: "middle",
    x: PANEL.width + 6,
    fontSize: FONT_SIZE.annotation,
    fontWeight: "bold",
  };
  const labelEncoding: Encoding = { y: up, text: { field: "text", type: "nominal" } };
  return [
    ...LINES.map(
      ({ quantile, dash, width }): Layer => ({
        data: { values: bins.map((bin) => ({ x: bin.midpoint, y: heightOf(bin, quantile) })) },
        mark: { type: "line", point: { size: 30, color }, strokeDash: [...dash], strokeWidth: width, color },
        encoding: { x: across, y: up },
      }),
    ),
    { data: { values: labels }, mark: { ...label, color }, encoding: labelEncoding },
  ];
}

function clamped(value: number, top: number): number {
  return Math.min(Math.max(value, LEAST_VALUE), top);
}

/** The first two providers; panels have the others. */
function titleText(providers: readonly ProviderSpeeds[]): string {
  const medians = providers
    .slice(0, 2)
    .map(({ provider, quantiles }) => `${grouped(quantiles.p50 ?? 0, 1)} (${shortLabel(providerTitle(provider))})`);
  return `The median step generates ${medians.join(" and ")} tokens per second`;
}

function statisticsText({ measured, average, unit }: PanelData): string {
  const { rows, p25, p50, p90 } = measured.quantiles;
  const short = (value: number | null) => grouped(value ?? 0, 1);
  return `n=${grouped(rows)}, ${average} ${short(measured.average)} ${unit}; p25 ${short(p25)}, median ${short(p50)}, p90 ${short(p90)} ${unit}`;
}

/** How the median moves from the first bin to the last. */
function trendText({ title, measured: { bins }, unit }: PanelData): string {
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return `${title}: no doubling of the context has enough steps for a median.`;
  const medianOf = ({ p50, midpoint }: ContextBin) =>
    `${grouped(p50 ?? 0, 1)} ${unit} around ${tokenLabel(Math.round(midpoint / KIBI) * KIBI)} tokens`;
  return first === last ? `${title}: median ${medianOf(first)}.` : `${title}: median ${medianOf(first)}, ${medianOf(last)}.`;
}
