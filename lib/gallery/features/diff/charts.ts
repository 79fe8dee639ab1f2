/** Both runs on one axis: a chart for each column of numbers that differs, and for headlines. */
import { logAxis, ratioAxis } from "../../../chart/axes.ts";
import { figure, grid, withHeading } from "../../../chart/grid.ts";
import { type PairedPoint, type PairedValues, pairedDots, pairedLines } from "../../../chart/pairs.ts";
import type { Axis, Spec } from "../../../chart/spec.ts";
import { widestOf } from "../../../chart/text-width.ts";
import { FONT_SIZE } from "../../../chart/theme.ts";
import { figureTitle } from "../../../chart/titles.ts";
import { shortLabel, shortLabels } from "../../../format/labels.ts";
import { periodScale } from "../../../format/periods.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { at } from "../../../stats/known.ts";
import { type HeadlineDiff, numberNames } from "./headlines.ts";
import { effectOf } from "./numbers.ts";
import type { AlignedTables, Measured, NumberColumn, RowPair } from "./tables.ts";
import { axisFor, coordinateAxis, extentOf, isTime, mixesUnits, plotted, unitTitle } from "./units.ts";

export interface DiffChart {
  /** A column, or what the headlines are numbers of. */
  readonly title: string;
  /** What the column is, as Markdown; null of headlines. */
  readonly says: string | null;
  readonly effect: number | null;
  /** What is drawn, for those who don't see it. */
  readonly alt: string;
  /** How many rows or groups are left out, as a sentence; null when none is. */
  readonly leftOut: string | null;
  readonly spec: Spec;
}

/** Rows of dots. */
const MOST_ROWS = 16;
/** Of a table with so few rows, all columns are drawn. */
const SMALL_TABLE = 12;
const MOST_COLUMNS = 4;
const MOST_PANELS = 3;
/** So many places make a line. */
const FEWEST_PLACES = 8;
const MOST_NAME = 26;
/** In CSS pixels, of the plot and the names of its rows. */
const CHART_WIDTH = 380;
const NARROWEST_PLOT = 160;
const LINE_WIDTH = 320;
const PANEL_HEIGHT = 150;

/** The charts of a table, the largest effect first, and names of columns that differ and are not drawn. */
export function tableCharts(diff: AlignedTables): { readonly charts: readonly DiffChart[]; readonly notDrawn: readonly string[] } {
  const changed = diff.numbers.filter(({ effect }) => effect === null || effect > 0).sort((a, b) => (b.effect ?? 0) - (a.effect ?? 0));
  const along = coordinateOf(diff);
  const values = changed.filter(
    (column, i) => !isInOtherUnit(column, changed.slice(0, i)) && !(along && isPlace(column, diff.pairs, along)),
  );
  const most = diff.pairs.length <= SMALL_TABLE ? undefined : MOST_COLUMNS;
  const charts = values.flatMap((column) => chartOf(column, diff, along) ?? []).slice(0, most);
  const drawn = charts.map(({ title }) => title);
  return { charts, notDrawn: values.map(({ name }) => name).filter((name) => !drawn.includes(name)) };
}

/** Seconds after milliseconds, and hours after both: what changes alike to so many digits is the same time. */
function isInOtherUnit({ unit, effect }: NumberColumn, earlier: readonly NumberColumn[]): boolean {
  const alike = (other: NumberColumn) => effect !== null && Math.abs((other.effect ?? 0) - effect) < 1e-9;
  return isTime(unit) && earlier.some((other) => isTime(other.unit) && other.unit !== unit && alike(other));
}

function chartOf(column: NumberColumn, { pairs, keyColumns }: AlignedTables, along: Coordinate | null): DiffChart | null {
  const values = pairs.flatMap((pair) => [pair.before, pair.after].flatMap((cells) => (cells && column.measure(cells)) ?? []));
  const unit = values[0]?.unit;
  const drawable = values.length > 0 && !mixesUnits(unit) && values.every((value) => value.unit === unit && Math.abs(value.value) < 1e30);
  if (!drawable || keyColumns === null) return null;
  return along ? lineChart(column, pairs, along, unit) : dotChart(column, pairs, unit);
}

// Dots

