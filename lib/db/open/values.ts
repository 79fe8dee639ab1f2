import { DuckDBDecimalValue, DuckDBListValue, DuckDBStructValue, type DuckDBValue } from "@duckdb/node-api";

/**
 * Turns a DuckDB value into a plain one: BIGINT and HUGEINT become numbers, lists arrays, structs objects.
 * Throws for an integer beyond 2^53 and for types that lose precision in JavaScript (cast those in SQL).
 */
export function plainValue(value: DuckDBValue, column: string): unknown {
  if (value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return safeInteger(value, column);
  if (value instanceof DuckDBListValue) return value.items.map((item) => plainValue(item, column));
  if (value instanceof DuckDBStructValue)
    return Object.fromEntries(Object.entries(value.entries).map(([key, field]) => [key, plainValue(field, `${column}.${key}`)]));
  if (value instanceof DuckDBDecimalValue) throw new TypeError(`column ${column} is a DECIMAL; cast it to DOUBLE in SQL`);
  throw new TypeError(`column ${column} holds a ${value?.constructor?.name ?? typeof value}; cast it in SQL (timestamps: epoch_us)`);
}

function safeInteger(value: bigint, column: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`column ${column} holds ${value}, which a number can't carry exactly; cast it to DOUBLE or VARCHAR`);
  return number;
}
