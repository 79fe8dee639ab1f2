/** A chart of an answer: which one to start with, and the spec of the one that the reader chose. */

import { COLORS, providerColor, seriesColor } from "../../../../chart/palette.ts";
import { at } from "../../../../stats/known.ts";
import { type Cell, type Column, cellText, DAY_MS, isNumeric } from "./values.ts";

export const MARKS = ["bars", "line", "points", "histogram"] as const;
export type Mark = (typeof MARKS)[number];

/** Columns by their place in the answer. A histogram has no `y`: it counts rows. */
export interface ChartChoice {
  readonly mark: Mark;
  readonly x: number;
  readonly y: number | null;
  readonly color: number | null;
}

/** Rows that a chart takes; of more it takes every n-th. */
const MOST_ROWS = 10_000;
const MOST_BARS = 60;
const MOST_COLORS = 12;
/** A line through more rows shows no dots. */
const MOST_DOTS = 200;
/** Always text: each color is a name. */
const COLOR_FIELD = "color";

/** What fits the answer, or null when there is nothing to draw. */
export function suggestChart(columns: readonly Column[]): ChartChoice | null {
  const rows = columns[0]?.values.length ?? 0;
  const named = columns.map((column, index) => ({ index, kind: column.kind, different: new Set(column.values).size }));
  const numbers = named.filter(({ kind }) => isNumeric(kind));
  const times = named.filter(({ kind }) => kind === "time" || kind === "date");
  const names = named.filter(({ kind }) => kind === "text" || kind === "boolean").sort((a, b) => b.different - a.different);
  const [first, second] = numbers;
  if (!first || rows < 2) return null;
  const color = (except?: number) =>
    names.find(({ index, different }) => index !== except && different > 1 && different <= MOST_COLORS)?.index ?? null;
  if (times[0]) return { mark: "line", x: times[0].index, y: first.index, color: color() };
  const name = names.find(({ different }) => different > 1 && different <= MOST_BARS);
  if (name) {
    const group = color(name.index);
    if (identify(columns, [name.index]) || (group !== null && identify(columns, [name.index, group])))
      return { mark: "bars", x: name.index, y: (numbers.find(({ index }) => isOrdered(columns[index])) ?? first).index, color: group };
  }
  if (!second) return { mark: "histogram", x: first.index, y: null, color: color() };
  const group = color();
  const walks = identify(columns, [first.index, ...(group === null ? [] : [group])]) && rises(columns, first.index, group);
  const few = group === null && first.different <= MOST_BARS / 2;
  return { mark: walks ? (few ? "bars" : "line") : "points", x: first.index, y: second.index, color: group };
}

/** Whether no two rows agree in these columns. */
function identify(columns: readonly Column[], indexes: readonly number[]): boolean {
  const rows = columns[0]?.values.length ?? 0;
  const keys = new Set<string>();
  for (let row = 0; row < rows; row++) keys.add(JSON.stringify(indexes.map((index) => String(columns[index]?.values[row]))));
  return keys.size === rows;
}

/** Whether the answer is ordered by a column, which then is what it is about. */
function isOrdered(column: Column | undefined): boolean {
  const numbers = (column?.values ?? []).map(Number);
  const isStep = (compare: (a: number, b: number) => boolean) => numbers.every((n, i) => i === 0 || compare(at(numbers, i - 1), n));
  return numbers[0] !== numbers.at(-1) && (isStep((a, b) => a >= b) || isStep((a, b) => a <= b));
}

/** Whether a column goes up from row to row, in each group by itself. */
function rises(columns: readonly Column[], index: number, group: number | null): boolean {
  const last = new Map<Cell, number>();
  return (columns[index]?.values ?? []).every((value, row) => {
    const key = group === null ? null : (columns[group]?.values[row] ?? null);
    const rising = Number(value) >= (last.get(key) ?? Number.NEGATIVE_INFINITY);
    last.set(key, Number(value));
    return rising;
  });
}

/** Share of the rows that a chart shows: 1 for all, 1/n for every n-th. */
export function shareDrawn({ mark }: ChartChoice, rows: number): number {
  return mark === "histogram" ? 1 : 1 / Math.ceil(Math.max(rows, 1) / MOST_ROWS);
}

