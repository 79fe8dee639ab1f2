/**
 * What the engine answers, as plain values. Its batches hold decimals without their point, sums as 128-bit words and times
 * as counts; here each becomes what a reader expects, without losing a digit.
 */
import { Type } from "apache-arrow";
import type { DescribedColumn } from "./statement.ts";
import { type Cell, type Column, DAY_MS } from "./values.ts";

/** The parts of an Arrow type that are looked at. */
export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly timezone?: string | null;
}

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

/** Columns without rows for the fields of an answer. What the engine made text of keeps the name of its own type. */
export function columnsFor(fields: readonly ArrowField[], described: readonly DescribedColumn[] | null): Column[] {
  return fields.map(({ name, type }, i) => {
    const column = { name, ...typeOf(type), values: [] };
    const ownType = described?.[i]?.type;
    return column.kind === "text" && ownType !== undefined ? { ...column, type: ownType } : column;
  });
}

const INTEGERS: Readonly<Record<number, string>> = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" };
function typeOf({ typeId, bitWidth = 64, isSigned, precision = 0, scale, timezone }: ArrowType): Pick<Column, "type" | "kind"> {
  switch (typeId) {
    case Type.Int:
      return { type: `${isSigned ? "" : "U"}${INTEGERS[bitWidth]}`, kind: "integer" };
    case Type.Float:
      return { type: "DOUBLE", kind: "real" };
    case Type.Decimal:
      return {
        type: scale === 0 && precision >= 38 ? "HUGEINT" : `DECIMAL(${precision}, ${scale})`,
        kind: scale === 0 ? "integer" : "decimal",
      };
    case Type.Timestamp:
      return { type: timezone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP", kind: "time" };
    case Type.Date:
      return { type: "DATE", kind: "date" };
    case Type.Bool:
      return { type: "BOOLEAN", kind: "boolean" };
    default:
      return { type: "VARCHAR", kind: "text" };
  }
}

/** One value of an Arrow vector as a cell. */
export function cellOf(value: unknown, type: ArrowType): Cell {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case Type.Int:
      return compact(numberOf(value));
    case Type.Float:
      return Number(value);
    case Type.Decimal: {
      const whole = integerOf(itemsOf(value).map(Number));
      return type.scale ? withPoint(whole, type.scale) : compact(whole);
    }
    case Type.Timestamp:
      return BigInt(Math.round(Number(value) * 1000));
    case Type.Date:
      return Math.floor(Number(value) / DAY_MS);
    case Type.Bool:
      return Boolean(value);
    default:
      return String(value);
  }
}

function numberOf(value: unknown): number | bigint {
  return typeof value === "bigint" ? value : Number(value);
}

/** Of a list of words. */
function itemsOf(value: unknown): unknown[] {
  return isIterable(value) ? [...value] : [];
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value && typeof value[Symbol.iterator] === "function";
}

/** Integers that a number holds exactly become numbers. */
function compact(value: number | bigint): number | bigint {
  return typeof value === "bigint" && value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** Four 32-bit words, lowest first, in two's complement. */
function integerOf(words: readonly number[]): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt((words[i] ?? 0) >>> 0);
  return BigInt.asIntN(32 * words.length, value);
}

function withPoint(whole: bigint, scale: number): string {
  const digits = (whole < 0n ? -whole : whole).toString().padStart(scale + 1, "0");
  return `${whole < 0n ? "-" : ""}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
