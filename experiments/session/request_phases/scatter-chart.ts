/** Figure: each request by its steps and cost, and the most expensive ones. */
import { logAxis, logCountAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerTitle } from "../../../lib/chart/palette.ts";
import { type Axis, type Channel, type DataLayer, type LayeredPanel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { textTable } from "../../../lib/chart/text-table.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import { withNamed } from "../../../lib/chart/with-named.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { coverageText } from "../../../lib/format/coverage.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { dollarTick, grouped, money, NONE, percent } from "../../../lib/format/numbers.ts";
import { power } from "../../../lib/stats/power.ts";
import { ratio, shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import type { LargestRequest, Point, Requests } from "./measure.ts";

const READING = `Each dot is a request. To the right it took more steps, further up it cost more; the larger the dot, the longer it lasted. Gray: no step of it was in an error window;
the redder, the larger the share of its cost that was. Cost rises faster than steps where contexts grow: each step pays for all that came before. The table has the most expensive requests.`;

const WIDTH = 760;
const HEIGHT = 420;
const MOST_DIGITS = 1e6;
/** Width of a number next to a dot. */
const NUMBER_PX = 14;

/** Null when no request has a price, or too few have one. */
export function scatterFigure({ points: sample, largest, groups: [all] }: Requests, prices: string): Figure | null {
  if (!all || sample.length === 0) return null;
  const points = withNamed(sample, largest.filter(({ cost_nano }) => cost_nano > 0).map(pointOf), ({ request }) => request);
  const cost = sumOf(largest, ({ cost_nano }) => cost_nano);
  const finding = `The ${largest.length === 1 ? "most expensive request takes" : `${counted(largest.length, "most expensive request")} take`} ${percent(ratio(cost, all.nano), 1)} of the cost`;
  return {
    name: "request_costs",
    title: finding,
    subtitle: "Requests by steps and cost.",
    coverage: `${coverageText({ shown: points.length, of: all.requests, what: "requests", rest: "have no price or are not in the sample" })} ${prices}`,
    spec: grid([scatter(points, largest), table(largest, all.nano)], { spacing: 18 }),
    caption: `Requests by the number of their steps and their cost, with the share of the cost in error windows as the color. ${finding}.`,
    reading: READING,
    alt: `Scatter plot of requests: steps and cost, both logarithmic, and a table of the most expensive. ${finding}.`,
  };
}

/** As `points.sql` has it. */
function pointOf({ session_id, request_no, provider, steps, cost_nano, repair_nano, e2e_s }: LargestRequest): Point {
  const request = `${session_id} ${request_no}`;
  return { request, provider, steps, usd: cost_nano / 1e9, repair_share: shareOf(repair_nano, cost_nano), e2e_s };
}

function scatter(points: readonly Point[], largest: readonly LargestRequest[]): LayeredPanel {
  const dots = points
    .toSorted((a, b) => (b.e2e_s ?? 0) - (a.e2e_s ?? 0))
    .map(({ steps, usd, repair_share, e2e_s }) => ({ steps, usd, repair_share, e2e_s: e2e_s ?? 0 }));
  const numbered = largest.flatMap(({ steps, cost_nano }, i) =>
    cost_nano > 0 ? [{ steps, usd: cost_nano / 1e9, text: String(i + 1) }] : [],
  );
  const x = logCountAxis(around([...dots, ...numbered].map(({ steps }) => steps)), { title: "Agent steps" });
  const y = dollarLogAxis([...dots, ...numbered].map(({ usd }) => usd));
  const longest = Math.max(1, ...dots.map(({ e2e_s }) => e2e_s));
  const size: Channel<"size"> = {
    field: "e2e_s",
    type: "quantitative",
    scale: { type: "sqrt", domain: [0, longest], range: [16, 420], nice: false },
    legend: null,
  };
  const color: Channel<"color"> = {
    field: "repair_share",
    type: "quantitative",
    scale: { domain: [0, 1], range: [COLORS.light.neutral, kindColor("error")] },
    legend: { title: "Share of repair", format: ".0%", orient: "right", gradientLength: 160, gradientOpacity: 1, tickCount: 3 },
  };
  const layers: DataLayer[] = [
    {
      data: { values: dots },
      mark: { type: "circle", opacity: 0.6 },
      encoding: { x: quantitative("steps", x), y: quantitative("usd", y), size, color },
    },
    {
      data: { values: apart(numbered, x, y) },
      mark: { type: "text", baseline: "bottom", dy: -8, fontSize: FONT_SIZE.annotation, fontWeight: "bold", color: COLORS.light.text },
      encoding: { x: quantitative("steps", x), y: quantitative("usd", y), text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: [{ text: `Area of a dot: duration, up to ${durationTick(Math.round(longest))}` }] },
      mark: { type: "text", align: "left", baseline: "bottom", fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { x: { value: 0 }, y: { value: -6 }, text: { field: "text", type: "nominal" } },
    },
  ];
  return { width: WIDTH, height: HEIGHT, layer: withRows(layers) };
}

/** Numbers of dots that are close together go to the right, one after the other. */
function apart<N extends { readonly steps: number; readonly usd: number }>(numbers: readonly N[], x: Axis, y: Axis): N[] {
  const factor = ({ scale: { domain } }: Axis, size: number) => power(domain[1] / domain[0], NUMBER_PX / size);
  const [right, up] = [factor(x, WIDTH), factor(y, HEIGHT)];
  const isNear = (a: number, b: number, near: number) => Math.max(a, b) / Math.min(a, b) < near;
  return numbers.map((number, i) => {
    const before = numbers.slice(0, i).filter(({ steps, usd }) => isNear(steps, number.steps, right) && isNear(usd, number.usd, up)).length;
    return { ...number, steps: number.steps * power(right, before) };
  });
}

/** Of the ends of an axis: with fewer there may be no tick. */
const LEAST_FACTOR = 10;

/** With room for the dots at both ends. */
function around(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values) / 1.4, Math.max(...values) * 1.4];
  const missing = Math.sqrt(Math.max(1, (LEAST_FACTOR * low) / high));
  return [low / missing, high * missing];
}

function dollarLogAxis(values: readonly number[]) {
  const [low, high] = around(values);
  const ticks = [1e-6, 1e-5, 1e-4, 0.001, 0.01, 0.1, 1, 10, 100, 1_000, 10_000];
  const finer = ticks.flatMap((tick) => [1, 2, 5].map((factor) => Math.round(tick * factor * MOST_DIGITS) / MOST_DIGITS));
  const within = (candidates: readonly number[]) => candidates.filter((tick) => tick >= low && tick <= high);
  return logAxis([low, high], "Cost at list prices", within(ticks).length < 3 ? within(finer) : within(ticks), dollarTick);
}

function table(largest: readonly LargestRequest[], nano: number) {
  const rows = largest.map((request, i) => [
    `${i + 1}  ${providerTitle(request.provider)}, ${shortId(request.session_id)}, request ${grouped(request.request_no)}`,
    money(request.cost_nano / 1e9),
    percent(ratio(request.cost_nano, nano), 1),
    countCompact(request.tokens),
    grouped(request.steps),
    grouped(request.errors),
    percent(ratio(request.repair_nano, request.cost_nano)),
    request.e2e_s === null ? NONE : durationCompact(request.e2e_s),
  ]);
  const { cost_nano, tokens, steps, errors, repair_nano } = sumsOf(largest, ["cost_nano", "tokens", "steps", "errors", "repair_nano"]);
  const together = [
    `Together, of ${money(nano / 1e9)}`,
    money(cost_nano / 1e9),
    percent(ratio(cost_nano, nano), 1),
    countCompact(tokens),
    grouped(steps),
    grouped(errors),
    percent(ratio(repair_nano, cost_nano)),
    "",
  ];
  return textTable({
    columns: ["Most expensive", "cost", "share", "tokens", "steps", "failed calls", "repair", "time"],
    nameWidth: 330,
    columnWidth: 84,
    rows: [...rows, ...(rows.length > 1 ? [together] : [])].map((cells) => ({ color: null, cells })),
  });
}
