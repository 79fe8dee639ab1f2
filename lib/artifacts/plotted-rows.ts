/** The rows that a figure draws, as tables. */
import { csvOfRecords } from "../files/csv.ts";
import { isObject } from "../files/json.ts";
import { PARTS, readable, withNames } from "./chart-names.ts";

type Node = Readonly<Record<string, unknown>>;
type Cell = string | number | boolean | null;

export interface PlottedTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Marks that explain a chart rather than carry its data. */
const ANNOTATIONS = new Set(["text", "rule"]);
/** Added where panels of a figure share a shape of rows. */
const PANEL = "panel";

interface DataUse {
  readonly panel: string | null;
  readonly rows: readonly Node[];
  readonly annotation: boolean;
}

/** Rows as they are drawn, with the names that axes give to places; the longest table first, one for each shape of row. */
export function plottedTables(chart: Node): PlottedTable[] {
  const spec = withNames(chart);
  const uses = usesOf(spec, { panel: null, rows: null, datasets: isObject(spec.datasets) ? spec.datasets : {} });
  const carrying = uses.filter(({ annotation }) => !annotation);
  const shapes = new Map<string, DataUse[]>();
  for (const use of carrying.length > 0 ? carrying : uses) {
    const shape = JSON.stringify(Object.keys(use.rows[0] ?? {}));
    const distinct = shapes.get(shape) ?? [];
    if (!distinct.some(({ rows }) => rows.length === use.rows.length && JSON.stringify(rows) === JSON.stringify(use.rows)))
      distinct.push(use);
    shapes.set(shape, distinct);
  }
  return [...shapes.values()].map(tableOf).sort((a, b) => b.rows.length - a.rows.length);
}

interface Scope {
  readonly panel: string | null;
  readonly rows: readonly Node[] | null;
  readonly datasets: Node;
}

/** Where the spec draws rows of its own: at each mark, with the data of the nearest view above. */
function usesOf(view: Node, outer: Scope): DataUse[] {
  const scope = { ...outer, rows: rowsOf(view.data, outer) };
  const parts: readonly unknown[] | undefined = PARTS.map((part) => view[part]).find(Array.isArray);
  const isLayer = parts !== undefined && parts === view.layer;
  if (parts) {
    return parts.filter(isObject).flatMap((part, i) => usesOf(part, isLayer ? scope : { ...scope, panel: titleOf(part) ?? `${i + 1}` }));
  }
  if (isObject(view.spec)) return usesOf(view.spec, scope);
  if (view.mark === undefined || scope.rows === null || scope.rows.length === 0) return [];
  const mark = isObject(view.mark) ? view.mark.type : view.mark;
  return [{ panel: scope.panel, rows: scope.rows, annotation: ANNOTATIONS.has(String(mark)) }];
}

function rowsOf(data: unknown, { rows, datasets }: Scope): readonly Node[] | null {
  if (!isObject(data)) return rows;
  const values = Array.isArray(data.values) ? data.values : typeof data.name === "string" ? datasets[data.name] : null;
  return Array.isArray(values) ? values.map((value) => (isObject(value) ? readable(value) : { value })) : null;
}

function titleOf({ title }: Node): string | null {
  const text = isObject(title) ? title.text : title;
  if (Array.isArray(text)) return text.join(" ");
  return typeof text === "string" && text !== "" ? text : null;
}

function tableOf(uses: readonly DataUse[]): PlottedTable {
  const own = fieldsOf(uses.flatMap(({ rows }) => rows));
  const hasPanels = uses.length > 1 && uses.some(({ panel }) => panel !== null) && !own.includes(PANEL);
  const columns = hasPanels ? [PANEL, ...own] : own;
  const rows = uses.flatMap(({ panel, rows }) =>
    rows.map((row) => columns.map((column) => (hasPanels && column === PANEL ? panel : cellOf(row[column])))),
  );
  return { columns, rows };
}

/** All fields in the order in which rows bring them. */
function fieldsOf(rows: readonly Node[]): string[] {
  const fields = new Set<string>();
  let before: readonly string[] = [];
  for (const row of rows) {
    const keys = Object.keys(row);
    // Most rows have the fields of the row before.
    if (keys.length !== before.length || keys.some((key, i) => key !== before[i])) for (const key of keys) fields.add(key);
    before = keys;
  }
  return [...fields];
}

function cellOf(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}

const PLOTTED = "data/plotted-";

/** The rows that a figure draws, as entries of its sidecar. */
export function plottedEntries(spec: Readonly<Record<string, unknown>>): { key: string; text: string }[] {
  return plottedTables(spec).map(({ columns, rows }, i) => ({ key: `${PLOTTED}${i + 1}.csv`, text: csvOfRecords(columns, rows) }));
}

export function isPlotted(key: string): boolean {
  return key.startsWith(PLOTTED);
}
