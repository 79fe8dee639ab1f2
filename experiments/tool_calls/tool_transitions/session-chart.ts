/** Figure: the calls of one session, request by request. */
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import { type Channel, type LayeredPanel, labelLookup, type Position, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import type { Flow, SessionCall } from "./flow.ts";
import { stateLabel, type View } from "./view.ts";

/** CSS pixels. */
const CELL = { width: 15, height: 17, gap: 2 } as const;
const LINE = 27;
/** Calls of a line; a longer request goes on in the next one. */
const PER_LINE = 60;
const CAP = 4;
/** A higher figure is hard to read. */
const MOST_LINES = 40;

const READING = `One line per request, in order; a long one goes on below. One cell per call, colored by its kind; a red cap is a call that failed. Cells that are joined by a line
below are parallel calls of one step. Long stretches of a color are calls of one kind in a row.`;

export function sessionFigure({ session, merge }: Flow, view: View): Figure | null {
  if (session === null) return null;
  const { about } = session;
  const cells = cellsOf(session.calls);
  const calls = cells.map(({ call }) => call);
  const kinds = kindsOf(calls, view);
  const most = at(
    kinds.toSorted((a, b) => b.n - a.n),
    0,
  );
  const failed = calls.filter((call) => call.failed).length;
  const isPart = calls.length < about.calls;
  const drawn = `${isPart ? "the first " : ""}${counted(calls.length, "call")}`;
  const finding = `${grouped(most.n)} of ${drawn} in one session ${most.n === 1 ? "is" : "are"} ${stateLabel(most.state)}, ${failed === 0 ? "none" : grouped(failed)} failed`;
  const shown = isPart ? `The first ${grouped(calls.length)} of ${grouped(about.calls)} calls` : counted(about.calls, "call");
  return {
    name: "transition_session",
    title: finding,
    subtitle: `Session ${shortId(about.session_id)}: each call by its kind, a line for each request; a line below calls: in parallel.`,
    coverage: `${shown} in ${counted(about.requests, "request")} with calls; ${counted(about.failed, "call")} failed (red).${merge ? " Calls of a step are drawn one by one." : ""}`,
    spec: figure(panelOf(cells, kinds, view)),
    caption: `Calls of the session ${shortId(about.session_id)} by kind. ${finding}.`,
    reading: READING,
    alt: `Rows of colored cells, one row per request and one cell per call; failed calls have a red cap. ${finding}.`,
  };
}

interface Kind {
  readonly state: string;
  readonly n: number;
}

function kindsOf(calls: readonly SessionCall[], { states, stateOf }: View): Kind[] {
  return states.flatMap((state) => {
    const n = calls.filter((call) => stateOf(call.state) === state).length;
    return n === 0 ? [] : [{ state, n }];
  });
}

interface Cell {
  readonly call: SessionCall;
  readonly line: number;
  readonly column: number;
}

function cellsOf(calls: readonly SessionCall[]): Cell[] {
  let lines = 0;
  const cells = [...groupBy(calls, ({ request_no }) => request_no).values()].flatMap((own) => {
    const first = lines;
    lines += Math.ceil(own.length / PER_LINE);
    return own.map((call, i): Cell => ({ call, line: first + Math.floor(i / PER_LINE), column: i % PER_LINE }));
  });
  return cells.filter(({ line }) => line < MOST_LINES);
}

function panelOf(cells: readonly Cell[], kinds: readonly Kind[], view: View): LayeredPanel {
  const lines = at(cells, -1).line + 1;
  const columns = Math.max(...cells.map(({ column }) => column)) + 1;
  const [width, height] = [Math.max(columns, 30) * CELL.width, lines * LINE];
  const x = inPixels(width);
  const y: Position = {
    ...inPixels(height),
    field: "y",
    scale: { ...inPixels(height).scale, reverse: true },
    axis: requestAxis(cells),
    title: "Request",
  };
  const box = ({ line, column }: Cell) => ({
    x: column * CELL.width,
    x2: (column + 1) * CELL.width - CELL.gap,
    y: line * LINE + 4,
    y2: line * LINE + 4 + CELL.height,
  });
  const color: Channel<"color"> = {
    field: "kind",
    type: "nominal",
    scale: { domain: kinds.map(({ state }) => state), range: kinds.map(({ state }) => view.colorOf(state)) },
    legend: {
      title: null,
      orient: "top",
      direction: "horizontal",
      symbolType: "square",
      labelExpr: labelLookup(
        kinds.map(({ state }) => state),
        kinds.map(({ state, n }) => `${stateLabel(state)} ${grouped(n)}`),
      ),
    },
  };
  return {
    width,
    height,
    layer: withRows([
      {
        data: { values: cells.map((cell) => ({ ...box(cell), kind: view.stateOf(cell.call.state), call: cell.call.call_no })) },
        mark: { type: "rect" },
        encoding: { x, x2: { field: "x2" }, y, y2: { field: "y2" }, color },
      },
      {
        data: { values: cells.filter(({ call }) => call.failed).map((cell) => ({ ...box(cell), y: box(cell).y - CAP, y2: box(cell).y })) },
        mark: { type: "rect", color: kindColor("error") },
        encoding: { x, x2: { field: "x2" }, y, y2: { field: "y2" } },
      },
      {
        data: { values: parallelLines(cells).map(([from, to]) => ({ x: box(from).x, x2: box(to).x2, y: box(from).y2 + 2 })) },
        mark: { type: "rule", strokeWidth: 2, color: COLORS.light.text },
        encoding: { x, x2: { field: "x2" }, y },
      },
    ]),
  };
}

/** The first and the last cell of what a step has in a line, where that is more than one. */
function parallelLines(cells: readonly Cell[]): (readonly [Cell, Cell])[] {
  const steps = groupBy(cells, ({ call, line }) => `${call.step} ${line}`);
  return [...steps.values()].flatMap((own) => (own.length > 1 ? [[at(own, 0), at(own, -1)] as const] : []));
}

function inPixels(size: number): Position {
  return { field: "x", type: "quantitative", scale: { domain: [0, size], nice: false, zero: false }, axis: null };
}

/** At the first line of each request. */
function requestAxis(cells: readonly Cell[]): NonNullable<Position["axis"]> {
  const first = [...groupBy(cells, ({ call }) => call.request_no).values()].map((own) => at(own, 0));
  const values = first.map(({ line }) => line * LINE + 4 + CELL.height / 2);
  const labels = first.map(({ call }) => grouped(call.request_no));
  return {
    values,
    tickCount: Math.max(1, values.length),
    labelExpr: labelLookup(values, labels),
    labelFontSize: FONT_SIZE.small,
    labelOverlap: false,
    grid: false,
    domain: false,
    ticks: false,
  };
}
