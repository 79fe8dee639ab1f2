/** Scatter figures: hit ratio of a step over the time before it, one panel per provider. */
import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { type Axis, type DataLayer, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import { figureTitle } from "../../../lib/chart/titles.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import type { Limits, Misses, Step } from "./misses.ts";

/** Shorter gaps, including 0, are drawn here: a log axis has no place for 0. */
const SHORTEST_S = 0.001;
const LOW_END_S = 0.00085;
const MIN_AXIS_END_S = 600;
const HOUR_S = 3_600;
const TICKS_S = [0.001, 0.01, 0.1, 1, 10, 60, HOUR_S, 21_600, 86_400, 604_800, 2_592_000];
const HEIGHT = 230;

const FIGURES = {
  user: {
    name: "user_wait_time_vs_hit_rate_scatter",
    what: "User-initiated steps",
    x: "Wait since the session's previous activity",
    gap: "wait",
  },
  tool_result: {
    name: "tool_result_wait_time_vs_hit_rate_scatter",
    what: "Tool-triggered steps",
    x: "Run time of the slowest tool before the step",
    gap: "tool run",
  },
} as const;

const READING = `One point per step whose gap is known, over a log axis of the gap, one panel per provider. Gaps below 1 ms are drawn at 1 ms; points that
overlap are darker. The magenta line is the limit of low hits. The vertical lines are the limit of long gaps and one hour. The magenta area holds low
hits after long gaps.

- If the strip of points at the bottom begins at the vertical line, the cache lives about that long.
- Low hits far left of it have another cause: a compacted context, another model, an edited prompt.`;

/** At least one step of the trigger must have a gap. `misses`: of the trigger, over all providers. */
export function scatterFigure(trigger: Step["trigger"], steps: readonly Step[], misses: Misses, limits: Limits): Figure {
  const { name, what, x: axisTitle, gap } = FIGURES[trigger];
  const points = pointsOf(steps, trigger);
  const longest = points.reduce((most, point) => Math.max(most, point.x), 0);
  const x = durationAxis([LOW_END_S, Math.max(1.15 * longest, MIN_AXIS_END_S)], {
    title: null,
    ticks: [...new Set([...TICKS_S, limits.idleSeconds])].sort((a, b) => a - b),
  });
  const providers = providerOrder(points.map(({ series }) => series));
  const panels = providers.map((provider, i) => {
    const own = points.filter(({ series }) => series === provider);
    const across = { ...x, title: i === providers.length - 1 ? axisTitle : null };
    return withHeading(panel(own, across, limits, i === 0), `${providerTitle(provider)} (${grouped(own.length)} steps)`, { over: "plot" });
  });
  const verdict = verdictOf(misses, limits, gap);
  return {
    name,
    title: `${what}: hit ratio and the gap before`,
    spec: grid(panels, { spacing: 20, title: figureTitle(`${what}: ${verdict.title}`, verdict.subtitle) }),
    caption: `Each point is one of ${grouped(points.length)} steps; points that overlap are darker. Gaps below ${durationCompact(SHORTEST_S)} are drawn there. ${verdict.subtitle}`,
    reading: READING,
    alt: `Scatter plots of hit ratio over time before the step on a log axis, one panel for each provider. ${verdict.subtitle}`,
  };
}

function pointsOf(steps: readonly Step[], trigger: Step["trigger"]) {
  return steps.flatMap(({ provider, trigger: own, hitRatio, gapS }) =>
    own === trigger && gapS !== null ? [{ series: provider, x: Math.max(gapS, SHORTEST_S), y: Math.min(1, Math.max(0, hitRatio)) }] : [],
  );
}

function verdictOf({ all, low }: Misses, { lowHitRatio, idleSeconds }: Limits, gap: string) {
  const afterLong = percent(ratio(low.long, all.long), 1);
  const afterShort = percent(ratio(low.steps - low.long, all.steps - all.long), 1);
  const limit = durationTick(idleSeconds);
  return {
    title: all.long === 0 ? `no ${gap} exceeds ${limit}` : `${afterLong} low hits after a ${gap} over ${limit}, ${afterShort} otherwise`,
    subtitle: `${grouped(low.steps)} of ${grouped(all.steps)} steps have a hit ratio below ${percent(lowHitRatio)}; ${grouped(low.long)} of them follow a ${gap} over ${limit}, as do ${grouped(all.long)} of all.`,
  };
}

function panel(points: ReturnType<typeof pointsOf>, x: Axis, { lowHitRatio, idleSeconds }: Limits, labeled: boolean): Panel {
  const y = shareAxis({ title: "Hit ratio", domain: [-0.03, 1.03], ticks: [0, 0.25, 0.5, 0.75, 1] });
  const cloud = scatterPanel({ points, x, y, legend: null, height: HEIGHT, width: PANEL.width });
  const across = (field: string) => quantitative(field, x);
  const up = (field: string) => quantitative(field, y);
  const [from, to] = x.scale.domain;
  const [bottom] = y.scale.domain;
  const within = [idleSeconds, HOUR_S].filter((limit, i, limits) => limit > from && limit < to && limits.indexOf(limit) === i);
  const lowRegion = { from: Math.max(idleSeconds, from), to, bottom, top: lowHitRatio };
  const behind: DataLayer[] = [
    {
      data: { values: lowRegion.from < to ? [lowRegion] : [] },
      mark: { type: "rect", color: kindColor("append"), opacity: 0.1 },
      encoding: { x: across("from"), x2: { field: "to" }, y: up("bottom"), y2: { field: "top" } },
    },
    {
      data: { values: within.map((limit) => ({ x: limit })) },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.2, color: COLORS.light.muted },
      encoding: { x: across("x") },
    },
    {
      data: { values: [{ y: lowHitRatio }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.2, color: kindColor("append") },
      encoding: { y: up("y") },
    },
  ];
  const label: DataLayer = {
    data: { values: [{ x: from, y: lowHitRatio, text: "low hit" }] },
    mark: { type: "text", align: "left", baseline: "bottom", dx: 6, dy: -4, fontSize: FONT_SIZE.annotation, color: kindColor("append") },
    encoding: { x: across("x"), y: up("y"), text: { field: "text", type: "nominal" } },
  };
  return { ...cloud, layer: [...withRows(behind), ...cloud.layer, ...(labeled ? [label] : [])] };
}
