/** An answer as a file. */
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import { spreadsheetText } from "../../../../files/spreadsheet.ts";
import { type Cell, type Column, cellText, type Kind } from "./values.ts";

type SchemaElement = NonNullable<Parameters<typeof parquetWriteBuffer>[0]["schema"]>[number];

/** RFC 4180 with a header; NULL is an empty field and empty text is quoted. A spreadsheet runs no text in it as a formula. */
export function csvOf(columns: readonly Column[]): string {
  const count = columns[0]?.values.length ?? 0;
  const lines = [columns.map((column) => quoted(spreadsheetText(column.name))).join(",")];
  for (let row = 0; row < count; row++) lines.push(columns.map(({ values, kind }) => csvCell(values[row] ?? null, kind)).join(","));
  return `${lines.join("\n")}\n`;
}

function csvCell(value: Cell, kind: Column["kind"]): string {
  const text = cellText(value, kind);
  return value === "" ? '""' : quoted(kind === "text" ? spreadsheetText(text) : text);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The same values in types of their own: whole numbers, times in microseconds, days. Decimals become doubles. */
export function parquetOf(columns: readonly Column[]): ArrayBuffer {
  const stored = withOwnNames(columns).map(storedColumn);
  return parquetWriteBuffer({
    columnData: stored.map(({ source }) => source),
    schema: [{ name: "root", num_children: stored.length }, ...stored.map(({ element }) => element)],
  });
}

/** Columns of an answer may have one name twice; columns of a file may not. */
function withOwnNames(columns: readonly Column[]): Column[] {
  const taken = new Set<string>();
  return columns.map((column) => {
    let name = column.name;
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${column.name}_${i}`;
    taken.add(name.toLowerCase());
    return { ...column, name };
  });
}

interface Stored {
  readonly element: Omit<SchemaElement, "name">;
  readonly convert: (value: NonNullable<Cell>) => unknown;
}

const TEXT: Stored = { element: { type: "BYTE_ARRAY", converted_type: "UTF8" }, convert: String };
const DOUBLE: Stored = { element: { type: "DOUBLE" }, convert: Number };
const STORED: Readonly<Record<Kind, Stored>> = {
  integer: { element: { type: "INT64" }, convert: BigInt },
  real: DOUBLE,
  decimal: DOUBLE,
  time: { element: { type: "INT64", converted_type: "TIMESTAMP_MICROS" }, convert: BigInt },
  date: { element: { type: "INT32", converted_type: "DATE" }, convert: Number },
  boolean: { element: { type: "BOOLEAN" }, convert: Boolean },
  text: TEXT,
};

function storedColumn({ name, kind, values }: Column): { source: ColumnSource; element: SchemaElement } {
  const { element, convert } = kind === "integer" && !values.every(fitsInt64) ? TEXT : STORED[kind];
  return {
    source: { name, data: values.map((value) => (value === null ? null : convert(value))) },
    element: { ...element, name, repetition_type: "OPTIONAL" },
  };
}

function fitsInt64(value: Cell): boolean {
  return value === null || BigInt.asIntN(64, BigInt(value)) === BigInt(value);
}
