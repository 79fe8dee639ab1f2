/** What a figure's spec holds, in two further forms: a script that hands it to its page, and its rows as tables. */

import { type PlottedTable, plottedTables } from "../../artifacts/plotted-rows.ts";
import { csvOfRecords } from "../../files/csv.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { isObject } from "../../files/json.ts";
import { rowsFile } from "../links.ts";
import { packedJson, packedName } from "../packing.ts";
import type { CsvHead } from "./csv-head.ts";

export interface ChartFiles {
  /** Hands the spec to the page that loads it: a classic script, because pages opened from disk can't fetch. */
  readonly script: string;
  /** Rows as they are drawn, the longest table first; one table for each shape of row. */
  readonly tables: readonly ChartTable[];
}

export interface ChartTable {
  /** Its name in the folder of charts; packed where it ends in `.gz`. */
  readonly file: string;
  readonly csv: string;
  readonly rows: number;
  readonly head: CsvHead;
}

/** Rows that a page shows. */
const HEAD_ROWS = 12;
/** @throws UserError when the text is not a JSON object */
export function chartFiles(specFile: string, text: string, name: string): ChartFiles {
  const spec = parse(specFile, text);
  return { script: scriptOf(name, spec), tables: plottedTables(spec).map((table, i) => chartTable(table, rowsFile(name, i))) };
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

function scriptOf(name: string, spec: Node): string {
  return `(globalThis.traceAtlasSpecs??=new Map).set(${JSON.stringify(name)},"${packedJson(spec)}");\n`;
}

function chartTable({ columns, rows }: PlottedTable, file: string): ChartTable {
  const first = rows.slice(0, HEAD_ROWS);
  const csv = csvOfRecords(columns, rows);
  return {
    file: packedName({ file, bytes: Buffer.byteLength(csv) }),
    csv,
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
