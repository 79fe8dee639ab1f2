/** What a figure's spec holds, in two further forms: a script that hands it to its page, and its rows as tables. */

import { csvOfRecords } from "../../files/csv.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { isObject } from "../../files/json.ts";
import { at } from "../../stats/known.ts";
import { PARTS, readable, withNames } from "./chart-names.ts";
import type { CsvHead } from "./csv-head.ts";

export interface ChartFiles {
  /** Hands the spec to the page that loads it: a classic script, because pages opened from disk can't fetch. */
  readonly script: string;
  /** Rows as they are drawn, the longest table first; one table for each shape of row. */
  readonly tables: readonly ChartTable[];
}

export interface ChartTable {
  readonly csv: string;
  readonly rows: number;
  readonly head: CsvHead;
}

/** Rows that a page shows. */
const HEAD_ROWS = 12;
/** Marks that explain a chart rather than carry its data. */
const ANNOTATIONS = new Set(["text", "rule"]);
/** Added where panels of a figure share a shape of rows. */
const PANEL = "panel";

/** @throws UserError when the text is not a JSON object */
export function chartFiles(specFile: string, text: string, name: string): ChartFiles {
  const spec = parse(specFile, text);
  return { script: scriptOf(name, spec), tables: tablesOf(withNames(spec)) };
}

type Node = Readonly<Record<string, unknown>>;

function parse(file: string, text: string): Node {
  try {
    const spec: unknown = JSON.parse(text);
    if (isObject(spec)) return spec;
    throw new Error("no object");
  } catch (error) {
    throw new UserError(`${file} is not a chart's spec (${messageOf(error)}); run again with --force.`, 1, { cause: error });
  }
}

/** As text to parse rather than as an object literal, in which a column named `__proto__` would not be a column. */
function scriptOf(name: string, spec: Node): string {
  const quoted = (value: unknown) => `'${JSON.stringify(value).replace(/[\\']/g, "\\$&")}'`;
  return `(globalThis.traceAtlasSpecs??=new Map).set(JSON.parse(${quoted(name)}),JSON.parse(${quoted(spec)}));\n`;
}

interface DataUse {
  readonly panel: string | null;
  readonly rows: readonly Node[];
  readonly annotation: boolean;
}

function tablesOf(spec: Node): ChartTable[] {
  const uses = usesOf(spec, { panel: null, rows: null, datasets: isObject(spec.datasets) ? spec.datasets : {} });
  const carrying = uses.filter(({ annotation }) => !annotation);
  const shapes = new Map<string, DataUse[]>();
  for (const use of carrying.length > 0 ? carrying : uses) {
    const shape = JSON.stringify(Object.keys(at(use.rows, 0)));
    const distinct = shapes.get(shape) ?? [];
    if (!distinct.some(({ rows }) => rows.length === use.rows.length && JSON.stringify(rows) === JSON.stringify(use.rows)))
      distinct.push(use);
    shapes.set(shape, distinct);
  }
  return [...shapes.values()].map(tableOf).sort((a, b) => b.rows - a.rows);
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

function tableOf(uses: readonly DataUse[]): ChartTable {
  const own = [...new Set(uses.flatMap(({ rows }) => rows.flatMap((row) => Object.keys(row))))];
  const hasPanels = uses.length > 1 && uses.some(({ panel }) => panel !== null) && !own.includes(PANEL);
  const columns = hasPanels ? [PANEL, ...own] : own;
  const rows = uses.flatMap(({ panel, rows }) =>
    rows.map((row) => columns.map((column) => (hasPanels && column === PANEL ? panel : cellOf(row[column])))),
  );
  const first = rows.slice(0, HEAD_ROWS);
  return {
    csv: csvOfRecords(columns, rows),
    rows: rows.length,
    head: {
      columns: columns.map((name, i) => ({ name, numeric: areNumbers(first.map((row) => row[i])) })),
      rows: first.map((row) => row.map((cell) => String(cell ?? ""))),
    },
  };
}

/** Those that there are, and there is one. */
function areNumbers(cells: readonly unknown[]): boolean {
  const filled = cells.filter((cell) => cell !== null);
  return filled.length > 0 && filled.every((cell) => typeof cell === "number");
}

function cellOf(value: unknown): string | number | boolean | null {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}
