/** The trade-off in two ways: three measures over the timeout, and hits against storage. */
import { durationAxis, linearAxis, logAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { COLORS, providerScale } from "../../../lib/chart/palette.ts";
import { pixelOf } from "../../../lib/chart/pixels.ts";
import {
  type Axis,
  type Channel,
  type DataLayer,
  type Layer,
  type LayeredPanel,
  type Panel,
  quantitative,
  withRows,
} from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { formatG, grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import type { HitInterval, Tradeoff, TradeoffPoint } from "./measure.ts";

const TIMEOUT_READING = `The dashed line is at 5 min, with intervals of the hits there. The three measures by timeout. Where the first flattens and the second begins to climb, longer retention stops being worth it. The third
shows misses as work: 5× is five prefilled tokens for each new one; the solid line is the ideal. Rings show the deployed cache, drawn at the
timeout whose hit rate is nearest.`;
const PARETO_READING = `Hit rate by idle storage, with the timeout increasing along each line from 1 min on. Dots are 1, 5, 10, 30 min, 1, 2 and 4 h (labels that
would overlap are left out). A line farther up and left gets more hits for the same storage. Rings show the hit rate of the deployed cache, at the
storage of the timeout whose hit rate is nearest.`;

/** @param tradeoffs of Claude and Codex, at least one */
export function tradeoffFigures(tradeoffs: readonly Tradeoff[], intervalOf: HitInterval): Figure[] {
  return [timeoutFigure(tradeoffs, intervalOf), paretoFigure(tradeoffs, intervalOf)];
}

const FIVE_MINUTES_S = 300;
const HOUR_S = 3600;
const TIMEOUT_TICKS_S = [1, 10, 60, 300, 600, 1800, 3600, 7200, 14_400];
const TIMEOUT_PANEL_HEIGHT = 210;
/** CSS pixels for the labels of the vertical axes, so that the panels line up. */
const AXIS_EXTENT = 58;

function timeoutFigure(tradeoffs: readonly Tradeoff[], intervalOf: HitInterval): Figure {
  const [low, high] = [Math.min(...timeoutsOf(tradeoffs)), Math.max(...timeoutsOf(tradeoffs))];
  const x = durationAxis([low, high], { title: "Cache eviction timeout", ticks: TIMEOUT_TICKS_S });
  const hits = tradeoffs.map((tradeoff) => ({ scope: tradeoff.scope, share: percent(hitsAt5Min(tradeoff), 1) }));
  const panels = [
    timeoutPanel(tradeoffs, "hit_rate", hitAxis(tradeoffs), {
      intervalOf,
      ...withoutLabels(x),
      observed: (each) => each.observed_hit_rate,
    }),
    timeoutPanel(tradeoffs, "storage_ratio", storageAxis(tradeoffs, "Idle s per s of generation"), withoutLabels(x)),
    timeoutPanel(tradeoffs, "amplification", amplificationAxis(tradeoffs), {
      ...x,
      observed: (each) => each.observed_amplification,
      ideal: 1,
    }),
  ];
  return {
    name: "eviction_tradeoff_by_timeout",
    title: `Five minutes of retention already give ${hits.map(({ scope, share }) => (hits.length === 1 ? share : `${share} (${scopeTitle(scope)})`)).join(" and ")} hits`,
    subtitle: `A cache that keeps an idle prefix for the timeout. Rings: the deployed cache, at the timeout whose hit rate is nearest.`,
    spec: grid(panels, { spacing: 16 }),
    caption: `${tradeoffs.map(observedText).join(" ")} ${INTERVALS_SENTENCE}`,
    reading: TIMEOUT_READING,
    alt: `Three line charts above one another over the eviction timeout (log axis, ${durationTick(low)} to ${durationTick(high)}), a line for each of ${titlesOf(tradeoffs)}: the achievable hit rate and the storage ratio rise with it, the prefill amplification falls towards 1.`,
  };
}

type Measure = "hit_rate" | "storage_ratio" | "amplification";

interface TimeoutAxis extends Axis {
  /** The value of the deployed cache, drawn at its effective timeout. */
  readonly observed?: (tradeoff: Tradeoff) => number;
  /** Of the hits at five minutes: draw a line there; the legend has the hits. */
  readonly intervalOf?: HitInterval;
  /** Where a solid line marks the ideal. */
  readonly ideal?: number;
}

function timeoutPanel(
  tradeoffs: readonly Tradeoff[],
  measure: Measure,
  y: Axis,
  { observed, intervalOf, ideal, ...x }: TimeoutAxis,
): Panel {
  const curves = curvesPanel({
    points: pointsOf(tradeoffs, ({ timeout_s }) => timeout_s, measure),
    x,
    y: { ...y, axis: { ...y.axis, minExtent: AXIS_EXTENT } },
    ...(intervalOf ? { reference: { x: FIVE_MINUTES_S, label: "5 min" }, legend: legendOf(tradeoffs, intervalOf) } : { legend: null }),
    height: TIMEOUT_PANEL_HEIGHT,
  });
  const rings = (tradeoff: Tradeoff) => ({ series: tradeoff.scope, x: tradeoff.effective_timeout_s, y: observed?.(tradeoff) ?? null });
  const layers = [
    ...(ideal === undefined ? [] : [idealLayer(ideal, y)]),
    ...(intervalOf ? withRows([intervalLayer(tradeoffs, intervalOf, x, y)]) : []),
    ...(observed ? [ringLayer(tradeoffs.map(rings), x, y)] : []),
  ];
  return over(curves, layers, TIMEOUT_PANEL_HEIGHT);
}

function ringLayer(values: readonly Series[], x: Axis, y: Axis): Layer {
  return {
    data: { values: [...values] },
    mark: { type: "point", size: 150, strokeWidth: 2.5, filled: true, fill: COLORS.light.background, opacity: 1 },
    encoding: { x: quantitative("x", x), y: quantitative("y", y), stroke: colorOf(values) },
  };
}

/** Of the hits at five minutes. */
function intervalLayer(tradeoffs: readonly Tradeoff[], intervalOf: HitInterval, x: Axis, y: Axis): DataLayer {
  const [low, high] = y.scale.domain;
  const values = tradeoffs.flatMap(({ scope }) => {
    const interval = intervalOf(scope);
    return interval === null ? [] : [{ series: scope, x: FIVE_MINUTES_S, lo: Math.max(low, interval.lo), hi: Math.min(high, interval.hi) }];
  });
  return {
    data: { values },
    mark: { type: "rule", strokeWidth: 6, opacity: 0.5 },
    encoding: {
      x: quantitative("x", x),
      y: quantitative("lo", y),
      y2: { field: "hi" },
      color: colorOf(tradeoffs.map(({ scope }) => ({ series: scope }))),
    },
  };
}

function idealLayer(value: number, y: Axis): Layer {
  return {
    data: { values: [{ y: value }] },
    mark: { type: "rule", strokeWidth: 1.3, color: COLORS.light.muted },
    encoding: { y: quantitative("y", y) },
  };
}

/** Shorter timeouts differ too much to be on one scale with the others. */
const SHORTEST_S = 60;
const PARETO_HEIGHT = 420;
const LEFT_MARGIN = 0.04;
/** CSS pixels that a label needs: closer ones in the same row are left out. */
const LABEL_WIDTH = 31;
/** From a dot to its label: to the upper left above the curves, to the lower right below them, where a rising curve leaves space. */
const ABOVE = { align: "right", dx: -4, dy: -13 } as const;
const BELOW = { align: "left", dx: 5, dy: 15 } as const;

function paretoFigure(tradeoffs: readonly Tradeoff[], intervalOf: HitInterval): Figure {
  const shown = tradeoffs.map((tradeoff) => ({ ...tradeoff, points: tradeoff.points.filter(({ timeout_s }) => timeout_s >= SHORTEST_S) }));
  const x = withMargin(storageAxis(shown, "Idle storage: seconds held idle per second of generation (R)"));
  const y = hitAxis(shown);
  const placesOf = (drawn: readonly Tradeoff[]) => pointsOf(drawn, ({ storage_ratio }) => storage_ratio, "hit_rate");
  const curves = curvesPanel({ points: placesOf(shown), x, y, legend: legendOf(shown, intervalOf), height: PARETO_HEIGHT });
  const dots = placesOf(shown.map((tradeoff) => ({ ...tradeoff, points: landmarksOf(tradeoff) })));
  const byHits = shown.toSorted((a, b) => landmarkHits(b) - landmarkHits(a));
  const labels = byHits.map((tradeoff, i) => labelLayer(tradeoff, i === 0 ? ABOVE : BELOW, x, y));
  const rings = shown.flatMap((tradeoff) => {
    const nearest = pointAt(tradeoff, tradeoff.effective_timeout_s);
    return nearest ? [{ series: tradeoff.scope, x: nearest.storage_ratio, y: tradeoff.observed_hit_rate }] : [];
  });
  const ringLayers = rings.length === 0 ? [] : [ringLayer(rings, x, y)];
  return {
    name: "eviction_tradeoff_pareto",
    title: `From 5 min to 1 h of retention: ${tradeoffs.map(gainText).join(", ")}`,
    subtitle: `Each line runs through the timeouts from 1 min on; dots are common ones. Rings: the hit rate of the deployed cache.`,
    spec: over(curves, [dotLayer(dots, x, y), ...ringLayers, ...labels], PARETO_HEIGHT),
    caption: `Where a line is steep, longer retention adds hits; where it is flat, it adds mostly storage. ${tradeoffs.map(bendText).join(" ")} ${INTERVALS_SENTENCE}`,
    reading: PARETO_READING,
    alt: `Line chart, a line for each of ${titlesOf(tradeoffs)} with dots at landmark timeouts: the achievable hit rate rises with idle storage.`,
  };
}

function dotLayer(values: readonly Series[], x: Axis, y: Axis): Layer {
  return {
    data: { values: [...values] },
    mark: { type: "circle", size: 80, opacity: 1 },
    encoding: { x: quantitative("x", x), y: quantitative("y", y), color: colorOf(values) },
  };
}

function labelLayer(tradeoff: Tradeoff, side: typeof ABOVE | typeof BELOW, x: Axis, y: Axis): Layer {
  const values = spaced(landmarksOf(tradeoff), ({ storage_ratio }) => pixelOf(storage_ratio, x, PANEL.width), LABEL_WIDTH).map((point) => ({
    series: tradeoff.scope,
    x: point.storage_ratio,
    y: point.hit_rate,
    label: durationTick(point.timeout_s),
  }));
  return {
    data: { values },
    mark: { type: "text", ...side, fontSize: FONT_SIZE.annotation, fontWeight: "bold" },
    encoding: { x: quantitative("x", x), y: quantitative("y", y), text: { field: "label", type: "nominal" }, color: colorOf(values) },
  };
}

/** The items that are at least `gap` after the previous one kept. */
export function spaced<T>(items: readonly T[], place: (item: T) => number, gap: number): T[] {
  let last = Number.NEGATIVE_INFINITY;
  return items.filter((item) => {
    if (place(item) - last < gap) return false;
    last = place(item);
    return true;
  });
}

interface Series {
  readonly series: string;
}

/** The scale of the curves; its own legend would repeat theirs. */
function colorOf(values: readonly Series[]): Channel<"color"> {
  return { field: "series", type: "nominal", scale: providerScale(values.map(({ series }) => series)), legend: null };
}

function over(panel: LayeredPanel, layers: readonly Layer[], height: number): Panel {
  return { width: PANEL.width, height, layer: [panel, ...layers], resolve: { scale: { color: "independent" } } };
}

/** From the multiple of ten percent below the lowest rate up to all hits. */
function hitAxis(tradeoffs: readonly Tradeoff[]): Axis {
  const lowest = Math.min(...tradeoffs.flatMap((t) => [t.observed_hit_rate, ...t.points.map(({ hit_rate }) => hit_rate)]));
  const low = Math.min(0.9, Math.max(0, Math.floor(lowest * 10) / 10));
  return shareAxis({ title: "Achievable hit rate", domain: [low, 1] });
}

function storageAxis(tradeoffs: readonly Tradeoff[], title: string): Axis {
  const max = Math.max(...tradeoffs.flatMap(({ points }) => points.map(({ storage_ratio }) => storage_ratio)));
  return linearAxis(max, title, roundTicks(max), (ratio) => formatG(ratio));
}

const AMPLIFICATION_TICKS = [1, 10, 100, 1_000, 10_000, 100_000].flatMap((decade) => [decade, 2 * decade, 5 * decade]);
const MAX_AMPLIFICATION_TICKS = 8;

function amplificationAxis(tradeoffs: readonly Tradeoff[]): Axis {
  const values = tradeoffs.flatMap((t) => [t.observed_amplification, ...t.points.map(({ amplification }) => amplification)]);
  const low = Math.min(1, ...values.filter((value) => value > 0)) * 0.93;
  const high = Math.max(2, ...values) * 1.07;
  const within = AMPLIFICATION_TICKS.filter((tick) => tick <= high);
  const ticks = within.length > MAX_AMPLIFICATION_TICKS ? within.filter((_, i) => i % 3 === 0) : within;
  return logAxis([low, high], "Prefill amplification", ticks, (factor) => `${formatG(factor)}×`);
}

/** The same with space left of 0, for labels there. */
function withMargin(axis: Axis): Axis {
  const [low, high] = axis.scale.domain;
  return { ...axis, scale: { ...axis.scale, domain: [low - LEFT_MARGIN * (high - low), high] } };
}

function withoutLabels(axis: Axis): Axis {
  return { ...axis, title: null, axis: { ...axis.axis, labels: false } };
}

function pointsOf(tradeoffs: readonly Tradeoff[], x: (point: TradeoffPoint) => number, measure: Measure) {
  return tradeoffs.flatMap(({ scope, points }) => points.map((point) => ({ series: scope, x: x(point), y: point[measure] })));
}

function timeoutsOf(tradeoffs: readonly Tradeoff[]): number[] {
  return tradeoffs.flatMap(({ points }) => points.map(({ timeout_s }) => timeout_s));
}

function landmarksOf(tradeoff: Tradeoff | undefined): TradeoffPoint[] {
  return (tradeoff?.points ?? []).filter(({ is_landmark }) => is_landmark);
}

function landmarkHits(tradeoff: Tradeoff): number {
  return landmarksOf(tradeoff).reduce((sum, { hit_rate }) => sum + hit_rate, 0);
}

function titlesOf(tradeoffs: readonly Tradeoff[]): string {
  return tradeoffs.map(({ scope }) => scopeTitle(scope)).join(", ");
}

function observedText({ scope, observed_hit_rate, observed_amplification, effective_timeout_s }: Tradeoff): string {
  return `${scopeTitle(scope)}: observed hit rate ${percent(observed_hit_rate, 1)}, as with a timeout of ${durationCompact(effective_timeout_s)}, and ${toFixedHalfEven(observed_amplification, 1)}× prefill.`;
}

function bendText(tradeoff: Tradeoff): string {
  const texts = [FIVE_MINUTES_S, HOUR_S].flatMap((seconds) => {
    const point = pointAt(tradeoff, seconds);
    return point ? [`${percent(point.hit_rate, 1)} at R = ${toFixedHalfEven(point.storage_ratio, 1)} (${durationTick(seconds)})`] : [];
  });
  return `${scopeTitle(tradeoff.scope)}: ${texts.join(", ")}.`;
}

/** `Claude 96.1% to 98.0% hits`. */
function gainText(tradeoff: Tradeoff): string {
  const hits = [FIVE_MINUTES_S, HOUR_S].map((seconds) => percent(known(pointAt(tradeoff, seconds)).hit_rate, 1));
  return `${scopeTitle(tradeoff.scope)} ${hits.join(" to ")} hits`;
}

/** Steps with a known idle time, by scope. */
function legendOf(tradeoffs: readonly Tradeoff[], intervalOf: HitInterval): Map<string, string> {
  return new Map(
    tradeoffs.map((tradeoff) => {
      const { scope, steps } = tradeoff;
      const hits = `${percent(hitsAt5Min(tradeoff), 1)}${intervalText(intervalOf(scope), (value) => percent(value, 1))}`;
      return [scope, `${scopeTitle(scope)}: ${grouped(steps)} steps, ${hits} hits at 5 min`];
    }),
  );
}

function hitsAt5Min(tradeoff: Tradeoff): number {
  return known(pointAt(tradeoff, FIVE_MINUTES_S)).hit_rate;
}

function pointAt({ points }: Tradeoff, seconds: number): TradeoffPoint | undefined {
  return points.find(({ timeout_s }) => timeout_s === seconds);
}
