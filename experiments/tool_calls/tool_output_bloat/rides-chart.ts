/** Figure of single results: how large they are, and how many steps read them again. */
import { logTokenAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { type Axis, type Channel, type DataLayer, labelLookup, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { symlogCountAxis } from "../../../lib/chart/symlog-axis.ts";
import { COLORS, FONT_SIZE, seriesColor } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { shortLabels } from "../../../lib/format/labels.ts";
import { dollarTick, grouped, money } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { power } from "../../../lib/stats/power.ts";
import { toolOrServer } from "../../../lib/trace/tools.ts";
import type { Bloat, TopResult } from "./results.ts";

const RIDES_READING = `One point per result: its carried tokens, and the later steps that read it again. Dashed lines join results of the same cost, at the mean price of a
token and step in this pool. Top right: large results that are read early and stay; a cap or a filter there pays most.`;

const MOST_TOOLS = 5;
const OTHERS = "other tools";
const DOLLARS = [0.001, 0.01, 0.1, 1, 10, 100];
const LINE_POINTS = 60;
/** Of these, the one that carries the label. */
const LABEL_POINT = 42;
/** Lines that don't span this ratio of tokens have no label. */
const SHORTEST_LABELED = 2;
const LEGEND_COLUMNS = 6;
/** Paler points of six colors are hard to tell apart. */
const OPACITY = 0.4;
/** Results of fewer tokens are left out. */
const LEAST_TOKENS = 1;

/** Null without a result whose tokens are known. */
export function ridesFigure(bloat: Bloat, coverage: string): Figure | null {
  const drawn = bloat.sample.filter(({ carried_tokens }) => carried_tokens >= LEAST_TOKENS);
  if (drawn.length === 0) return null;
  const names = [...new Set(bloat.groups.filter(({ isNamed }) => isNamed).map(({ name }) => seriesOf(name)))].slice(0, MOST_TOOLS);
  const points = drawn.map(({ name, carried_tokens, ride_steps }) => {
    const series = seriesOf(name);
    return { series: names.includes(series) ? series : OTHERS, x: carried_tokens, y: ride_steps };
  });
  const x = logTokenAxis([LEAST_TOKENS, Math.max(2, ...points.map((point) => point.x)) * 1.4], { title: "Carried tokens" });
  const y = symlogCountAxis(Math.max(2, ...points.map((point) => point.y)) * 1.3, { title: "Later steps that read it again" });
  const panel = scatterPanel({ points, x, y, color: colorOf(names, points), height: 460, opacity: OPACITY });
  const finding = findingOf(bloat, drawn.length);
  const all = bloat.all.sums.results;
  return {
    name: "tool_output_rides",
    title: finding,
    subtitle: "Results by size and by how long they stay, colored by the most expensive tools. Dashed: the same cost.",
    coverage:
      drawn.length < all
        ? `${grouped(drawn.length)} of ${grouped(all)} results are drawn: a sample, without those under one token. ${coverage}`
        : coverage,
    spec: figure({ ...panel, layer: [...isoCostLayers(bloat, x, y), ...panel.layer, ...topLayers(bloat.top, x, y)] }),
    caption: `Tool results by their tokens and by the later steps that read them again, colored by the tools that cost most. ${finding}.`,
    reading: RIDES_READING,
    alt: `Scatter plot of tool results: carried tokens across, later steps that read them up, with lines of equal cost. ${finding}.`,
  };
}

/** In the order of their costs, the others gray. */
function colorOf(names: readonly string[], points: readonly { readonly series: string }[]): Channel<"color"> {
  const hasOthers = points.some(({ series }) => series === OTHERS);
  const domain = [...names, ...(hasOthers ? [OTHERS] : [])];
  return {
    field: "series",
    type: "nominal",
    title: null,
    scale: { domain, range: domain.map((name, i) => (name === OTHERS ? COLORS.light.axis : seriesColor(i))) },
    legend: { orient: "top", direction: "horizontal", labelExpr: labelLookup(domain, shortLabels(domain)), columns: LEGEND_COLUMNS },
  };
}

function seriesOf(name: string | null): string {
  return toolOrServer(name ?? "<unknown>");
}

function findingOf({ top }: Bloat, drawn: number): string {
  if (top === null || top.rent_usd === null) return `${counted(drawn, "result")} by size and by how long they stay`;
  return `The most expensive result, of ${toolOrServer(top.tool)}, cost ${money(top.rent_usd)}: ${sizeOf(top)}`;
}

function sizeOf({ carried_tokens, ride_steps }: TopResult): string {
  return `${countCompact(carried_tokens)} tokens, read again ${ride_steps === 1 ? "once" : `${grouped(ride_steps)} times`}`;
}

function topLayers(top: TopResult | null, x: Axis, y: Axis): DataLayer[] {
  if (top === null || top.rent_usd === null || top.carried_tokens < LEAST_TOKENS) return [];
  const values = [{ tokens: top.carried_tokens, rides: top.ride_steps, text: `${money(top.rent_usd)}: ${sizeOf(top)}` }];
  const place = { x: quantitative("tokens", x), y: quantitative("rides", y) };
  return [
    { data: { values }, mark: { type: "point", size: 160, strokeWidth: 2, color: COLORS.light.text, opacity: 1 }, encoding: place },
    ...overLines({
      data: { values },
      mark: { align: "right", dx: 4, dy: -16, fontSize: FONT_SIZE.annotation, fontWeight: "bold" },
      encoding: { ...place, text: { field: "text", type: "nominal" } },
    }),
  ];
}

/** Where tokens * (rides + 1) cost so many dollars. */
function isoCostLayers({ all }: Bloat, x: Axis, y: Axis): DataLayer[] {
  const usdPerRead = all.sums.read_micro === 0 ? 0 : all.sums.cost_pico / 1e12 / (all.sums.read_micro / 1e6);
  if (usdPerRead === 0) return [];
  const [low, high] = x.scale.domain;
  const top = at(y.scale.domain, 1);
  const lines = DOLLARS.flatMap((usd) => {
    const reads = usd / usdPerRead;
    const from = Math.max(low, reads / (top + 1));
    const to = Math.min(high, reads);
    if (from >= to) return [];
    return [
      Array.from({ length: LINE_POINTS }, (_, i) => {
        const tokens = from * power(to / from, i / (LINE_POINTS - 1));
        return { usd: dollarTick(usd), tokens, rides: Math.max(0, reads / tokens - 1) };
      }),
    ];
  });
  const place = { x: quantitative("tokens", x), y: quantitative("rides", y) };
  return withRows([
    ...lines.map(
      (values): DataLayer => ({
        data: { values },
        mark: { type: "line", strokeDash: [5, 4], strokeWidth: 1.3, color: COLORS.light.muted },
        encoding: place,
      }),
    ),
    ...overLines({
      data: {
        values: lines.filter((line) => at(line, -1).tokens > SHORTEST_LABELED * at(line, 0).tokens).map((line) => at(line, LABEL_POINT)),
      },
      mark: { align: "right", dx: -5, fontSize: FONT_SIZE.small },
      encoding: { ...place, text: { field: "usd", type: "nominal" } },
    }),
  ]);
}
