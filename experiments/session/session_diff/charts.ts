/** Figures: the sessions in numbers, which of their requests belong together, and how cost and context grow. */
import { countAxis, dollarAxis, linearDurationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { ROW_STEP, rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import {
  type Axis,
  type Channel,
  type DataLayer,
  type LayeredPanel,
  type Panel,
  type Position,
  quantitative,
  withRows,
} from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE, PANEL, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped, money, NONE, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type ComparedStep, runsOf, type SessionComparison } from "../../../lib/trace/session-diff/compare.ts";
import { METRIC_NAMES, METRICS, type Metric } from "../../../lib/trace/session-diff/metrics.ts";
import type { ComparedPair, Comparison, Letter, Side } from "../../../lib/trace/session-diff/read.ts";
import { STEP_ACTIVITIES, STEP_ACTIVITY_COLORS, STEP_ACTIVITY_TITLES } from "../../../lib/trace/step-activities.ts";

/** Colors of A to D. */
const SIDE_COLORS: Readonly<Record<Letter, string>> = { a: seriesColor(3), b: seriesColor(0), c: seriesColor(2), d: seriesColor(5) };
/** Areas of dots: of equal values all can be seen. */
const SIDE_SIZES: Readonly<Record<Letter, number>> = { a: 190, b: 110, c: 55, d: 22 };
const NUMBERS_WIDTH = 380;
const VALUE_WIDTH = 88;

/** @param asOf of list prices: a month, or `each step's day` */
export function figuresOf(comparison: Comparison, asOf: string): Figure[] {
  const prices = pricesOf(comparison.sides, asOf);
  return [numbersFigure(comparison, prices), alignmentFigure(comparison), growthFigure(comparison, prices)];
}

function pricesOf(sides: readonly Side[], asOf: string): string {
  const steps = sumOf(sides, ({ facts }) => facts.steps);
  const unpriced = sumOf(sides, ({ facts }) => facts.unpriced_steps);
  return `List prices of ${asOf}: ${grouped(steps - unpriced)} of their ${counted(steps, "step")} have one.`;
}

/** `A claude-985c0a1b2c` */
function titleOf({ letter, name }: Side): string {
  return `${letter.toUpperCase()} ${name}`;
}

function sideColorOf(sides: readonly Side[]): Channel<"color"> {
  return {
    field: "side",
    type: "nominal",
    scale: { domain: sides.map(titleOf), range: sides.map(({ letter }) => SIDE_COLORS[letter]) },
    legend: { title: null, orient: "top", direction: "horizontal", columns: 2, labelLimit: 0 },
  };
}

function namesOf(sides: readonly Side[]): string {
  return `Sessions ${sides.map(titleOf).join(", ")}.`;
}

/** Written over figures as `1.41x`. */
function timesText(value: number | null): string {
  return value === null ? NONE : `${grouped(value, value < 100 ? 2 : 0)}x`;
}

const RANK_READING = `One row per metric, with the values at the right. A dot is where a session is among the sessions of its provider in this pool: the share of them that have
less, half of those with as much included. The gray band has the middle 80% of them, and its line is the median. A long line between dots inside the band is a difference that many
pairs of sessions show. In a pool with fewer than 20 sessions of the provider, and for runs, dots are at the share of the largest value instead, without a band.`;

function numbersFigure({ sides, pairs }: Comparison, prices: string): Figure {
  const ranked = sides.every(({ ranks }) => ranks.size > 0);
  const dots = METRIC_NAMES.flatMap((metric, rank) =>
    sides.flatMap((side) => {
      const place = ranked ? side.ranks.get(metric) : shareOfLargest(sides, side, metric);
      return place === undefined ? [] : [{ rank, at: place, side: titleOf(side), size: SIDE_SIZES[side.letter] }];
    }),
  );
  const lines = METRIC_NAMES.map((_, rank) => dots.filter((dot) => dot.rank === rank).map((dot) => dot.at)).flatMap((places, rank) =>
    places.length < 2 ? [] : [{ rank, from: Math.min(...places), to: Math.max(...places) }],
  );
  const names = METRIC_NAMES.map((metric) => METRICS[metric].title);
  const y: Position = { field: "rank", ...rankAxis(names) };
  const axis = shareAxis({
    title: ranked ? "Sessions of the provider that have less" : "Share of the largest value",
    ticks: [0, 0.25, 0.5, 0.75, 1],
  });
  const x: Axis = { ...axis, scale: { ...axis.scale, domain: [-0.02, 1.02] } };
  const ranks = METRIC_NAMES.map((_, rank) => ({ rank, from: 0.1, middle: 0.5, to: 0.9 }));
  const layers: DataLayer[] = [
    {
      data: { values: ranked ? ranks : [] },
      mark: { type: "bar", height: { band: 0.8 }, color: COLORS.light.grid },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" } },
    },
    {
      data: { values: ranked ? ranks : [] },
      mark: { type: "tick", thickness: 1.5, color: COLORS.light.boxEdge, height: { band: 0.8 } },
      encoding: { y, x: quantitative("middle", x) },
    },
    {
      data: { values: lines },
      mark: { type: "rule", strokeWidth: 2, color: COLORS.light.muted },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" } },
    },
    {
      data: { values: dots },
      mark: { type: "circle", opacity: 1 },
      encoding: {
        y,
        x: quantitative("at", x),
        color: sideColorOf(sides),
        size: { field: "size", type: "quantitative", scale: null, legend: null },
      },
    },
  ];
  const value = (side: Side, metric: Metric) => {
    const amount = side.facts[metric];
    return amount === null ? NONE : METRICS[metric].text(amount);
  };
  const columns = [
    ...sides.map((side) => ({
      heading: side.letter.toUpperCase(),
      width: VALUE_WIDTH,
      texts: METRIC_NAMES.map((metric) => value(side, metric)),
    })),
    ...pairs.map(({ a, other }) => ({
      heading: `${other.letter.toUpperCase()} / A`,
      width: 70,
      texts: METRIC_NAMES.map((metric) => timesText(quotient(other.facts[metric], a.facts[metric]))),
    })),
  ];
  const finding = numbersFinding(sides);
  return {
    name: "session_diff_numbers",
    title: finding,
    subtitle: ranked
      ? "Where each session is among those of its provider; the band is the middle 80% of them."
      : "Values of each session, as shares of the largest.",
    coverage: `${namesOf(sides)} ${prices}`,
    spec: figure(withSideColumns({ width: NUMBERS_WIDTH, height: { step: ROW_STEP }, layer: withRows(layers) }, names, columns)),
    caption: `${counted(sides.length, "session")} in numbers. ${finding}. Output is as logged, and at least what its characters need. ${prices}`,
    alt: `Dots for each session, one row per metric, with columns of values. ${finding}.`,
    reading: RANK_READING,
  };
}

function shareOfLargest(sides: readonly Side[], { facts }: Side, metric: Metric): number | undefined {
  const value = facts[metric];
  const largest = Math.max(...sides.map((side) => side.facts[metric] ?? 0));
  return value === null || largest <= 0 ? undefined : value / largest;
}

function quotient(value: number | null, of: number | null): number | null {
  return value === null || of === null ? null : ratio(value, of);
}

function numbersFinding(sides: readonly Side[]): string {
  const [a, b] = [at(sides, 0), at(sides, 1)];
  const costs = sides.flatMap(({ facts }) => (facts.cost_usd === null ? [] : [facts.cost_usd]));
  if (costs.length < sides.length || sides.some(({ facts }) => facts.unpriced_steps > 0))
    return a.facts.steps === b.facts.steps
      ? `A and B take ${counted(a.facts.steps, "step")} each`
      : `B takes ${counted(b.facts.steps, "step")}, A ${grouped(a.facts.steps)}`;
  if (sides.length > 2)
    return `The ${grouped(sides.length)} sessions cost from ${money(Math.min(...costs))} to ${money(Math.max(...costs))}`;
  const times = quotient(b.facts.cost_usd, a.facts.cost_usd);
  return times === null
    ? `A costs nothing, B ${money(at(costs, 1))}`
    : `B costs ${money(at(costs, 1))}, ${timesText(times)} as much as A with ${money(at(costs, 0))}`;
}

const ALIGNMENT_READING = `A pair of bars for each comparison: the upper one is session A, the lower one the other session, each over its own active time, in which stretches of more
than 5 minutes without activity are 30 s long. Colors are what the steps of a request do. Gray areas join requests that belong together; they are paler where one of the two has a
single step, which may be alike by chance. Requests with a dashed frame have no counterpart. The triangle is where the calls of the two sessions differ for the first time. An
area that gets wider is a request that took longer there. That requests look alike says that the same was done, not that the task was the same.`;

const RIBBON = 34;
const BETWEEN = 96;
const ALIGNMENT_HEIGHT = 2 * RIBBON + BETWEEN;

function alignmentFigure({ sides, pairs }: Comparison): Figure {
  const timed = sides.every(({ requests }) => requests.some(({ steps }) => steps.some(({ fromS }) => fromS !== null)));
  const drawn = pairs.map((pair) => drawnPair(pair, timed));
  const end = Math.max(...drawn.flatMap(({ runs }) => runs.map(({ to }) => to)), 1);
  const x = timed ? linearDurationAxis(end, { title: "Active time of each session" }) : countAxis(end, { title: "Steps of each session" });
  const activities = STEP_ACTIVITIES.filter((activity) => drawn.some(({ runs }) => runs.some((run) => run.activity === activity)));
  const finding = alignmentFinding(pairs);
  return {
    name: "session_diff_alignment",
    title: finding,
    subtitle: "Requests of two sessions, joined where they belong together; the triangle is where the calls first differ.",
    coverage: namesOf(sides),
    spec: grid(
      drawn.map((pair) => alignmentPanel(pair, x, activities, end)),
      { spacing: 26, sharedColor: true },
    ),
    caption: `What the requests of the sessions do, and which of them belong together. ${finding}.`,
    alt: `Two bars of colored stretches per comparison, over active time, with areas between requests that belong together. ${finding}.`,
    reading: ALIGNMENT_READING,
  };
}

function alignmentFinding(pairs: readonly ComparedPair[]): string {
  const { a, other, comparison } = at(pairs, 0);
  const paired = pairedOf(comparison);
  const all = `${counted(a.requests.length, "request")} of A and ${grouped(other.requests.length)} of B`;
  const alike = comparison.editSimilarity === null ? "" : `, and ${percent(comparison.editSimilarity)} of their calls go together`;
  return `Of ${all}, ${grouped(paired)} ${paired === 1 ? "is a pair" : "are pairs"}${alike}`;
}

function pairedOf({ pairs }: SessionComparison): number {
  return pairs.filter(({ aligned: { a, b } }) => a !== null && b !== null).length;
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where each request of a side is, and its runs of steps. */
function stretchesOf({ requests }: Side, timed: boolean) {
  let step = 0;
  return requests.map((request) => {
    const first = step;
    const runs = runsOf(request).flatMap(({ activity, steps }) => {
      const stretch = timed ? timeOf(steps) : { from: step, to: step + steps.length };
      step += steps.length;
      return stretch ? [{ ...stretch, activity }] : [];
    });
    const whole = timed ? timeOf(request.steps) : { from: first, to: step };
    return { runs, whole };
  });
}

function timeOf(steps: readonly ComparedStep[]): Stretch | null {
  const moments = steps.flatMap(({ fromS, toS }) => (fromS === null || toS === null ? [] : [fromS, toS]));
  return moments.length === 0 ? null : { from: Math.min(...moments), to: Math.max(...moments) };
}

function drawnPair({ a, other, comparison }: ComparedPair, timed: boolean) {
  const places = { a: stretchesOf(a, timed), b: stretchesOf(other, timed) };
  const lanes = [
    { top: 0, requests: places.a },
    { top: RIBBON + BETWEEN, requests: places.b },
  ];
  const joined = comparison.pairs.flatMap(({ aligned }, pair) => {
    const [from, to] = [wholeOf(places.a, aligned.a), wholeOf(places.b, aligned.b)];
    if (from === null || to === null || aligned.a === null || aligned.b === null) return [];
    const isShort = Math.min(at(a.requests, aligned.a).steps.length, at(other.requests, aligned.b).steps.length) <= 1;
    const corners = [
      [from.from, RIBBON],
      [from.to, RIBBON],
      [to.to, RIBBON + BETWEEN],
      [to.from, RIBBON + BETWEEN],
    ] as const;
    return corners.map(([at, y], corner) => ({ pair, corner, at, y, opacity: isShort ? 0.3 : 0.75 }));
  });
  const alone = comparison.pairs.flatMap(({ aligned }) => {
    if (aligned.a !== null && aligned.b !== null) return [];
    const [place, top] = aligned.a === null ? [wholeOf(places.b, aligned.b), RIBBON + BETWEEN] : [wholeOf(places.a, aligned.a), 0];
    return place ? [{ ...place, top, bottom: top + RIBBON }] : [];
  });
  const { divergence } = comparison;
  const marks =
    divergence === null
      ? []
      : [markAt(wholeOf(places.a, divergence.a), RIBBON + 8, 0), markAt(wholeOf(places.b, divergence.b), RIBBON + BETWEEN - 8, 180)];
  return {
    title: headingOf({ a, other, comparison }),
    letters: [a, other].map(({ letter }, i) => ({ text: letter.toUpperCase(), y: i * (RIBBON + BETWEEN) + RIBBON / 2 })),
    runs: lanes.flatMap(({ top, requests }) =>
      requests.flatMap(({ runs }) => runs.map((run) => ({ ...run, top: top, bottom: top + RIBBON }))),
    ),
    joined,
    alone,
    marks: marks.flatMap((mark) => (mark ? [mark] : [])),
  };
}

function headingOf({ a, other, comparison }: ComparedPair): string {
  const [left, right] = [a, other].map(({ letter, requests }) => `${letter.toUpperCase()}: ${counted(requests.length, "request")}`);
  const common = comparison.editSimilarity === null ? "" : `; ${percent(comparison.editSimilarity)} of their calls go together`;
  return `${left}, ${right}; ${counted(pairedOf(comparison), "pair")}${common}`;
}

function wholeOf(requests: readonly { readonly whole: Stretch | null }[], place: number | null): Stretch | null {
  return place === null ? null : (requests[place]?.whole ?? null);
}

function markAt(stretch: Stretch | null, y: number, angle: number) {
  return stretch && { at: stretch.from, y, angle };
}

function alignmentPanel(
  { title, letters, runs, joined, alone, marks }: ReturnType<typeof drawnPair>,
  x: Axis,
  activities: readonly (typeof STEP_ACTIVITIES)[number][],
  end: number,
): Panel {
  const y = (field: string): Position => ({ field, type: "quantitative", scale: null, axis: null });
  const least = end / 700;
  const color: Channel<"color"> = {
    field: "does",
    type: "nominal",
    scale: {
      domain: activities.map((activity) => STEP_ACTIVITY_TITLES[activity]),
      range: activities.map((activity) => STEP_ACTIVITY_COLORS[activity]),
    },
    legend: { title: null, orient: "top", direction: "horizontal", columns: 7 },
  };
  const layers: DataLayer[] = [
    {
      data: { values: joined },
      mark: { type: "line", filled: true, interpolate: "linear-closed", strokeWidth: 0, color: COLORS.light.boxFace },
      encoding: {
        x: quantitative("at", x),
        y: y("y"),
        detail: { field: "pair", type: "nominal" },
        order: { field: "corner", type: "quantitative" },
        opacity: { field: "opacity", type: "quantitative", scale: null, legend: null },
      },
    },
    {
      data: { values: runs.map((run) => ({ ...run, to: Math.max(run.to, run.from + least), does: STEP_ACTIVITY_TITLES[run.activity] })) },
      mark: { type: "rect" },
      encoding: { x: quantitative("from", x), x2: { field: "to" }, y: y("top"), y2: { field: "bottom" }, color },
    },
    {
      data: { values: alone.map((request) => ({ ...request, to: Math.max(request.to, request.from + 2 * least) })) },
      mark: {
        type: "rect",
        fill: COLORS.light.background,
        fillOpacity: 0.55,
        stroke: COLORS.light.text,
        strokeWidth: 1,
        strokeDash: [3, 2],
      },
      encoding: { x: quantitative("from", x), x2: { field: "to" }, y: y("top"), y2: { field: "bottom" } },
    },
    {
      data: { values: marks },
      mark: { type: "point", shape: "triangle-up", filled: true, size: 120, color: COLORS.light.text, opacity: 1 },
      encoding: { x: quantitative("at", x), y: y("y"), angle: { field: "angle", type: "quantitative", scale: null } },
    },
    ...overLines({
      data: { values: letters },
      mark: { align: "right", baseline: "middle", dx: -8, fontSize: FONT_SIZE.label },
      encoding: { x: { value: 0 }, y: y("y"), text: { field: "text", type: "nominal" } },
    }),
  ];
  return withHeading({ width: PANEL.width, height: ALIGNMENT_HEIGHT, layer: withRows(layers) }, title, { over: "plot" });
}

const GROWTH_READING = `Above, what a session had cost so far; below, how much was in its context. At the left over its steps, at the right over its active time, in which stretches
of more than 5 minutes without activity are 30 s long. A curve that gets steeper is a session whose steps get more expensive; a fall of the context is a reset.`;

/** Points of a line. */
const MOST_POINTS = 400;
const GROWTH = { width: 400, height: 190 } as const;

function growthFigure({ sides }: Comparison, prices: string): Figure {
  const points = sides.flatMap(growthOf);
  const timed = points.filter(({ atS }) => atS !== null);
  const steps = countAxis(Math.max(...points.map(({ step }) => step), 1), { title: "Steps" });
  const time = linearDurationAxis(Math.max(...timed.map(({ atS }) => atS ?? 0), 1), { title: "Active time" });
  const usd = dollarAxis(Math.max(...points.map((point) => point.usd), 0.01), { title: "Cost so far" });
  const context = countAxis(Math.max(...points.map((point) => point.context), 1), { title: "Context, tokens" });
  const color = sideColorOf(sides);
  const panel = (values: readonly object[], x: Position, y: Position, thin = false): LayeredPanel => ({
    ...GROWTH,
    layer: [
      {
        data: { values: [...values] },
        mark: { type: "line", interpolate: "step-after", strokeWidth: thin ? 1 : 2.2, clip: true },
        encoding: { x, y, color },
      },
    ],
  });
  const priced = sides.some(({ facts }) => facts.cost_usd !== null);
  const [overSteps, overTime] = [quantitative("step", steps), quantitative("atS", time)];
  const costs = withHeadingOf(sides, (side) => `${money(side.facts.cost_usd ?? 0)} in ${counted(side.facts.steps, "step")}`);
  const contexts = withHeadingOf(sides, (side) => `at most ${countCompact(side.facts.peak_context_tokens)} tokens`);
  const finding = growthFinding(sides);
  const [cost, tokens] = [quantitative("usd", usd), quantitative("context", context)];
  return {
    name: "session_diff_growth",
    title: finding,
    subtitle: "Cost so far and context, over the steps of each session and over its active time.",
    coverage: `${namesOf(sides)} ${prices}`,
    spec: grid(
      [
        ...(priced ? [withHeading(panel(points, overSteps, cost), costs, { over: "plot" })] : []),
        ...(priced && timed.length > 0 ? [panel(timed, overTime, cost)] : []),
        withHeading(panel(points, overSteps, tokens, true), contexts, { over: "plot" }),
        ...(timed.length > 0 ? [panel(timed, overTime, tokens, true)] : []),
      ],
      { columns: timed.length > 0 ? 2 : 1, spacing: 26, sharedColor: true },
    ),
    caption: `How the cost and the context of the sessions grow. ${finding}. ${prices}`,
    alt: `Lines of cost so far and of context, one per session, over steps and over active time. ${finding}.`,
    reading: GROWTH_READING,
  };
}

function growthOf(side: Side) {
  let usd = 0;
  const all = side.requests
    .flatMap(({ steps }) => steps)
    .map(({ costUsd, contextTokens, toS }, i) => {
      usd += costUsd ?? 0;
      return { side: titleOf(side), step: i + 1, atS: toS, usd, context: contextTokens };
    });
  const every = Math.ceil(all.length / MOST_POINTS);
  return all.filter((_, i) => i % every === 0 || i === all.length - 1);
}

function withHeadingOf(sides: readonly Side[], of: (side: Side) => string): string {
  return sides.map((side) => `${side.letter.toUpperCase()} ${of(side)}`).join(", ");
}

function growthFinding(sides: readonly Side[]): string {
  const { letter, facts } = at(
    sides.toSorted((a, b) => b.facts.peak_context_tokens - a.facts.peak_context_tokens),
    0,
  );
  return `${letter.toUpperCase()} has the ${sides.length === 2 ? "larger" : "largest"} context, ${countCompact(facts.peak_context_tokens)} tokens${
    facts.cost_usd === null ? "" : `, and costs ${money(facts.cost_usd)} in ${counted(facts.steps, "step")}`
  }`;
}
