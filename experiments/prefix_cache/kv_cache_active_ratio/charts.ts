/** The active ratio by timeout: a curve for each provider, and a table of the landmark timeouts. */
import { decimalSteps, durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationTick, hoursCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at, known } from "../../../lib/stats/known.ts";
import type { ActiveCurve } from "./measure.ts";

const TICKS_S = [1, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
const S_PER_H = 3600;
const FIVE_MINUTES_S = 300;
/** Approximate number of intervals of the vertical axis, and its minimum span. */
const INTERVALS = 6;
const MIN_SPAN = 0.06;
const TOLERANCE = 1e-9;

const READING = `The active ratio by timeout, one line per provider. The table above has the values at the dashed lines. The curve falls because longer
retention adds waiting. A lower value does not mean a worse cache: it means more storage for the same work. 1 / ratio − 1 is the waiting held
for each second of generation. Where the curve is steep, many waits have about that length: tools on the left, people on the right.`;

/** At least one provider must have generation. */
export function activeRatioFigure(curves: readonly ActiveCurve[]): Figure {
  const timeouts = curves.flatMap(({ points }) => points.map(({ timeout_s }) => timeout_s));
  const [shortest, longest] = [Math.min(...timeouts), Math.max(...timeouts)];
  return {
    name: "kv_cache_active_ratio_by_provider",
    title: `Held for up to 5 min, a cache is in use for ${curves.map(shareAtFiveMinutes).join(", ")} of the time`,
    subtitle: "Share of the held time that is generation if a prefix is held through every tool call and pause up to the timeout.",
    spec: grid([landmarkTable(curves), curvesOf(curves, [shortest, longest])], { spacing: 18 }),
    caption: `A curve falls steeply where waits of about that length are common. ${curves.map(fallOf).join(" ")}`,
    reading: READING,
    alt: `Line chart, a line for each of ${curves.map(({ provider }) => providerTitle(provider)).join(", ")}: the share of generation in the held time falls as the eviction timeout grows from ${durationTick(shortest)} to ${durationTick(longest)} on a log axis.`,
  };
}

function landmarkTable(curves: readonly ActiveCurve[]): Panel {
  const names = curves.map(({ provider }) => provider);
  const landmarks = landmarksOf(curves[0]);
  return textTable({
    columns: ["", "generation", ...landmarks.map(({ timeout_s }) => durationTick(timeout_s))],
    rows: curves.map((curve) => ({
      color: providerColor(curve.provider, names),
      cells: [
        providerTitle(curve.provider),
        hoursCompact(curve.generation_s / S_PER_H),
        ...landmarksOf(curve).map(({ ratio }) => percent(ratio, 1)),
      ],
    })),
    nameWidth: 190,
    columnWidth: 92,
  });
}

function curvesOf(curves: readonly ActiveCurve[], domain: readonly [number, number]): Panel {
  return curvesPanel({
    points: curves.flatMap(({ provider, points }) => points.map(({ timeout_s, ratio }) => ({ series: provider, x: timeout_s, y: ratio }))),
    x: durationAxis(domain, { title: "Cache eviction timeout", ticks: TICKS_S }),
    y: ratioAxis(curves),
    legend: null,
  });
}

/** Round shares around the curves, so that their shape fills the panel. */
function ratioAxis(curves: readonly ActiveCurve[]): Axis {
  const ratios = curves.flatMap(({ points }) => points.map(({ ratio }) => ratio));
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
