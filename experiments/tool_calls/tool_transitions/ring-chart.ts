/** Figure: the flow between states as arrows between circles whose places are the same in each group. */
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS } from "../../../lib/chart/palette.ts";
import { type DataLayer, type LayeredPanel, type Position, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Chain, END, START } from "./chain.ts";
import type { Flow } from "./flow.ts";
import { coverageOf } from "./matrix-chart.ts";
import { stateLabel, type View, type ViewedGroup } from "./view.ts";

/** CSS pixels. */
const WIDTH = 560;
const HEIGHT = 420;
const RING = { x: 178, y: 150 };
/** As a share of the distance between neighbors on the ring: there is room for arrows between the largest. */
const LARGEST_RADIUS = 0.3;
const SMALLEST_RADIUS = 5;
const END_RADIUS = 9;
const WIDEST_ARROW = 9;
const WIDEST_LOOP = 8;
const HEAD_AREA = 110;
/** How far an arrow bends to its left, as a share of its length: the two between a pair lie apart. */
const BEND = 0.16;
/** On a ring of few states: arrows from and to a circle would meet. */
const SMALL_BEND = 0.08;
const FEW_NODES = 5;
const CURVE_POINTS = 14;
/** Arrows for less are left out. */
const LEAST_P = 0.05;
const TEXT_GAP = 11;

const READING = `A circle is a kind of call, as large as the number of its calls; its place is the same in each panel. An arrow leads to what comes next and is as wide as the number of
transitions; it has the color of where it begins. The ring around a circle is the wider the more often the same kind follows, and the number after the name is how many come in a row
on average. Rare arrows are left out.`;

export function ringFigure(flow: Flow, view: View): Figure | null {
  const { groups, states } = view;
  const turns = groups.flatMap((group) => turnOf(group, states) ?? []);
  if (turns.length === 0) return null;
  const finding = findingOf(turns);
  const dropped = groups.map((group) => droppedOf(group, states));
  const [arrows, transitions] = [sumOf(dropped, ({ count }) => count), sumOf(dropped, ({ n }) => n)];
  const total = sumOf(groups, ({ chain }) => chain.total);
  return {
    name: "transition_flow",
    title: finding,
    subtitle: "Circles by number of calls, arrows by number of transitions, rings by how often the same kind follows.",
    coverage: coverageOf(
      flow,
      view,
      arrows === 0
        ? ""
        : `Not drawn: ${counted(arrows, "arrow")} with less than ${percent(LEAST_P)} of what follows or few transitions, ${percent(transitions / total, 1)} of all.`,
    ),
    spec: grid(
      groups.map((group) => withHeading(panelOf(group, view), headingOf(group.title, turnOf(group, states)))),
      { columns: 2, spacing: 24 },
    ),
    caption: `The flow between kinds of calls. ${finding}. Shares are of what follows calls, the end of the request included.`,
    reading: READING,
    alt: `Circles on a ring, one per kind of call, with arrows to what follows; one panel per group. ${finding}.`,
  };
}

interface Turn {
  readonly title: string;
  readonly between: string;
  /** Of all departures from calls. */
  readonly share: number;
}

/** The two states with the most transitions between them. Null where none alternate. */
function turnOf({ title, chain }: ViewedGroup, states: readonly string[]): Turn | null {
  const pairs = states.flatMap((a, i) => states.slice(i + 1).map((b) => ({ a, b, n: chain.count(a, b) + chain.count(b, a) })));
  const [first] = pairs.toSorted((x, y) => y.n - x.n);
  if (!first || first.n === 0) return null;
  return { title, between: `${stateLabel(first.a)} and ${stateLabel(first.b)}`, share: first.n / chain.departures };
}

function findingOf([first, second]: readonly Turn[]): string {
  if (!first) return "";
  if (!second) return `Calls alternate most between ${first.between}, ${percent(first.share)} of what follows a call`;
  return `${first.title} alternates most between ${first.between} (${percent(first.share)}), ${second.title} between ${second.between} (${percent(second.share)})`;
}

