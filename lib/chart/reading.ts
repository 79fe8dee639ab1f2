/**
 * What a mark of a chart says in words: titles of axes, names of legends, values as the axes write them. Works on any spec, so
 * that layers made by hand answer as those of builders do. Fields that only place a mark (`rank`, `from`, `boxLow`) are not named.
 */
import { isObject } from "../files/json.ts";
import { groupBy } from "../stats/group-by.ts";
import { labelsIn } from "./labels-in.ts";
import { providerTitle } from "./palette.ts";
import type { Tick } from "./spec.ts";
import { plainNumber, type WriteValue, writerOf } from "./tick-scale.ts";

export interface Reading {
  /** The heading of its panel; empty where there is one panel. */
  readonly panel: string;
  /** Which bar, point or curve: `Claude`, `Bash`; empty where there is only one. */
  readonly heading: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
}

/** Reads a row drawn by a mark of the compiled chart, by that mark's name. Null where it has nothing to say. */
export type ReadMark = (mark: string, row: Node) => Reading | null;

type Node = Readonly<Record<string, unknown>>;

interface Unit {
  /** Names of its marks in the compiled chart begin so. */
  readonly prefix: string;
  readonly mark: string;
  readonly encoding: Readonly<Record<string, Node>>;
  readonly rows: readonly Node[];
  readonly panel: Panel;
}

interface Panel {
  readonly heading: string;
  readonly units: Unit[];
}

/** What is found out once about each side of a unit, by its prefix and the side. */
interface Chart {
  readonly units: readonly Unit[];
  readonly axes: Map<string, ReadAxis>;
  readonly stacks: Map<string, boolean>;
}

function remembered<T>(found: Map<string, T>, key: string, find: () => T): T {
  const value = found.get(key) ?? find();
  found.set(key, value);
  return value;
}

/** Counts that rows have besides what is drawn, and what they are called. */
export const COUNTS: Readonly<Record<string, string>> = { n: "n", steps: "Steps", sessions: "Sessions", calls: "Calls", runs: "Runs" };
/** Fields of the spreads that builders draw. */
const PARTS_OF_A_SPREAD: Readonly<Record<string, string>> = {
  boxLow: "middle half",
  median: "median",
  p25: "middle half",
  p50: "median",
  lo: "95% interval",
};
/** Fields of steps in charts too small for titles of axes. */
const TOKENS: Readonly<Record<string, string>> = { prefix: "Prefix, tokens", total: "Input, tokens" };
const NAMING = ["color", "fill", "stroke", "shape"];
const BARS = new Set(["bar", "rect", "area"]);

/** @param spec a Vega-Lite spec whose rows are in it */
export function chartReader(spec: object): ReadMark {
  const { unitOf, chart } = chartOf(spec);
  return (mark, row) => {
    const unit = unitOf(mark);
    return unit && unit.mark !== "text" ? readingOf(unit, row, chart) : null;
  };
}

export type Side = "x" | "y";

/** Where a row is along an axis; without a label where that is a name. */
export interface Place {
  readonly label: string | null;
  readonly value: string;
}

/** What the axes of marks of the compiled chart say, by the marks' names. */
export interface ChartAxes {
  placeOf(mark: string, row: Node, side: Side): Place | null;
  /** A number as the axis writes it; null without such an axis. */
  write(mark: string, side: Side, value: number): Place | null;
  /** Field of the rows that is drawn along the axis. */
  fieldOf(mark: string, side: Side): string | null;
}

/** @param spec a Vega-Lite spec whose rows are in it */
export function chartAxes(spec: object): ChartAxes {
  const { unitOf, chart } = chartOf(spec);
  return {
    placeOf(mark, row, side) {
      const unit = unitOf(mark);
      return unit ? positionOf(unit, side, row, chart) : null;
    },
    write(mark, side, value) {
      const unit = unitOf(mark);
      if (unit?.encoding[side] === undefined) return null;
      const { title, ticks, write } = readAxis(unit, side, chart);
      return write === null ? ticks && named(ticks, value, false) : { label: title, value: write(fromStart(value, ticks, write)) };
    },
    fieldOf(mark, side) {
      const channel = unitOf(mark)?.encoding[side];
      return typeof channel?.field === "string" && channel.scale !== null ? channel.field : null;
    },
  };
}

