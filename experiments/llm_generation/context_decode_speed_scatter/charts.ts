/** The figure: steps by context and speed, one panel per provider and two for Codex around its reasoning. */

import { linearAxis, logAxis } from "../../../lib/chart/axes.ts";
import { thinned } from "../../../lib/chart/cdf.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { pixelOf, spreadApart, valueAt } from "../../../lib/chart/pixels.ts";
import { type ScatterPoint, scatterPanel } from "../../../lib/chart/scatter.ts";
import type { Axis, Layer, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, providerTitle } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { formatG, grouped, percent } from "../../../lib/format/numbers.ts";
import { KIBI, tokenLabel } from "../../../lib/format/tokens.ts";
import { power } from "../../../lib/stats/power.ts";
import type { Measured, ProviderSpeeds, ReasoningSplit } from "./measure.ts";
import { type ContextBin, contextBins, quantilesOf } from "./statistics.ts";

/** What of the flags the drawing depends on. */
export interface DrawingOptions {
  readonly maxPointsPerProvider: number;
  readonly maxSpeedTokensPerSecond: number;
  readonly maxPureDecodeTokensPerSecond: number;
  readonly maxTtftSeconds: number;
  readonly minContextTokens: number;
  readonly minBinCount: number;
}

interface PanelData {
  readonly measured: Measured;
  /** Whose color the dots take. */
  readonly provider: string;
  readonly title: string;
  readonly yTitle: string;
  readonly unit: "tokens/s" | "s";
  readonly average: string;
  /** Top of the axis. */
  readonly top: number;
}

const CODEX = "codex";
const PANEL_HEIGHT = 210;
/** CSS pixels from one label of a line to the next. */
const LABEL_LINE = 17;
const DOT_AREA = 14;
const MOST_X_TICKS = 9;
/** In ascending order, as labels of equal values are to stand. */
const LINES = [
  { quantile: "p25", dash: [6, 4], width: 1.8 },
  { quantile: "median", dash: [1, 0], width: 2.4 },
  { quantile: "p90", dash: [6, 4], width: 1.8 },
] as const;

/** `null` when no step reaches the left end of the axis. */
export function speedFigure(providers: readonly ProviderSpeeds[], split: ReasoningSplit, options: DrawingOptions): Figure | null {
  const drawn = panelsOf(providers, split, options).filter((data) => dotsOf(data, options.minContextTokens).length > 0);
  if (drawn.length === 0) return null;
  const x = contextAxis(largestContext(providers), options.minContextTokens);
  const withoutLabels = { ...x, title: null, axis: { ...x.axis, labels: false, ticks: false } };
  const facts = drawn.map((data) => trendText(data, options.minBinCount)).join(" ");
  return {
    name: "context_decode_speed_scatter",
    title: "Generation speed against context",
    spec: grid(
      drawn.map((data, i) => speedPanel(data, i === drawn.length - 1 ? x : withoutLabels, options)),
      {
        spacing: 26,
        title: figureTitle(
          "How fast steps are generated, by how much they read",
          `A dot is a step. Lines join the quantiles of each doubling of the context with at least ${grouped(options.minBinCount)} steps.`,
        ),
      },
    ),
    caption: `${facts} ${edgeText(providers, options)} Statistics are over all steps.`,
    alt: `Scatter plots below one another over a log axis of context tokens: ${drawn.map(({ title, yTitle }) => `${title} (${yTitle.toLowerCase()})`).join(", ")}; lines for the 25th, 50th and 90th percentile by context. ${facts}`,
  };
}

function largestContext(providers: readonly ProviderSpeeds[]): number {
  return providers.reduce((largest, { context }) => context.reduce((a, b) => Math.max(a, b), largest), 0);
}

/** What the axes do not show where it is. */
function edgeText(providers: readonly ProviderSpeeds[], { maxSpeedTokensPerSecond, minContextTokens }: DrawingOptions): string {
  const steps = providers.reduce((sum, { values }) => sum + values.length, 0);
  const share = (count: (measured: Measured) => number) =>
    percent(providers.reduce((sum, measured) => sum + count(measured), 0) / steps, 1);
  const above = share(({ values }) => values.filter((speed) => speed > maxSpeedTokensPerSecond).length);
  const before = share(({ context }) => context.filter((tokens) => tokens < minContextTokens).length);
  return `Dots beyond the top or below zero are drawn at the edge (${above} of all steps are faster than ${maxSpeedTokensPerSecond} tokens/s); steps with less than ${grouped(minContextTokens)} tokens of context are not drawn (${before}).`;
}

function panelsOf(providers: readonly ProviderSpeeds[], split: ReasoningSplit, options: DrawingOptions): PanelData[] {
  const speed = { unit: "tokens/s", average: "weighted average", yTitle: "Tokens per second" } as const;
  return [
    ...providers.map((measured) => ({
      ...speed,
      measured,
      provider: measured.provider,
      title: shortLabel(providerTitle(measured.provider)),
      top: options.maxSpeedTokensPerSecond,
    })),
    {
      ...speed,
      measured: split.pureDecode,
      provider: CODEX,
      title: "Codex, pure decode",
      top: options.maxPureDecodeTokensPerSecond,
    },
    {
      measured: split.timeToFirstToken,
      provider: CODEX,
      title: "Codex, time to first token",
      yTitle: "Seconds",
      unit: "s",
      average: "average",
      top: options.maxTtftSeconds,
    },
  ];
}

