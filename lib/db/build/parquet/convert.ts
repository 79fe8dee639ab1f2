/** How a column of another type is read as the documented one. */
import type { ColumnType } from "../../../trace/schema.ts";

/** SQL for whether there is a value: JSON has a null of its own. */
export function isGivenSql(value: string, actual: string): string {
  return `${actual === "JSON" ? `(${value} ->> '$')` : value} IS NOT NULL`;
}

const INTEGER = /^U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)$/;
const FRACTION = /^(FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const TIME = /^(DATE|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/;
const TEXT = /^(VARCHAR|ENUM\(.*\))$/s;

/**
 * SQL for a value as a documented type: itself when it has that type, NULL when it cannot be read. Integers, fractions
 * (rounded half away from zero) and text are read as integers, text and integers as truth, text and dates as times, and
 * every scalar but binary as text, as in JSON lines.
 * @param value SQL of the value
 * @param actual DuckDB type
 */
export function conversionSql(value: string, actual: string, wanted: ColumnType): string {
  if (actual === wanted) return value;
  if (actual === "JSON") return conversionSql(`(${value} ->> '$')`, "VARCHAR", wanted);
  const isText = TEXT.test(actual);
  switch (wanted) {
    case "BIGINT":
      if (INTEGER.test(actual) || isText) return `TRY_CAST(${value} AS BIGINT)`;
      if (FRACTION.test(actual)) return `TRY_CAST(round(${value}) AS BIGINT)`;
      break;
    case "BOOLEAN":
      if (INTEGER.test(actual) || isText) return `TRY_CAST(CAST(${value} AS VARCHAR) AS BOOLEAN)`;
      break;
    case "TIMESTAMP":
      if (TIME.test(actual)) return `TRY_CAST(${value} AS TIMESTAMP)`;
      if (isText) return `memory.utc_timestamp(CAST(${value} AS VARCHAR))`;
      break;
    case "VARCHAR":
      if (isText || INTEGER.test(actual) || FRACTION.test(actual) || TIME.test(actual) || /^(BOOLEAN|UUID|TIME)$/.test(actual))
        return `CAST(${value} AS VARCHAR)`;
      break;
  }
  return `NULL::${wanted}`;
}