function dotChart(column: NumberColumn, pairs: readonly RowPair[], unit: string | undefined): DiffChart | null {
  const all = pairs.flatMap((pair) => {
    const [before, after] = [valueIn(pair.before, column), valueIn(pair.after, column)];
    return before === null && after === null ? [] : [{ pair, before, after }];
  });
  const shown = all.length <= MOST_ROWS ? all : largest(all.filter(({ before, after }) => before !== null && after !== null));
  if (shown.length === 0) return null;
  const names = rowNames(shown.map(({ pair }) => pair.key));
  const rows = shown.map(({ before, after }, i) => ({ name: at(names, i), before, after }));
  return {
    title: column.name,
    says: column.says,
    effect: column.effect,
    alt: `${column.name} before and after, for ${shown.length} rows of the table.`,
    leftOut: shown.length < all.length ? `The ${shown.length} rows that differ most, of ${all.length}.` : null,
    spec: figure(dots(rows, unit), figureTitle(shortLabel(column.name))),
  };
}

function valueIn(cells: readonly string[] | null, column: NumberColumn): number | null {
  const measured = cells && column.measure(cells);
  return measured && plottedOf(measured);
}

function plottedOf({ value, unit }: Measured): number {
  return plotted(value, unit);
}

function largest<T extends { readonly before: number | null; readonly after: number | null }>(rows: readonly T[]): T[] {
  const moved = ({ before, after }: T) => Math.abs((after ?? 0) - (before ?? 0));
  const kept = new Set(rows.toSorted((a, b) => moved(b) - moved(a)).slice(0, MOST_ROWS));
  return rows.filter((row) => kept.has(row));
}

function dots(rows: readonly PairedValues[], unit: string | undefined) {
  const values = rows.flatMap(({ before, after }) => [before, after]).filter((value) => value !== null);
  const names = widestOf(
    rows.map(({ name }) => name),
    FONT_SIZE.label,
  );
  const width = Math.max(NARROWEST_PLOT, CHART_WIDTH - names);
  return pairedDots({ rows, x: axisFor(values, unit, unitTitle(unit)), width });
}

/** The cells of keys that differ from row to row, as one name. */
function rowNames(keys: readonly (readonly string[])[]): string[] {
  const width = keys[0]?.length ?? 0;
  const telling = Array.from({ length: width }, (_, place) => place).filter((place) => new Set(keys.map((key) => key[place])).size > 1);
  const names = keys.map((key) =>
    (keys.length === 1 ? key : telling.map((place) => at(key, place))).map((cell) => cell || "(empty)").join(" · "),
  );
  return shortLabels(
    names.map((name) => name || "all"),
    MOST_NAME,
  );
}

// Lines

/** Where the rows of a long table are along an axis, and which of its lines they belong to. */
interface Coordinate {
  readonly title: string;
  readonly isDate: boolean;
  readonly unit: string | undefined;
  placeOf(pair: RowPair): number;
  groupOf(pair: RowPair): readonly string[];
}

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const MS_PER_DAY = 86_400_000;

/** Of a table with a row for each place along an axis (bins, seconds, days), perhaps for several groups; null for all others. */
function coordinateOf({ pairs, keyColumns, keyUnits }: AlignedTables): Coordinate | null {
  if (keyColumns === null || pairs.length <= MOST_ROWS) return null;
  for (const [i, title] of keyColumns.entries()) {
    const groupOf = ({ key }: RowPair) => key.filter((_, place) => place !== i);
    const groups = new Set(pairs.map((pair) => JSON.stringify(groupOf(pair))));
    const cellOf = ({ key }: RowPair) => key[i] ?? "";
    const all = (pattern: RegExp) => pairs.length >= FEWEST_PLACES * groups.size && pairs.every((pair) => pattern.test(cellOf(pair)));
    const unit = keyUnits[i];
    if (all(DATE)) return { title, isDate: true, unit, groupOf, placeOf: (pair) => Date.parse(cellOf(pair)) / MS_PER_DAY };
    if (all(NUMBER)) return { title, isDate: false, unit, groupOf, placeOf: (pair) => plotted(Number(cellOf(pair)), unit) };
  }
  return null;
}

/** Whether a column only says once more where rows are, such as the end of a bin. */
function isPlace(column: NumberColumn, pairs: readonly RowPair[], along: Coordinate): boolean {
  if (column.unit === undefined || column.unit !== along.unit) return false;
  return (["before", "after"] as const).every((run) =>
    [...groupBy(pairs, (pair) => JSON.stringify(along.groupOf(pair))).values()].every((rows) => {
      const points = pointsOf(rows, run, column, along);
      return points.every(({ y }, i) => i === 0 || y > at(points, i - 1).y);
    }),
  );
}