function headingOf(title: string, turn: Turn | null): string {
  return turn === null ? title : `${title}: ${percent(turn.share)} between ${turn.between}`;
}

function isDrawn({ chain, least }: ViewedGroup, from: string, to: string): boolean {
  return chain.count(from, to) >= least && (chain.p(from, to) ?? 0) >= LEAST_P;
}

function droppedOf(group: ViewedGroup, states: readonly string[]) {
  const edges = [START, ...states].flatMap((from) =>
    [...states, END].flatMap((to) => (from === to || isDrawn(group, from, to) ? [] : [group.chain.count(from, to)])),
  );
  const counts = edges.filter((n) => n > 0);
  return { count: counts.length, n: sumOf(counts, (n) => n) };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Node extends Point {
  readonly state: string;
  readonly radius: number;
  /** From the middle of the ring. */
  readonly angle: number;
}

/** START at the left, END at the right, the first half of the states above, the others below. */
function nodesOf(chain: Chain, states: readonly string[]): Node[] {
  const half = Math.floor(states.length / 2);
  const largest = LARGEST_RADIUS * 2 * RING.y * Math.sin(Math.PI / 2 / (states.length - half + 1));
  const visits = (state: string) => sumOf(Object.values(chain.visitsOf(state)), (n) => n);
  const most = Math.max(1, ...states.map(visits));
  const placed = (state: string, degrees: number, radius: number): Node => {
    const angle = (degrees * Math.PI) / 180;
    return { state, radius, angle, x: WIDTH / 2 + RING.x * Math.cos(angle), y: HEIGHT / 2 - RING.y * Math.sin(angle) };
  };
  const radiusOf = (state: string) => (visits(state) === 0 ? 0 : Math.max(SMALLEST_RADIUS, largest * Math.sqrt(visits(state) / most)));
  const upper = states.slice(0, half).map((state, i) => placed(state, 180 - (180 * (i + 1)) / (half + 1), radiusOf(state)));
  const rest = states.slice(half);
  const lower = rest.map((state, i) => placed(state, 180 + (180 * (i + 1)) / (rest.length + 1), radiusOf(state)));
  return [placed(START, 180, END_RADIUS), ...upper, placed(END, 0, END_RADIUS), ...lower].filter(({ radius }) => radius > 0);
}

const inPixels = (field: string, size: number): Position => ({
  field,
  type: "quantitative",
  scale: { domain: [0, size], nice: false, zero: false },
  axis: null,
});
const X = inPixels("x", WIDTH);
const Y: Position = { ...inPixels("y", HEIGHT), scale: { domain: [0, HEIGHT], nice: false, zero: false, reverse: true } };
const COLOR = { field: "color", type: "nominal", scale: null } as const;

function panelOf(group: ViewedGroup, view: View): LayeredPanel {
  const { chain } = group;
  const nodes = nodesOf(chain, view.states);
  const colorOf = (state: string) => (state === START || state === END ? COLORS.light.text : view.colorOf(state));
  const pairs = nodes.flatMap((from) =>
    nodes.flatMap((to) => (from === to || !isDrawn(group, from.state, to.state) ? [] : [{ from, to }])),
  );
  const most = Math.max(1, ...pairs.map(({ from, to }) => chain.count(from.state, to.state)));
  const arrows = pairs.map(({ from, to }) => {
    const n = chain.count(from.state, to.state);
    return {
      edge: `${from.state} ${to.state}`,
      n,
      p: chain.p(from.state, to.state) ?? 0,
      width: 1 + ((WIDEST_ARROW - 1) * n) / most,
      color: colorOf(from.state),
      curve: curveOf(from, to, nodes.length > FEW_NODES ? BEND : SMALL_BEND),
    };
  });
  const loops = nodes.flatMap(({ state, x, y, radius }) => {
    const again = chain.p(state, state) ?? 0;
    return again < LEAST_P
      ? []
      : [{ x, y, area: Math.PI * (radius + 3 + (again * WIDEST_LOOP) / 2) ** 2, width: again * WIDEST_LOOP, color: colorOf(state) }];
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: withRows([
      {
        data: {
          values: arrows.flatMap(({ curve, edge, width, color }) => curve.map((point, order) => ({ ...point, order, edge, width, color }))),
        },
        mark: { type: "line", opacity: 0.75, strokeCap: "butt" },
        encoding: {
          x: X,
          y: Y,
          order: { field: "order", type: "quantitative" },
          detail: { field: "edge", type: "nominal" },
          size: { field: "width", type: "quantitative", scale: null },
          color: COLOR,
        },
      },
      {
        data: { values: arrows.map(({ curve, width, color, n, p }) => ({ ...headOf(curve), area: HEAD_AREA + 18 * width, color, n, p })) },
        mark: { type: "point", shape: "triangle-up", filled: true, opacity: 1, strokeWidth: 0 },
        encoding: {
          x: X,
          y: Y,
          angle: { field: "angle", type: "quantitative", scale: null },
          size: { field: "area", type: "quantitative", scale: null },
          color: COLOR,
        },
      },
      {
        data: { values: loops },
        mark: { type: "point", shape: "circle", filled: false, opacity: 0.55 },
        encoding: {
          x: X,
          y: Y,
          size: { field: "area", type: "quantitative", scale: null },
          strokeWidth: { field: "width", type: "quantitative", scale: null },
          color: COLOR,
        },
      },
      {
        data: { values: nodes.map(({ x, y, radius, state }) => ({ x, y, area: Math.PI * radius ** 2, color: colorOf(state) })) },
        mark: { type: "point", shape: "circle", filled: true, opacity: 1, strokeWidth: 0 },
        encoding: { x: X, y: Y, size: { field: "area", type: "quantitative", scale: null }, color: COLOR },
      },
      ...labelLayers(chain, nodes),
    ]),
  };
}

/** From the edge of one circle to that of the other, bent. */
function curveOf(from: Node, to: Node, bend: number): Point[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const middle = { x: (from.x + to.x) / 2 + bend * dy, y: (from.y + to.y) / 2 - bend * dx };
  const begin = towards(from, middle, from.radius + WIDEST_LOOP + 3);
  const end = towards(to, middle, to.radius + WIDEST_LOOP + 9);
  return Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
    const t = i / CURVE_POINTS;
    const mixed = (key: "x" | "y") => (1 - t) ** 2 * begin[key] + 2 * t * (1 - t) * middle[key] + t ** 2 * end[key];
    return { x: mixed("x"), y: mixed("y") };
  });
}

