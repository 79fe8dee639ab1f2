/**
 * What the engine answers, as plain values. Its batches hold decimals without their point, sums as 128-bit words and times
 * as counts; here each becomes what a reader expects, without losing a digit.
 */
import { Type } from "apache-arrow";
import { isObject } from "../../../../files/json.ts";
import { known } from "../../../../stats/known.ts";
import { type Cell, type Column, cellText, DAY_MS, momentText } from "./values.ts";

/** The parts of an Arrow type that are looked at. */
export interface ArrowType {
  readonly typeId: number;
  readonly bitWidth?: number;
  readonly isSigned?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  readonly timezone?: string | null;
  readonly dictionary?: ArrowType;
  readonly children?: readonly { readonly name: string; readonly type: ArrowType }[] | null;
}

export interface ArrowField {
  readonly name: string;
  readonly type: ArrowType;
}

/** Columns without rows for the fields of an answer. @throws Error with a sentence for a type that can't be shown */
export function columnsFor(fields: readonly ArrowField[]): Column[] {
  return fields.map(({ name, type }) => {
    if (holds(type, Type.Interval))
      throw new Error(`The column ${name} is an INTERVAL, which this page can't show. Cast it: ${name}::VARCHAR.`);
    return { name, ...described(type), values: [] };
  });
}

function holds(type: ArrowType, id: Type): boolean {
  return type.typeId === id || (type.children ?? []).some((child) => holds(child.type, id));
}

const INTEGERS: Readonly<Record<number, string>> = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" };
const SHOWN_AS_TEXT: Readonly<Record<number, string>> = {
  [Type.Time]: "TIME",
  [Type.Binary]: "BLOB",
  [Type.FixedSizeBinary]: "BLOB",
  [Type.List]: "LIST",
  [Type.FixedSizeList]: "LIST",
  [Type.Struct]: "STRUCT",
  [Type.Map]: "MAP",
  [Type.Dictionary]: "ENUM",
};

function described({ typeId, bitWidth = 64, isSigned, precision = 0, scale, timezone }: ArrowType): Pick<Column, "type" | "kind"> {
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
      return { type: SHOWN_AS_TEXT[typeId] ?? "VARCHAR", kind: "text" };
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
    case Type.Time:
      return momentText(BigInt(numberOf(value))).slice("1970-01-01 ".length);
    case Type.Binary:
    case Type.FixedSizeBinary:
      return `\\x${itemsOf(value)
        .map((byte) => Number(byte).toString(16).padStart(2, "0"))
        .join("")}`;
    case Type.List:
    case Type.FixedSizeList:
    case Type.Struct:
    case Type.Map:
      return JSON.stringify(nested(value, type), (_, inner) => (typeof inner === "bigint" ? String(inner) : inner));
    default:
      return String(value);
  }
}

/** Lists, structs and maps as JSON values; what is inside reads as it does outside. */
function nested(value: unknown, type: ArrowType): unknown {
  if (value === null || value === undefined) return null;
  const [child] = type.children ?? [];
  switch (type.typeId) {
    case Type.List:
    case Type.FixedSizeList:
      return itemsOf(value).map((item) => nested(item, known(child).type));
    case Type.Struct:
      return Object.fromEntries(
        (type.children ?? []).map((field) => [field.name, nested(isObject(value) ? value[field.name] : null, field.type)]),
      );
    case Type.Map: {
      const [, item] = known(child).type.children ?? [];
      const pairs = itemsOf(value).map(itemsOf);
      return Object.fromEntries(pairs.map(([key, inner]) => [String(key), nested(inner, known(item).type)]));
    }
    default: {
      const cell = cellOf(value, type);
      const { kind } = described(type);
      return kind === "time" || kind === "date" ? cellText(cell, kind) : cell;
    }
  }
}

function numberOf(value: unknown): number | bigint {
  return typeof value === "bigint" ? value : Number(value);
}

/** Of a vector, a list of bytes or words, or a pair. */
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