function lineChart(column: NumberColumn, pairs: readonly RowPair[], along: Coordinate, unit: string | undefined): DiffChart | null {
  const has = (rows: readonly RowPair[], run: "before" | "after") => rows.some((pair) => valueIn(pair[run], column) !== null);
  const groups = [...groupBy(pairs, (pair) => JSON.stringify(along.groupOf(pair))).values()];
  const shown = groups.filter((rows) => has(rows, "before") && has(rows, "after")).slice(0, MOST_PANELS);
  if (shown.length === 0) return null;
  const names = rowNames(shown.map((rows) => along.groupOf(at(rows, 0))));
  const x = axisAlong(shown.flat().map(along.placeOf), along);
  const panels = shown.map((rows, i) => {
    const [before, after] = (["before", "after"] as const).map((run) => pointsOf(rows, run, column, along));
    const values = [...(before ?? []), ...(after ?? [])].map(({ y }) => y);
    const panel = pairedLines({
      before: before ?? [],
      after: after ?? [],
      x: i < shown.length - 1 ? { ...x, title: null } : x,
      y: axisFor(values, unit, unitTitle(unit)),
      width: LINE_WIDTH,
      height: PANEL_HEIGHT,
    });
    return shown.length === 1 ? panel : withHeading(panel, at(names, i), { over: "plot" });
  });
  return {
    title: column.name,
    says: column.says,
    effect: column.effect,
    alt: `${column.name} along ${along.title}, a line before and one after${shown.length > 1 ? `, in ${shown.length} panels` : ""}.`,
    leftOut: shown.length < groups.length ? `${shown.length} of ${groups.length} groups, those that both runs have first.` : null,
    spec: grid(panels, { title: figureTitle(shortLabel(column.name)), spacing: 14 }),
  };
}

function pointsOf(rows: readonly RowPair[], run: "before" | "after", column: NumberColumn, along: Coordinate): PairedPoint[] {
  return rows
    .flatMap((pair) => {
      const y = valueIn(pair[run], column);
      return y === null ? [] : [{ x: along.placeOf(pair), y }];
    })
    .sort((a, b) => a.x - b.x);
}

function axisAlong(places: readonly number[], { title, isDate, unit }: Coordinate): Axis {
  if (!isDate) return coordinateAxis(places, unit, title);
  const [first, last] = extentOf(places);
  const labels = new Map(periodScale(first, last, last - first + 1).ticks.map(({ value, label }) => [value, label]));
  return logAxis([first, last], title, [...labels.keys()], (day) => labels.get(day) ?? "", { type: "linear" });
}

// Headlines

/** A chart of each kind of number among the headlines of an experiment. */
export function headlineCharts(headlines: readonly HeadlineDiff[]): DiffChart[] {
  const numbers = headlines.flatMap(({ label, after, changes }) => {
    const names = numberNames(label, after ?? "");
    return changes.map((change, i) => ({ change, name: at(names, i).whole }));
  });
  return [...groupBy(numbers, ({ change }) => change.unit)].map(([unit, group]) => {
    const names = shortLabels(
      group.map(({ name }) => name),
      MOST_NAME,
    );
    const rows = group.map(({ change }, i) => ({
      name: at(names, i),
      before: plotted(change.before, unit),
      after: plotted(change.after, unit),
    }));
    return {
      title: "Headlines",
      says: null,
      effect: effectOf(group.map(({ change }) => change)),
      alt: `Headline numbers${unit === undefined ? "" : ` in ${unit}`} before and after: ${rows.length}.`,
      leftOut: null,
      spec: figure(dots(rows, unit)),
    };
  });
}

/** Ratios beyond are not drawn. */
const WIDEST_RATIO = 1e4;
const MOST_HEADLINES = 20;

/** Headline numbers of all experiments on one axis: how many times the earlier value the later one is. In the order given. */
export function ratioChart(headlines: readonly Pick<HeadlineDiff, "label" | "changes">[]): DiffChart | null {
  const ratios = headlines.flatMap(({ label, changes: [change, ...others] }) => {
    const ratio = change && others.length === 0 ? change.after / change.before : Number.NaN;
    return ratio > 1 / WIDEST_RATIO && ratio < WIDEST_RATIO ? [{ name: label, before: 1, after: ratio }] : [];
  });
  const shown = ratios.slice(0, MOST_HEADLINES);
  if (shown.length === 0) return null;
  const names = shortLabels(shown.map(({ name }) => name));
  const [low, high] = extentOf(shown.map(({ after }) => after));
  const x = ratioAxis([Math.min(low, 0.8) / 1.1, Math.max(high, 1.25) * 1.1], { title: "After, as a multiple of before (log scale)" });
  const rows = shown.map((row, i) => ({ ...row, name: at(names, i) }));
  return {
    title: "Headlines",
    says: null,
    effect: null,
    alt: `${shown.length} headline numbers as multiples of their earlier value.`,
    leftOut: shown.length < headlines.length ? `The ${shown.length} largest effects of ${headlines.length} headlines that differ.` : null,
    spec: figure(pairedDots({ rows, x, width: 420 })),
  };
}