/** The room that an axis from zero has before it is zero. */
function fromStart(value: number, ticks: readonly Tick[] | null, write: WriteValue): number {
  const first = Math.min(...(ticks ?? []).map((tick) => tick.value));
  const isBefore = value < first && write(value).startsWith("−") && !write(first).startsWith("−");
  return isBefore ? first : value;
}

function chartOf(spec: object): { readonly unitOf: (mark: string) => Unit | undefined; readonly chart: Chart } {
  const units = unitsOf({ ...spec }, { prefix: "", encoding: {}, rows: [], panel: null, heading: "" });
  const byPrefix = units.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return { unitOf: (mark) => byPrefix.find(({ prefix }) => mark.startsWith(prefix)), chart: { units, axes: new Map(), stacks: new Map() } };
}

interface Outer {
  readonly prefix: string;
  readonly encoding: Unit["encoding"];
  readonly rows: readonly Node[];
  readonly panel: Panel | null;
  readonly heading: string;
}

function unitsOf(view: Node, outer: Outer): Unit[] {
  const encoding = { ...outer.encoding, ...channelsIn(view.encoding) };
  const rows = isObject(view.data) && Array.isArray(view.data.values) ? view.data.values.filter(isObject) : outer.rows;
  const heading = outer.prefix === "" ? "" : textOf(view.title) || outer.heading;
  const own = outer.panel ?? { heading, units: [] };
  const inner = (part: string, panel: Panel | null, children: unknown) =>
    (Array.isArray(children) ? children : [])
      .filter(isObject)
      .flatMap((child, i) => unitsOf(child, { prefix: `${outer.prefix}${part}_${i}_`, encoding, rows, panel, heading }));
  if (view.mark !== undefined) {
    const mark = isObject(view.mark) ? String(view.mark.type) : String(view.mark);
    const unit: Unit = { prefix: outer.prefix, mark, encoding, rows, panel: own };
    own.units.push(unit);
    return [unit];
  }
  return [...inner("layer", own, view.layer), ...[view.concat, view.hconcat, view.vconcat].flatMap((each) => inner("concat", null, each))];
}

function channelsIn(encoding: unknown): Record<string, Node> {
  if (!isObject(encoding)) return {};
  return Object.fromEntries(Object.entries(encoding).flatMap(([name, channel]) => (isObject(channel) ? [[name, channel]] : [])));
}

function readingOf(unit: Unit, row: Node, chart: Chart): Reading | null {
  const names: string[] = [];
  const rows: { label: string; value: string }[] = [];
  for (const name of NAMING) {
    const text = legendText(unit, name, row, chart.units);
    if (text !== null && !names.includes(text)) names.push(text);
  }
  for (const side of ["x", "y"] as const) {
    const said = positionOf(unit, side, row, chart);
    if (said === null) continue;
    if (said.label === null) names.unshift(said.value);
    else rows.push({ label: said.label, value: said.value });
  }
  const encoded = new Set(Object.values(unit.encoding).map(({ field }) => field));
  for (const [field, label] of Object.entries(COUNTS)) {
    const count = row[field];
    if (typeof count === "number" && !encoded.has(field)) rows.push({ label, value: plainNumber(count) });
  }
  const panel = rows.some(({ label }) => label === unit.panel.heading) ? "" : unit.panel.heading;
  const heading = [...new Set([...names, ...labelsOn(unit, row)])].filter((text) => text !== "" && text !== panel).join(" · ");
  return heading === "" && rows.length === 0 ? null : { panel, heading, rows };
}