/** A Vega-Lite spec with its data. Fields have names of ours, because those of an answer may hold dots and brackets. */
export function chartSpec(columns: readonly Column[], choice: ChartChoice, width: number): object {
  const { mark, x, y, color } = choice;
  const used = [x, y].filter((index) => index !== null);
  const count = columns[0]?.values.length ?? 0;
  const step = Math.round(1 / shareDrawn(choice, count));
  const colors = COLORS.light;
  const horizontal = mark === "bars" && isName(columns[x]);
  return {
    width,
    height: horizontal ? heightOfBars(columns, choice) : Math.round(Math.min(380, Math.max(240, width * 0.5))),
    autosize: { type: "fit", contains: "padding" },
    background: colors.background,
    padding: 8,
    data: { values: rowsOf(columns, used, color, step) },
    mark: markOf(choice, Math.ceil(count / step)),
    encoding: encodingOf(columns, choice, horizontal),
    config: {
      font: "sans-serif",
      view: { stroke: null },
      axis: {
        labelColor: colors.muted,
        titleColor: colors.text,
        gridColor: colors.grid,
        domainColor: colors.axis,
        tickColor: colors.axis,
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: "normal",
        labelLimit: Math.min(260, Math.round(width * 0.4)),
        labelOverlap: true,
        maxExtent: 400,
      },
      axisX: { tickCount: Math.max(3, Math.round(width / 110)), labelSeparation: 10, labelFlush: false },
      axisBand: { grid: false },
      legend: {
        labelFontSize: 12,
        titleFontSize: 12,
        labelColor: colors.text,
        titleColor: colors.text,
        titleFontWeight: "normal",
        orient: "top",
        labelLimit: 300,
        columns: Math.max(1, Math.round(width / 180)),
      },
    },
  };
}

/** Room for each bar, and for the axis and the legend. */
function heightOfBars(columns: readonly Column[], { x, color }: ChartChoice): number {
  const different = (index: number | null) => new Set(columns[index ?? -1]?.values).size;
  return 90 + different(x) * Math.max(20, standBeside(columns, x, color) ? 9 * different(color) : 0);
}

/** Whether a name has several bars, one per color. */
function standBeside(columns: readonly Column[], x: number, color: number | null): boolean {
  return color !== null && color !== x && !identify(columns, [x]);
}

function markOf({ mark, color }: ChartChoice, rows: number): object {
  const single = seriesColor(0);
  const dots = rows <= MOST_DOTS && { size: 24, ...(color === null && { color: single }) };
  if (mark === "line") return { type: "line", color: single, strokeWidth: 2, point: dots };
  if (mark === "points") return { type: "point", color: single, filled: true, size: 28, opacity: 0.55 };
  return { type: "bar", color: single };
}

function encodingOf(columns: readonly Column[], { mark, x, y, color }: ChartChoice, horizontal: boolean): object {
  const painted = color === null ? {} : { color: paintedBy(at(columns, color)) };
  if (mark === "histogram" || y === null) {
    const bins = { field: `c${x}`, bin: { maxbins: 50 }, type: "quantitative", title: at(columns, x).name };
    return { x: bins, y: { aggregate: "count", type: "quantitative", title: "rows" }, ...painted };
  }
  const tooltip = [
    ...[x, y].map((index) => ({ field: `c${index}`, ...positionOf(columns[index], "points"), title: at(columns, index).name })),
    ...(color === null ? [] : [{ field: COLOR_FIELD, type: "nominal", title: at(columns, color).name }]),
  ];
  const across = { field: `c${x}`, ...positionOf(columns[x], mark), title: at(columns, x).name };
  const up = { field: `c${y}`, type: "quantitative", title: at(columns, y).name };
  if (!horizontal) return { x: across, y: up, ...painted, tooltip };
  const beside = !standBeside(columns, x, color) ? {} : { yOffset: { field: COLOR_FIELD, sort: null } };
  return { y: across, x: up, ...beside, ...painted, tooltip };
}

/** The providers have colors of their own on every page. */
function paintedBy({ name, values, kind }: Column): object {
  const domain = [...new Set(values)].filter((value) => value !== null).map((value) => cellText(value, kind));
  return {
    field: COLOR_FIELD,
    type: "nominal",
    title: name,
    scale: { domain, range: domain.map((value) => providerColor(value, domain)) },
  };
}

function positionOf(column: Column | undefined, mark: Mark): object {
  if (column?.kind === "time" || column?.kind === "date") return { type: "temporal", scale: { type: "utc" } };
  if (isName(column)) return { type: "nominal", sort: null };
  return mark === "bars" ? { type: "ordinal", sort: null } : { type: "quantitative", scale: { zero: false } };
}

function isName(column: Column | undefined): boolean {
  return column !== undefined && (column.kind === "text" || column.kind === "boolean");
}

function rowsOf(columns: readonly Column[], used: readonly number[], color: number | null, step: number): object[] {
  const rows = columns[0]?.values.length ?? 0;
  const painted = color === null ? undefined : columns[color];
  return Array.from({ length: Math.ceil(rows / step) }, (_, i) => ({
    ...Object.fromEntries(used.map((index) => [`c${index}`, plotted(at(columns, index), i * step)])),
    ...(painted && { [COLOR_FIELD]: cellText(painted.values[i * step] ?? null, painted.kind) }),
  }));
}

function plotted({ kind, values }: Column, row: number): string | number | null {
  const value = values[row] ?? null;
  if (value === null) return null;
  if (isNumeric(kind)) return Number.isFinite(Number(value)) ? Number(value) : null;
  if (kind === "time") return Number(value) / 1000;
  if (kind === "date") return Number(value) * DAY_MS;
  return cellText(value, kind);
}
