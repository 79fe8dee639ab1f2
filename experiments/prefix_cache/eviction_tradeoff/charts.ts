/** The trade-off in two ways: everything over the timeout, and hits against storage. */
import { durationAxis, linearAxis, logAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { providerScale } from "../../../lib/chart/palette.ts";
import { pixelOf } from "../../../lib/chart/pixels.ts";
import type { Axis, Layer, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { formatG, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { scopeTitle } from "../../../lib/trace/scopes.ts";
import type { Tradeoff, TradeoffPoint } from "./measure.ts";

/** Of the two providers; without either there is no figure. */
export function tradeoffFigures(tradeoffs: readonly Tradeoff[]): Figure[] {
  const providers = tradeoffs.filter(({ scope }) => scope !== "merged");
  return providers.length === 0 ? [] : [timeoutFigure(providers), paretoFigure(providers)];
}

const TIMEOUT_TICKS_S = [1, 10, 60, 300, 600, 1800, 3600, 7200, 14_400];
const TIMEOUT_PANEL_HEIGHT = 210;
/** CSS pixels for the labels of the vertical axes, so that the panels line up. */
const AXIS_EXTENT = 58;

function timeoutFigure(tradeoffs: readonly Tradeoff[]): Figure {
  const [low, high] = [Math.min(...timeoutsOf(tradeoffs)), Math.max(...timeoutsOf(tradeoffs))];
  const x = durationAxis([low, high], { title: "Cache eviction timeout", ticks: TIMEOUT_TICKS_S });
  const panels = [
    timeoutPanel(tradeoffs, "hit_rate", hitAxis(tradeoffs), {
      ...withoutLabels(x),
      observed: ({ observed_hit_rate }) => observed_hit_rate,
    }),
    timeoutPanel(tradeoffs, "storage_ratio", storageAxis(tradeoffs, "Storage ratio R"), withoutLabels(x)),
    timeoutPanel(tradeoffs, "amplification", amplificationAxis(tradeoffs), {
      ...x,
      observed: ({ observed_amplification }) => observed_amplification,
      ideal: 1,
    }),
  ];
  return {
    name: "eviction_tradeoff_by_timeout",
    title: "Hits, idle storage and prefill by eviction timeout",
    spec: grid(panels, {
      title: figureTitle(
        "Hits, idle storage and prefill by eviction timeout",
        "What a cache achieves that keeps an idle prefix for the timeout; R is the idle time held for each second of generation. Rings: what the deployed cache did, at the timeout whose hit rate is nearest.",
      ),
      spacing: 16,
    }),
    caption: `Dashed lines mark common timeouts. ${tradeoffs.map(observedText).join(" ")}`,
    alt: `Three line charts above one another over the eviction timeout (log axis, ${durationTick(low)} to ${durationTick(high)}), a line for each of ${titlesOf(tradeoffs)}: the achievable hit rate and the storage ratio rise with it, the prefill amplification falls towards 1.`,
  };
}

type Measure = "hit_rate" | "storage_ratio" | "amplification";

interface TimeoutAxis extends Axis {
  /** What the deployed cache did, drawn at its effective timeout. */
  readonly observed?: (tradeoff: Tradeoff) => number;
  /** Where a solid line shows the best that is possible. */
  readonly ideal?: number;
}

function timeoutPanel(tradeoffs: readonly Tradeoff[], measure: Measure, y: Axis, { observed, ideal, ...x }: TimeoutAxis): Panel {
  const curves = curvesPanel({
    points: pointsOf(tradeoffs, ({ timeout_s }) => timeout_s, measure),
    x,
    y: { ...y, axis: { ...y.axis, minExtent: AXIS_EXTENT } },
    landmarks: landmarksOf(tradeoffs[0]).map(({ timeout_s }) => timeout_s),
    ...(measure === "hit_rate" ? {} : { legend: null }),
    height: TIMEOUT_PANEL_HEIGHT,
  });
  const rings = (tradeoff: Tradeoff) => ({ series: tradeoff.scope, x: tradeoff.effective_timeout_s, y: observed?.(tradeoff) ?? null });
  const layers = [...(ideal === undefined ? [] : [idealLayer(ideal, y)]), ...(observed ? [ringLayer(tradeoffs.map(rings), x, y)] : [])];
  return over(curves, layers);
}

function ringLayer(values: readonly object[], x: Axis, y: Axis): Layer {
  return {
    data: { values: [...values] },
    mark: { type: "point", size: 150, strokeWidth: 2.5, filled: true, fill: COLORS.light.background, opacity: 1 },
    encoding: { x: { field: "x", type: "quantitative", ...x }, y: { field: "y", type: "quantitative", ...y }, stroke: colorOf(values) },
  } as Layer;
}

function idealLayer(value: number, y: Axis): Layer {
  return {
    data: { values: [{ y: value }] },
    mark: { type: "rule", strokeWidth: 1.3, color: COLORS.light.muted },
    encoding: { y: { field: "y", type: "quantitative", ...y } },
  } as Layer;
}

const PARETO_HEIGHT = 500;
const LEFT_MARGIN = 0.04;
/** Room of a label in CSS pixels: closer ones in the same row are left out. */
const LABEL_WIDTH = 31;
/** From a dot to its label: to the upper left above the curves, to the lower right below them, where a rising curve leaves room. */
const ABOVE = { align: "right", dx: -4, dy: -13 } as const;
const BELOW = { align: "left", dx: 5, dy: 15 } as const;

function paretoFigure(tradeoffs: readonly Tradeoff[]): Figure {
  const x = withMargin(storageAxis(tradeoffs, "Idle storage: seconds held idle for each second of generation (R)"));
  const y = hitAxis(tradeoffs);
  const curves = curvesPanel({
    points: pointsOf(tradeoffs, ({ storage_ratio }) => storage_ratio, "hit_rate"),
    x,
    y,
    height: PARETO_HEIGHT,
  });
  const dots = pointsOf(tradeoffs.map(landmarksOnly), ({ storage_ratio }) => storage_ratio, "hit_rate");
  const byHits = tradeoffs.toSorted((a, b) => landmarkHits(b) - landmarkHits(a));
  const labels = byHits.map((tradeoff, i) => labelLayer(tradeoff, i === 0 ? ABOVE : BELOW, x, y));
  return {
    name: "eviction_tradeoff_pareto",
    title: "Hit rate against idle storage",
    spec: figure(
      over(curves, [dotLayer(dots, x, y), ...labels]),
      figureTitle("Hit rate against idle storage", "Each line runs through the eviction timeouts; dots are common ones."),
    ),
    caption: `Where a line is steep, longer retention buys hits; where it is flat, it buys little but storage. ${tradeoffs.map(bendText).join(" ")}`,
    alt: `Line chart, a line for each of ${titlesOf(tradeoffs)} with dots at landmark timeouts: the achievable hit rate rises with idle storage.`,
  };
}

function dotLayer(values: readonly object[], x: Axis, y: Axis): Layer {
  return {
    data: { values: [...values] },
    mark: { type: "circle", size: 80, opacity: 1 },
    encoding: { x: { field: "x", type: "quantitative", ...x }, y: { field: "y", type: "quantitative", ...y }, color: colorOf(values) },
  } as Layer;
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
    encoding: {
      x: { field: "x", type: "quantitative", ...x },
      y: { field: "y", type: "quantitative", ...y },
      text: { field: "label", type: "nominal" },
      color: colorOf(values),
    },
  } as Layer;
}

/** Those that lie at least `gap` behind the one kept before them. */
export function spaced<T>(items: readonly T[], place: (item: T) => number, gap: number): T[] {
  let last = Number.NEGATIVE_INFINITY;
  return items.filter((item) => {
    if (place(item) - last < gap) return false;
    last = place(item);
    return true;
  });
}

/** The scale of the curves; a legend of its own would repeat theirs. */
function colorOf(values: readonly object[]): object {
  const names = (values as readonly { series: string }[]).map(({ series }) => series);
  return { field: "series", type: "nominal", scale: providerScale(names), legend: null };
}

function over(panel: Panel, layers: readonly Layer[]): Panel {
  const { width, height } = panel as { width: number; height: number };
  return { width, height, layer: [panel, ...layers], resolve: { scale: { color: "independent" } } } as Panel;
}

/** From the ten percent below the lowest rate up to all hits. */
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
const MOST_AMPLIFICATION_TICKS = 8;

function amplificationAxis(tradeoffs: readonly Tradeoff[]): Axis {
  const values = tradeoffs.flatMap((t) => [t.observed_amplification, ...t.points.map(({ amplification }) => amplification)]);
  const low = Math.min(1, ...values.filter((value) => value > 0)) * 0.93;
  const high = Math.max(2, ...values) * 1.07;
  const within = AMPLIFICATION_TICKS.filter((tick) => tick <= high);
  const ticks = within.length > MOST_AMPLIFICATION_TICKS ? within.filter((_, i) => i % 3 === 0) : within;
  return logAxis([low, high], "Prefill amplification", ticks, (factor) => `${formatG(factor)}×`);
}

/** The same with room left of 0, for labels there. */
function withMargin(axis: Axis): Axis {
  const [low, high] = (axis.scale as { domain: [number, number] }).domain;
  return { ...axis, scale: { ...axis.scale, domain: [low - LEFT_MARGIN * (high - low), high] } as Axis["scale"] };
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

function landmarksOnly(tradeoff: Tradeoff): Tradeoff {
  return { ...tradeoff, points: landmarksOf(tradeoff) };
}

function landmarkHits(tradeoff: Tradeoff): number {
  return landmarksOf(tradeoff).reduce((sum, { hit_rate }) => sum + hit_rate, 0);
}

function titlesOf(tradeoffs: readonly Tradeoff[]): string {
  return tradeoffs.map(({ scope }) => scopeTitle(scope)).join(", ");
}

function observedText({ scope, observed_hit_rate, observed_amplification, effective_timeout_s }: Tradeoff): string {
  return `${scopeTitle(scope)}: hit rate ${percent(observed_hit_rate, 1)} and ${toFixedHalfEven(observed_amplification, 1)}× prefill observed, the hit rate of a timeout of ${durationCompact(effective_timeout_s)}.`;
}

function bendText(tradeoff: Tradeoff): string {
  const at = (seconds: number) => tradeoff.points.find(({ timeout_s }) => timeout_s === seconds);
  const texts = [300, 3600].flatMap((seconds) => {
    const point = at(seconds);
    return point ? [`${percent(point.hit_rate, 1)} at R = ${toFixedHalfEven(point.storage_ratio, 1)} (${durationTick(seconds)})`] : [];
  });
  return `${scopeTitle(tradeoff.scope)}: ${texts.join(", ")}.`;
}