function towards(from: Point, to: Point, pixels: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return { x: from.x + ((to.x - from.x) * pixels) / length, y: from.y + ((to.y - from.y) * pixels) / length };
}

/** Where an arrow ends, and how far its head is turned from upright, in degrees. */
function headOf(curve: readonly Point[]): Point & { readonly angle: number } {
  const [before, last] = [at(curve, -2), at(curve, -1)];
  return { ...last, angle: (Math.atan2(last.x - before.x, before.y - last.y) * 180) / Math.PI };
}

function labelLayers(chain: Chain, nodes: readonly Node[]): DataLayer[] {
  const labels = nodes.map(({ state, x, y, radius, angle }) => {
    const run = chain.runLength(state);
    const away = radius + WIDEST_LOOP + TEXT_GAP;
    const isRepeated = state !== START && (chain.p(state, state) ?? 0) >= LEAST_P;
    return {
      x: x + away * Math.cos(angle),
      y: y - away * Math.sin(angle),
      align: Math.cos(angle) > 0.3 ? "left" : Math.cos(angle) < -0.3 ? "right" : "center",
      text: `${stateLabel(state)}${isRepeated && run !== null ? ` ${toFixedHalfEven(run, 1)} in a row` : ""}`,
    };
  });
  return ["left", "center", "right"].map(
    (align): DataLayer => ({
      data: { values: labels.filter((label) => label.align === align) },
      mark: {
        type: "text",
        align: align === "left" ? "left" : align === "right" ? "right" : "center",
        baseline: "middle",
        fontSize: FONT_SIZE.annotation,
        color: COLORS.light.text,
      },
      encoding: { x: X, y: Y, text: { field: "text", type: "nominal" } },
    }),
  );
}
