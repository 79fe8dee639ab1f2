/** The active ratio by timeout: a curve for each provider, and a table of the landmark timeouts. */
import { decimalSteps, durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { type Axis, type DataLayer, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationTick, hoursCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import type { ActiveCurve, RatioInterval } from "./measure.ts";

const TICKS_S = [1, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
const S_PER_H = 3600;
const FIVE_MINUTES_S = 300;
/** Approximate number of intervals of the vertical axis, and its minimum span. */
const INTERVALS = 6;
const MIN_SPAN = 0.06;
const TOLERANCE = 1e-9;

const READING = `The active ratio by timeout, one line per provider. The table above has the values at round timeouts; the thick strokes at 5 min are intervals. The curve falls because longer
retention adds waiting. A lower value does not mean a worse cache: it means more storage for the same work. 1 / ratio − 1 is the waiting held
for each second of generation. Where the curve is steep, many waits have about that length: tools on the left, people on the right.`;

/** At least one provider must have generation. */
export function activeRatioFigure(curves: readonly ActiveCurve[], intervalOf: RatioInterval): Figure {
  const timeouts = curves.flatMap(({ points }) => points.map(({ timeout_s }) => timeout_s));
  const [shortest, longest] = [Math.min(...timeouts), Math.max(...timeouts)];
  return {
    name: "kv_cache_active_ratio_by_provider",
    title: `Held for up to 5 min, a cache is in use for ${curves.map(shareAtFiveMinutes).join(", ")} of the time`,
    subtitle: "Share of the held time that is generation if a prefix is held through every tool call and pause up to the timeout.",
    spec: grid([landmarkTable(curves, intervalOf), curvesOf(curves, [shortest, longest], intervalOf)], { spacing: 18 }),
    caption: `A curve falls steeply where waits of about that length are common. ${curves.map(fallOf).join(" ")} ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Line chart, a line for each of ${curves.map(({ provider }) => providerTitle(provider)).join(", ")}: the share of generation in the held time falls as the eviction timeout grows from ${durationTick(shortest)} to ${durationTick(longest)} on a log axis.`,
  };
}

function landmarkTable(curves: readonly ActiveCurve[], intervalOf: RatioInterval): Panel {
  const names = curves.map(({ provider }) => provider);
  const landmarks = landmarksOf(curves[0]);
  return textTable({
    columns: ["", "generation", ...landmarks.map(({ timeout_s }) => durationTick(timeout_s)), "interval, 5m"],
    rows: curves.map((curve) => ({
      color: providerColor(curve.provider, names),
      cells: [
        providerTitle(curve.provider),
        hoursCompact(curve.generation_s / S_PER_H),
        ...landmarksOf(curve).map(({ ratio }) => percent(ratio, 1)),
        intervalText(intervalOf(curve.provider), percent).replace(/^ \(|\)$/g, ""),
      ],
    })),
    nameWidth: 130,
    columnWidth: 104,
  });
}

function curvesOf(curves: readonly ActiveCurve[], domain: readonly [number, number], intervalOf: RatioInterval): Panel {
  const x = durationAxis(domain, { title: "Cache eviction timeout", ticks: TICKS_S });
  const intervals = curves.map(({ provider }) => ({ provider, interval: intervalOf(provider) }));
  const y = ratioAxis(
    curves,
    intervals.flatMap(({ interval }) => (interval ? [interval.lo, interval.hi] : [])),
  );
  const names = curves.map(({ provider }) => provider);
  const panel = curvesPanel({
    points: curves.flatMap(({ provider, points }) => points.map(({ timeout_s, ratio }) => ({ series: provider, x: timeout_s, y: ratio }))),
    x,
    y,
    legend: null,
  });
  const lines = intervals.map(
    ({ provider, interval }): DataLayer => ({
      data: { values: interval ? [{ x: FIVE_MINUTES_S, lo: interval.lo, hi: interval.hi }] : [] },
      mark: { type: "rule", strokeWidth: 6, opacity: 0.5, color: providerColor(provider, names) },
      encoding: { x: quantitative("x", x), y: quantitative("lo", y), y2: { field: "hi" } },
    }),
  );
  return { ...panel, layer: [...panel.layer, ...withRows(lines)] };
}

/** Round shares around the curves, so that their shape fills the panel. */
function ratioAxis(curves: readonly ActiveCurve[], ends: readonly number[]): Axis {
  const ratios = [...ends, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio))];
  const [min, max] = [Math.min(...ratios), Math.max(...ratios)];
  const step = decimalSteps(Math.max(max - min, MIN_SPAN) / INTERVALS);
  const from = Math.floor(min / step + TOLERANCE);
  const to = Math.max(from + 1, Math.ceil(max / step - TOLERANCE));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
  return shareAxis({ title: "Generation in the held time", domain: [at(ticks, 0), at(ticks, -1)], ticks });
}

function landmarksOf(curve: ActiveCurve | undefined): ActiveCurve["points"] {
  return (curve?.points ?? []).filter(({ is_landmark }) => is_landmark);
}

/** `36.2% (Claude)`. */
function shareAtFiveMinutes(curve: ActiveCurve): string {
  const point = known(landmarksOf(curve).find(({ timeout_s }) => timeout_s === FIVE_MINUTES_S));
  return `${percent(point.ratio, 1)} (${providerTitle(curve.provider)})`;
}

function fallOf(curve: ActiveCurve): string {
  const landmarks = landmarksOf(curve).map(({ timeout_s, ratio }) => `${percent(ratio, 1)} at ${durationTick(timeout_s)}`);
  return `${providerTitle(curve.provider)}: ${landmarks.join(", ")}.`;
}
