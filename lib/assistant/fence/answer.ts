/** The answer of a fenced statement, cut while it is read. */
import { type DuckDBConnection, DuckDBDecimalValue, type DuckDBType, type DuckDBValue, JsonDuckDBValueConverter } from "@duckdb/node-api";
import type { Cell } from "../../experiment.ts";

export interface FenceAnswer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** What is missing, as a sentence; null for a whole answer. */
  readonly cut: string | null;
}

export interface AnswerLimits {
  readonly rows: number;
  /** Of the rows as JSON. */
  readonly bytes: number;
  readonly cellCharacters: number;
}

/** Runs a statement and reads as much of its answer as fits. */
export async function readAnswer(connection: DuckDBConnection, sql: string, limits: AnswerLimits): Promise<FenceAnswer> {
  const result = await connection.stream(sql);
  const columns = result.deduplicatedColumnNames().map((name) => name.slice(0, limits.cellCharacters));
  const rows: Cell[][] = [];
  let bytes = Buffer.byteLength(JSON.stringify(columns));
  if (bytes > limits.bytes) throw new Error(`The answer has ${columns.length.toLocaleString("en-US")} columns, which is too many.`);
  let isCellCut = false;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
    for (let i = 0; i < chunk.rowCount; i++) {
      if (rows.length === limits.rows) return { columns, rows, cut: `Only the first ${rows.length} rows are here.` };
      const row: Cell[] = [];
      chunk.visitRowValues(i, (value, _row, _column, type) => {
        const cell = cellOf(value, type);
        if (typeof cell === "string" && cell.length > limits.cellCharacters) isCellCut = true;
        row.push(typeof cell === "string" ? cell.slice(0, limits.cellCharacters) : cell);
      });
      bytes += Buffer.byteLength(JSON.stringify(row));
      if (bytes > limits.bytes) return { columns, rows, cut: `Only the first ${rows.length} rows are here: the rest doesn't fit.` };
      rows.push(row);
    }
  return { columns, rows, cut: isCellCut ? `Texts are cut after ${limits.cellCharacters} characters.` : null };
}

function cellOf(value: DuckDBValue, type: DuckDBType): Cell {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  // JSON has no other numbers.
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  const plain = JsonDuckDBValueConverter(value, type, JsonDuckDBValueConverter);
  return typeof plain === "string" ? plain : JSON.stringify(plain);
}