/** What texts of the panel write on this row, such as the number next to a bar. */
function labelsOn({ panel }: Unit, row: Node): string[] {
  const fields = panel.units.filter(({ mark }) => mark === "text").map(({ encoding }) => encoding.text?.field);
  return [...new Set(fields)].flatMap((field) => {
    const text = typeof field === "string" ? row[field] : undefined;
    return typeof text === "string" ? [text] : [];
  });
}

function legendText(unit: Unit, name: string, row: Node, units: readonly Unit[]): string | null {
  const channel = unit.encoding[name];
  if (channel?.type !== "nominal" || typeof channel.field !== "string") return null;
  const value = row[channel.field];
  if (typeof value !== "string" || /^#[0-9a-f]{3,8}$/i.test(value)) return null;
  const alike = units.map(({ encoding }) => encoding[name]).filter((each) => each?.field === channel.field);
  const label = [channel, ...alike].map((each) => (isObject(each?.legend) ? labelIn(each.legend.labelExpr, value) : null));
  return label.find((text) => text !== null) ?? providerTitle(value);
}

function labelIn(expression: unknown, value: string): string | null {
  const [, table] = /^\((\{.*\})\)\[datum\.(?:value|label)\]/s.exec(String(expression)) ?? [];
  if (table === undefined) return labelsIn(expression)?.get(value) ?? null;
  try {
    const texts: unknown = JSON.parse(table);
    const text = isObject(texts) ? texts[value] : undefined;
    return Array.isArray(text) ? text.join(" ") : text === undefined ? null : String(text);
  } catch {
    return null;
  }
}

/** A place along an axis; without a label where the place is a name. */
function positionOf(unit: Unit, side: Side, row: Node, chart: Chart): Place | null {
  const channel = unit.encoding[side];
  if (channel === undefined || typeof channel.field !== "string" || channel.scale === null) return null;
  const value = row[channel.field];
  const axis = readAxis(unit, side, chart);
  if (typeof value === "string") return axis.title === null ? { label: null, value } : { label: axis.title, value };
  if (typeof value !== "number") return null;
  const { ticks, write } = axis;
  if (write === null) return ticks === null ? null : named(ticks, value, side === "y" && unit.encoding.y2 === undefined);
  const title = axis.title ?? measureOf(write(value)) ?? TOKENS[channel.field] ?? (headingMeasures(unit, side) || fieldTitle(channel));
  if (title === null) return null;
  const second = row[String(unit.encoding[`${side}2`]?.field)];
  // A bar from `lo` to `hi` is a bin.
  const part = unit.mark === "bar" && channel.field === "lo" ? undefined : PARTS_OF_A_SPREAD[channel.field];
  return {
    label: part === undefined ? title : `${title}, ${part}`,
    value: typeof second === "number" ? extent(unit, side, value, second, write, chart) : write(value),
  };
}

function readAxis(unit: Unit, side: Side, { axes, units }: Chart): ReadAxis {
  return remembered(axes, `${unit.prefix}${side}`, () => axisOf(unit, side, units));
}

/** The heading of its panel, where that has one measure: bars of names or of days. */
function headingMeasures({ encoding, panel }: Unit, side: Side): string {
  const other = encoding[side === "x" ? "y" : "x"];
  return other?.type === "ordinal" || other?.type === "nominal" || encoding.x2 !== undefined ? panel.heading : "";
}

/** Vega-Lite writes the name of the field at an axis that nobody gave a title. */
function fieldTitle({ field, title, axis }: Node): string | null {
  return title === undefined && axis === undefined ? String(field) : null;
}

/** What an axis without a title measures, by how its values are written. */
function measureOf(text: string): string | null {
  if (isDate(text)) return "Date";
  if (text.endsWith("%")) return "Share";
  return text.includes("$") ? "Cost" : null;
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text);
}

function named(ticks: readonly Tick[], value: number, exact: boolean): Place | null {
  const near = ticks.toSorted((a, b) => Math.abs(a.value - value) - Math.abs(b.value - value))[0];
  if (!near || near.label === "" || (exact && Math.abs(near.value - value) > 0.5)) return null;
  return { label: null, value: near.label };
}