/** Powers of two from the least context drawn to the first one that is not below the largest. */
function contextAxis(largest: number, least: number): Axis {
  const top = Math.max(power(2, Math.ceil(Math.log2(largest))), 2 * least);
  const first = Math.ceil(Math.log2(least));
  const powers = Array.from({ length: Math.round(Math.log2(top)) - first + 1 }, (_, i) => power(2, first + i));
  const stride = Math.ceil(powers.length / MOST_X_TICKS);
  return logAxis(
    [least, top],
    "Context of a step: whole input in tokens (log scale)",
    powers.filter((_, i) => i % stride === 0),
    tokenLabel,
  );
}

function speedPanel(data: PanelData, x: Axis, options: DrawingOptions): Panel {
  const y = linearAxis(data.top, data.yTitle, quarters(data.top), formatG);
  const dots = thinned(dotsOf(data, options.minContextTokens), options.maxPointsPerProvider);
  const bins = contextBins(data.measured, options.minBinCount).filter(({ midpoint }) => midpoint >= options.minContextTokens);
  const scatter = scatterPanel({ points: dots, x, y, size: DOT_AREA, legend: null, height: PANEL_HEIGHT }) as { layer: Layer[] } & Panel;
  return {
    ...scatter,
    title: {
      text: data.title,
      subtitle: statisticsText(data),
      fontSize: FONT_SIZE.panelTitle,
      subtitleFontSize: FONT_SIZE.annotation,
      frame: "group",
      offset: 8,
    },
    layer: [...scatter.layer, ...(bins.length > 0 ? trendLayers(bins, x, y, data.top) : [])],
  } as Panel;
}

/** Five ticks from zero to the top, where the dots beyond it are. */
function quarters(top: number): number[] {
  return Array.from({ length: 5 }, (_, i) => (top * i) / 4);
}

/** Steps from the left end of the axis on, moved to its lower or upper edge where they lie beyond it. */
function dotsOf({ measured, provider, top }: PanelData, leastContext: number): ScatterPoint[] {
  return measured.values.flatMap((value, i) => {
    const context = measured.context[i] as number;
    return context >= leastContext ? [{ series: provider, x: context, y: clamped(value, top) }] : [];
  });
}

/** A line through the bins for each quantile, named where it ends. */
function trendLayers(bins: readonly ContextBin[], x: Axis, y: Axis, top: number): Layer[] {
  const last = bins.at(-1) as ContextBin;
  const heightOf = (bin: ContextBin, quantile: (typeof LINES)[number]["quantile"]) => clamped(bin[quantile] ?? 0, top);
  const ends = spreadApart(LINES, ({ quantile }) => pixelOf(heightOf(last, quantile), y, PANEL_HEIGHT), LABEL_LINE, PANEL_HEIGHT);
  const labels = ends.map(({ item, place }) => ({ x: last.midpoint, y: valueAt(place, y, PANEL_HEIGHT), text: item.quantile }));
  const across = { field: "x", type: "quantitative", ...x };
  const up = { field: "y", type: "quantitative", ...y };
  const label = { type: "text", align: "left", baseline: "middle", dx: 8, fontSize: FONT_SIZE.annotation, fontWeight: "bold" };
  const halo = { stroke: COLORS.light.background, strokeWidth: 4, strokeJoin: "round", color: COLORS.light.background };
  const text = { field: "text", type: "nominal" };
  return [
    ...LINES.map(({ quantile, dash, width }) => ({
      data: { values: bins.map((bin) => ({ x: bin.midpoint, y: heightOf(bin, quantile) })) },
      mark: {
        type: "line",
        point: { size: 30, color: COLORS.light.text },
        strokeDash: [...dash],
        strokeWidth: width,
        color: COLORS.light.text,
      },
      encoding: { x: across, y: up },
    })),
    { data: { values: labels }, mark: { ...label, ...halo }, encoding: { x: across, y: up, text } },
    { data: { values: labels }, mark: { ...label, color: COLORS.light.text }, encoding: { x: across, y: up, text } },
  ] as Layer[];
}

function clamped(value: number, top: number): number {
  return Math.min(Math.max(value, 0), top);
}

function statisticsText({ measured, average, unit }: PanelData): string {
  const { rows, p25, median, p90 } = quantilesOf(measured.values);
  const short = (value: number | null) => grouped(value ?? 0, 1);
  return `n=${grouped(rows)}, ${average} ${short(measured.average)} ${unit}; p25 ${short(p25)}, median ${short(median)}, p90 ${short(p90)} ${unit}`;
}

/** How the median moves from the first bin to the last. */
function trendText({ title, measured, unit }: PanelData, leastRows: number): string {
  const bins = contextBins(measured, leastRows);
  const [first, last] = [bins[0], bins.at(-1)];
  if (!first || !last) return `${title}: no doubling of the context has enough steps for a median.`;
  const at = ({ median, midpoint }: ContextBin) =>
    `${grouped(median ?? 0, 1)} ${unit} around ${tokenLabel(Math.round(midpoint / KIBI) * KIBI)} tokens`;
  return first === last ? `${title}: median ${at(first)}.` : `${title}: median ${at(first)}, ${at(last)}.`;
}
