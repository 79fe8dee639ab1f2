/** Where token numbers are: for each group a small panel of bars, one for the smallest numbers and three for each doubling. */
import { percent } from "../format/numbers.ts";
import { at } from "../stats/known.ts";
import { shareAxis } from "./axes.ts";
import { curvesPanel } from "./cdf.ts";
import { withHeading } from "./grid.ts";
import { type Layer, type Mark, type Panel, quantitative, withRows } from "./spec.ts";
import { COLORS, FONT_SIZE, providerColor } from "./theme.ts";
import { type TokenAxis, tokenAxisOf, tokenPosition } from "./token-axis.ts";
import { tokenCurve, wholeTokenEdges } from "./token-histogram.ts";

const BARS_PER_DOUBLING = 3;
const PANEL_HEIGHT = 104;
const CURVES_HEIGHT = 190;
const SMALLEST_LABELED_SHARE = 0.1;
/** Above the highest bar, for labels. */
const ROOM_ABOVE = 1.3;

export interface TokenShares {
  /** Provider or other name. */
  readonly series: string;
  /** Over the panel. */
  readonly heading: string;
  readonly median: number;
  /** As written next to its mark. */
  readonly medianText: string;
  /** Counts between the positions of `barEdges`. */
  readonly bins: readonly { readonly lo: number; readonly hi: number; readonly count: number }[];
  /** Of a distribution with `points: CURVE_POINTS`. */
  readonly ascending: ArrayLike<number>;
}

export interface TokenSharesOptions {
  readonly groups: readonly TokenShares[];
  readonly axis: TokenAxis;
  /** Title of the axis. */
  readonly title: string;
  /** All series of a figure, so that colors agree. */
  readonly series: readonly string[];
  readonly width: number;
}

/** Positions between which bars are: from 0 to the first tick, and three for each doubling from there on. */
export function barEdges({ length }: Pick<TokenAxis, "length">): number[] {
  const inner = Array.from({ length: Math.ceil((length - 1) * BARS_PER_DOUBLING) }, (_, i) => 1 + i / BARS_PER_DOUBLING);
  return [0, ...inner, Math.max(length, 1)];
}

/** The same in tokens, for `db.bins`. A bar has what is above the end of the one before, up to its own end. */
export function barTokenEdges(axis: TokenAxis, max: number): number[] {
  const [first = 0, ...ends] = wholeTokenEdges(barEdges(axis), max, axis);
  return [first, ...ends.map((end) => Math.min(end + 1, max))];
}

/** A panel of bars for each group, each on a scale of its own, and below them the curves of all groups. */
export function tokenSharePanels({ groups, axis, title, series, width }: TokenSharesOptions): Panel[] {
  const x = tokenAxisOf(axis, null);
  const curves = curvesPanel({
    points: groups.flatMap(({ series: name, ascending }) => tokenCurve(name, ascending, axis)),
    x: tokenAxisOf(axis, title),
    y: shareAxis({ title: "Steps up to this length", ticks: [0, 0.25, 0.5, 0.75, 1] }),
    stairs: true,
    series,
    legend: null,
    width,
    height: CURVES_HEIGHT,
  });
  return [...groups.map((group) => barPanel(group, { x, axis, width, color: providerColor(group.series, series) })), curves];
}

function barsOf({ bins }: Pick<TokenShares, "bins">) {
  const n = bins.reduce((sum, { count }) => sum + count, 0);
  return bins.map(({ lo, hi, count }) => ({ lo, hi, share: n === 0 ? 0 : count / n, zero: 0 }));
}

interface Place {
  readonly x: ReturnType<typeof tokenAxisOf>;
  readonly axis: TokenAxis;
  readonly width: number;
  readonly color: string;
}

function barPanel(group: TokenShares, { x, axis, width, color }: Place): Panel {
  const bars = barsOf(group);
  const top = Math.max(...bars.map(({ share }) => share));
  const y = shareAxis({ title: "Steps", domain: [0, top * ROOM_ABOVE], ticks: yTicks(top) });
  const first = at(bars, 0);
  const few = first.share >= SMALLEST_LABELED_SHARE ? [{ x: 1, y: first.share / 2, text: percent(first.share) }] : [];
  const median = [{ x: tokenPosition(group.median, axis.firstTick), tokens: group.median, text: `median ${group.medianText}` }];
  const text: Mark = { type: "text", fontSize: FONT_SIZE.annotation, color: COLORS.light.text };
  const isRight = at(median, 0).x > (2 / 3) * axis.length;
  const across = quantitative("x", x);
  const layer: Layer[] = withRows([
    {
      data: { values: bars.filter(({ share }) => share > 0) },
      mark: { type: "bar", color, stroke: COLORS.light.background, strokeWidth: 0.5, opacity: 0.85 },
      encoding: { x: quantitative("lo", x), x2: { field: "hi" }, y: quantitative("zero", y), y2: { field: "share" } },
    },
    {
      data: { values: few },
      mark: { ...text, align: "left", baseline: "middle", dx: 5 },
      encoding: { x: across, y: quantitative("y", y), text: { field: "text", type: "nominal" } },
    },
    {
      data: { values: median },
      mark: { type: "rule", color: COLORS.light.text, strokeWidth: 1.6 },
      encoding: { x: across },
    },
    {
      data: { values: median },
      mark: { ...text, align: isRight ? "right" : "left", dx: isRight ? -6 : 6, baseline: "top", y: 2 },
      encoding: { x: across, text: { field: "text", type: "nominal" } },
    },
  ]);
  return withHeading({ width, height: PANEL_HEIGHT, layer }, group.heading, { over: "plot" });
}

/** Zero and one round share: small panels have no room for more. */
function yTicks(top: number): number[] {
  const tick = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01].find((share) => share <= top) ?? top;
  return [0, tick];
}
