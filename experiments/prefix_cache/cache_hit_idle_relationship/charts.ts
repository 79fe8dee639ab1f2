/** Scatter figures: hit ratio of a step over the time before it, one panel per provider. */
import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { type Axis, type DataLayer, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import type { Limits, LowIntervals, Misses, Step } from "./misses.ts";

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

const READING = `One point per step whose gap is known, over a log axis of the gap, one panel per provider. Where there are many, a sample is drawn: of each
provider the same number at most of low hits and of other steps, so only the numbers say how frequent they are. Gaps below 1 ms are drawn at 1 ms;
points that overlap are darker. The magenta line is the limit of low hits. The vertical lines are the limit of long gaps and one hour, for which caches
are kept. The magenta area holds low hits after long gaps.

- If the strip of points at the bottom begins at the vertical line, the cache lives about that long.
- Low hits far left of it have another cause: a compacted context, another model, an edited prompt.`;

/** @param misses of the trigger, over all providers; at least one step has a gap */
export function scatterFigure(
  trigger: Step["trigger"],
  steps: readonly Step[],
  misses: Misses,
  limits: Limits,
  intervals: LowIntervals,
): Figure {
  const { name, what, x: axisTitle, gap } = FIGURES[trigger];
  const points = pointsOf(steps, trigger);
  const longest = points.reduce((most, point) => Math.max(most, point.x), 0);
  const x = durationAxis([LOW_END_S, Math.max(1.15 * longest, MIN_AXIS_END_S)], {
    title: null,
    ticks: [...new Set([...TICKS_S, limits.idleSeconds])].sort((a, b) => a - b),
  });
  const limit = durationTick(limits.idleSeconds);
  const providers = providerOrder(points.map(({ series }) => series)).map((provider) =>
    known(misses.byProvider.find((own) => own.provider === provider)),
  );
  const panels = providers.map((own, i) => {
    const across = { ...x, title: i === providers.length - 1 ? axisTitle : null };
    const drawn = points.filter(({ series }) => series === own.provider);
    return withHeading(panel(drawn, across, limits, i === 0), `${providerTitle(own.provider)} (${counted(own.steps, "step")})`, {
      over: "plot",
      note: noteOf(own, gap, limit, intervals(trigger)),
    });
  });
  const counts = `${grouped(misses.low.steps)} of ${grouped(misses.all.steps)} steps have a hit ratio below ${percent(limits.lowHitRatio)}; ${grouped(misses.low.long)} of them follow a ${gap} over ${limit}, as do ${grouped(misses.all.long)} of all.`;
  return {
    name,
    title: titleOf(providers, gap, limit),
    subtitle: `${what} with a hit ratio below ${percent(limits.lowHitRatio)} are low hits.`,
    coverage: { shown: points.length, of: misses.steps, what: "steps", rest: restText(points.length, misses) },
    spec: grid(panels, { spacing: 20 }),
    caption: `Each point is a step; points that overlap are darker. Gaps below ${durationCompact(SHORTEST_S)} are drawn there. ${counts} ${INTERVALS_SENTENCE}`,
    reading: READING,
    alt: `Scatter plots of hit ratio over time before the step on a log axis, one panel for each provider. ${counts}`,
  };
}

type ProviderMisses = Misses["byProvider"][number];

/** After long gaps, with the providers that have them. */
function titleOf(providers: readonly ProviderMisses[], gap: string, limit: string): string {
  const after = providers.filter(({ afterLong }) => afterLong.steps > 0);
  if (after.length === 0) return `No ${gap} exceeds ${limit}`;
  const shares = after.map(({ provider, afterLong }) => `${lowShare(afterLong)} (${providerTitle(provider)})`);
  return `Low hits after a ${gap} over ${limit}: ${shares.join(", ")} of the steps`;
}

/** `45.2% (40.1% to 50.0%) low hits after a wait over 5m, 0.4% otherwise`. */
function noteOf(
  { provider, afterLong, afterShort }: ProviderMisses,
  gap: string,
  limit: string,
  intervalOf: ReturnType<LowIntervals>,
): string {
  const share = (isLong: boolean) =>
    `${lowShare(isLong ? afterLong : afterShort)}${intervalText(intervalOf(provider, isLong), (value) => percent(value, 1))}`;
  const long = afterLong.steps === 0 ? `no ${gap} over ${limit}` : `${share(true)} low hits after a ${gap} over ${limit}`;
  return `${long}, ${share(false)} ${afterLong.steps === 0 ? "low hits" : "otherwise"}`;
}

function lowShare({ low, steps }: ProviderMisses["afterLong"]): string {
  return percent(ratio(low, steps), 1);
}

function restText(shown: number, { all, steps }: Misses): string {
  const reasons = [...(all.steps < steps ? ["have no known gap"] : []), ...(shown < all.steps ? ["are not in the sample"] : [])];
  return reasons.join(" or ");
}

function pointsOf(steps: readonly Step[], trigger: Step["trigger"]) {
  return steps
    .filter((step) => step.trigger === trigger)
    .map(({ provider, hit_ratio, gap_s }) => ({
      series: provider,
      x: Math.max(gap_s, SHORTEST_S),
      y: Math.min(1, Math.max(0, hit_ratio)),
    }));
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
  const limitNames: DataLayer = {
    data: { values: within.map((limit) => ({ x: limit, y: 0.5, text: durationTick(limit) })) },
    mark: { type: "text", align: "left", baseline: "middle", dx: 4, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
    encoding: { x: across("x"), y: up("y"), text: { field: "text", type: "nominal" } },
  };
  const label: DataLayer = {
    data: { values: [{ x: from, y: lowHitRatio, text: "low hit" }] },
    mark: { type: "text", align: "left", baseline: "bottom", dx: 6, dy: -4, fontSize: FONT_SIZE.annotation, color: kindColor("append") },
    encoding: { x: across("x"), y: up("y"), text: { field: "text", type: "nominal" } },
  };
  return { ...cloud, layer: [...withRows(behind), ...cloud.layer, ...withRows([limitNames]), ...(labeled ? [label] : [])] };
}
