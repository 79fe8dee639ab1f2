/** The active ratio by timeout: a curve for each provider, and a table of the landmarks. */
import { decimalSteps, durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import type { Axis, Panel } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationTick, hoursCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import type { ActiveCurve, ActivePoint } from "./measure.ts";

const TICKS_S = [1, 10, 30, 60, 120, 300, 600, 900, 1800, 3600];
const S_PER_H = 3600;
/** The vertical axis has about so many intervals and spans at least so much. */
const INTERVALS = 6;
const LEAST_SPAN = 0.06;
const TOLERANCE = 1e-9;

/** `null` when no provider generated anything. */
export function activeRatioFigure(curves: readonly ActiveCurve[]): Figure | null {
  const first = curves[0]?.points[0];
  const last = curves[0]?.points.at(-1);
  if (!first || !last) return null;
  return {
    name: "kv_cache_active_ratio_by_provider",
    title: "KV cache active ratio by eviction timeout",
    spec: grid([landmarkTable(curves), curvesOf(curves, [first.timeout_s, last.timeout_s])], {
      title: figureTitle(
        "KV cache active ratio by eviction timeout",
        "Share of the held time that is generation, when a prefix is held through every tool call and pause that is not longer than the timeout.",
      ),
      spacing: 18,
    }),
    caption: `A curve falls steeply where waits of about that length are common. ${curves.map(fallOf).join(" ")}`,
    alt: `Line chart, a line for each of ${curves.map(({ provider }) => providerTitle(provider)).join(", ")}: the share of generation in the held time falls as the eviction timeout grows from ${durationTick(first.timeout_s)} to ${durationTick(last.timeout_s)} on a log axis.`,
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
    landmarks: landmarksOf(curves[0]).map(({ timeout_s }) => timeout_s),
    legend: null,
  });
}

/** Round shares around the curves, so that their shape fills the panel. */
function ratioAxis(curves: readonly ActiveCurve[]): Axis {
  const ratios = curves.flatMap(({ points }) => points.map(({ ratio }) => ratio));
  const [min, max] = [Math.min(...ratios), Math.max(...ratios)];
  const step = decimalSteps(Math.max(max - min, LEAST_SPAN) / INTERVALS);
  const from = Math.floor(min / step + TOLERANCE);
  const to = Math.max(from + 1, Math.ceil(max / step - TOLERANCE));
  const ticks = Array.from({ length: to - from + 1 }, (_, i) => Number(((from + i) * step).toPrecision(12)));
  return shareAxis({ title: "Generation in the held time", domain: [ticks[0] as number, ticks.at(-1) as number], ticks });
}

function landmarksOf(curve: ActiveCurve | undefined): ActivePoint[] {
  return (curve?.points ?? []).filter(({ is_landmark }) => is_landmark);
}

function fallOf(curve: ActiveCurve): string {
  const landmarks = landmarksOf(curve).map(({ timeout_s, ratio }) => `${percent(ratio, 1)} at ${durationTick(timeout_s)}`);
  return `${providerTitle(curve.provider)}: ${landmarks.join(", ")}.`;
}