/** From one end to the other; of a bar that begins at the base its length, and of a part of a stack its size. */
function extent(unit: Unit, side: Side, one: number, other: number, write: WriteValue, chart: Chart): string {
  const [low, high] = [String(unit.encoding[side]?.field), String(unit.encoding[`${side}2`]?.field)];
  if (isBase(unit, side, low)) return write(other);
  if (isBase(unit, side, high)) return write(one);
  if (remembered(chart.stacks, `${unit.prefix}${side}`, () => isStack(unit, side, low, high))) return write(Math.abs(other - one));
  // A bar over days ends before the day at its end.
  const [from, to] = [write(Math.min(one, other)), write(Math.max(one, other) - (isDate(write(other)) ? 1 : 0))];
  return from === to ? from : `${from} to ${to}`;
}

/** Whether a field is the same in all rows: where bars begin. */
function isBase({ rows, encoding }: Unit, side: Side, field: string): boolean {
  const first = rows[0]?.[field];
  if (rows.some((row) => row[field] !== first)) return false;
  const scale = encoding[side]?.scale;
  const domain = isObject(scale) && Array.isArray(scale.domain) ? scale.domain : [0];
  return rows.length > 1 || first === 0 || Number(first) <= Number(domain[0]);
}

/** Whether bars follow one another along this side, each color once. */
function isStack({ mark, rows, encoding }: Unit, side: Side, low: string, high: string): boolean {
  const color = NAMING.map((name) => encoding[name]).find((channel) => channel?.type === "nominal")?.field;
  const other = encoding[side === "x" ? "y" : "x"]?.field;
  if (!BARS.has(mark) || typeof color !== "string" || typeof other !== "string") return false;
  const groups = groupBy(rows, (row) => row[other]);
  let touching = 0;
  for (const group of groups.values()) {
    if (new Set(group.map((row) => row[color])).size < group.length) return false;
    const ends = new Set(group.map((row) => row[high]));
    touching += group.filter((row) => ends.has(row[low])).length;
  }
  return touching > 0 || rows.every((row) => row[low] === 0);
}

interface ReadAxis {
  readonly title: string | null;
  readonly ticks: readonly Tick[] | null;
  /** Null where the ticks are names. */
  readonly write: WriteValue | null;
}

/** What the axis of a unit says, or that of its panel, or that of another panel with the same scale. */
function axisOf(unit: Unit, side: Side, units: readonly Unit[]): ReadAxis {
  const scale = scaleKey(unit.encoding[side]);
  const twins = units.filter(({ encoding }) => encoding[side] && scaleKey(encoding[side]) === scale);
  const candidates = [unit, ...unit.panel.units, ...twins].map(({ encoding }) => encoding[side]).filter(isObject);
  const title = candidates.map(titleOf).find((text) => text !== "") ?? null;
  const lookups = candidates.flatMap(({ axis }) => (isObject(axis) ? (labelsIn(axis.labelExpr) ?? []) : []));
  const lookup = lookups.find((labels) => [...labels.values()].some((label) => label !== ""));
  if (!lookup) return { title, ticks: null, write: unit.encoding[side]?.type === "ordinal" ? null : plainNumber };
  const ticks = [...lookup].map(([value, label]) => ({ value: Number(value), label }));
  return { title, ticks, write: unit.encoding[side]?.type === "ordinal" ? null : writerOf(ticks) };
}

function scaleKey(channel: Node | undefined): string {
  return JSON.stringify(channel?.scale ?? channel?.field);
}

/** Without the asides that explain the drawing: `(log scale)`, `(dashed: …)`. */
function titleOf({ title, axis }: Node): string {
  const text = textOf(title) || (isObject(axis) ? textOf(axis.title) : "");
  return text.replace(/\s*(\([^()]*(\bscale\b|:)[^()]*\)|; U marks .*)/, "");
}

function textOf(title: unknown): string {
  if (Array.isArray(title)) return title.join(" ");
  if (isObject(title)) return textOf(title.text);
  return typeof title === "string" ? title : "";
}
