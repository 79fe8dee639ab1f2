/**
 * What the engine answers, as plain values. Its batches hold decimals without their point, sums as 128-bit words and times
 * as counts; here each becomes what a reader expects, without losing a digit.
 */
import { isObject } from "../../../../files/json.ts";
import { known } from "../../../../stats/known.ts";

/** What can be done with a column. `decimal` holds exact text; `time` microseconds and `date` days since 1970, both UTC. */
export type Kind = "integer" | "real" | "decimal" | "time" | "date" | "boolean" | "text";
export type Cell = number | bigint | string | boolean | null;

export interface Column {
  readonly name: string;
  /** As SQL calls it. */
  readonly type: string;
  readonly kind: Kind;
  readonly values: Cell[];
}

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

/** Arrow's numbers for types. */
const ID = {
  dictionary: -1,
  null: 1,
  int: 2,
  float: 3,
  binary: 4,
  text: 5,
  bool: 6,
  decimal: 7,
  date: 8,
  time: 9,
  timestamp: 10,
  interval: 11,
  list: 12,
  struct: 13,
  fixedBinary: 15,
  fixedList: 16,
  map: 17,
  largeText: 20,
} as const;

const DAY_MS = 86_400_000;

/** Columns without rows for the fields of an answer. @throws Error with a sentence for a type that can't be shown */
export function columnsFor(fields: readonly ArrowField[]): Column[] {
  return fields.map(({ name, type }) => {
    if (holds(type, ID.interval))
      throw new Error(`The column ${name} is an INTERVAL, which this page can't show. Cast it: ${name}::VARCHAR.`);
    return { name, type: typeName(type), kind: kindOf(type), values: [] };
  });
}

function holds(type: ArrowType, id: number): boolean {
  return type.typeId === id || (type.children ?? []).some((child) => holds(child.type, id));
}

function kindOf(type: ArrowType): Kind {
  switch (type.typeId) {
    case ID.int:
      return "integer";
    case ID.float:
      return "real";
    case ID.decimal:
      return type.scale === 0 ? "integer" : "decimal";
    case ID.timestamp:
      return "time";
    case ID.date:
      return "date";
    case ID.bool:
      return "boolean";
    default:
      return "text";
  }
}

const INTEGERS: Readonly<Record<number, string>> = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" };

function typeName(type: ArrowType): string {
  switch (type.typeId) {
    case ID.int:
      return `${type.isSigned ? "" : "U"}${INTEGERS[type.bitWidth ?? 64]}`;
    case ID.float:
      return "DOUBLE";
    case ID.decimal:
      return type.scale === 0 && (type.precision ?? 0) >= 38 ? "HUGEINT" : `DECIMAL(${type.precision}, ${type.scale})`;
    case ID.timestamp:
      return type.timezone ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
    case ID.date:
      return "DATE";
    case ID.time:
      return "TIME";
    case ID.bool:
      return "BOOLEAN";
    case ID.binary:
    case ID.fixedBinary:
      return "BLOB";
    case ID.list:
    case ID.fixedList:
      return "LIST";
    case ID.struct:
      return "STRUCT";
    case ID.map:
      return "MAP";
    case ID.dictionary:
      return "ENUM";
    default:
      return "VARCHAR";
  }
}

/** One value of an Arrow vector as a cell. */
export function cellOf(value: unknown, type: ArrowType): Cell {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case ID.int:
      return compact(numberOf(value));
    case ID.float:
      return Number(value);
    case ID.decimal: {
      const whole = integerOf(itemsOf(value).map(Number));
      return type.scale ? withPoint(whole, type.scale) : compact(whole);
    }
    case ID.timestamp:
      return BigInt(Math.round(Number(value) * 1000));
    case ID.date:
      return Math.floor(Number(value) / DAY_MS);
    case ID.bool:
      return Boolean(value);
    case ID.time:
      return timeOfDay(BigInt(numberOf(value)));
    case ID.binary:
    case ID.fixedBinary:
      return `\\x${itemsOf(value)
        .map((byte) => Number(byte).toString(16).padStart(2, "0"))
        .join("")}`;
    case ID.list:
    case ID.fixedList:
    case ID.struct:
    case ID.map:
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
    case ID.list:
    case ID.fixedList:
      return itemsOf(value).map((item) => nested(item, known(child).type));
    case ID.struct:
      return Object.fromEntries(
        (type.children ?? []).map((field) => [field.name, nested(isObject(value) ? value[field.name] : null, field.type)]),
      );
    case ID.map: {
      const [, item] = known(child).type.children ?? [];
      const pairs = itemsOf(value).map(itemsOf);
      return Object.fromEntries(pairs.map(([key, inner]) => [String(key), nested(inner, known(item).type)]));
    }
    default: {
      const cell = cellOf(value, type);
      return kindOf(type) === "time" || kindOf(type) === "date" ? cellText(cell, kindOf(type)) : cell;
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

function timeOfDay(us: bigint): string {
  const text = new Date(Number(us / 1000n)).toISOString().slice(11, 19);
  return text + fraction(us % 1_000_000n);
}

/** What a person reads and a CSV file holds. NULL is empty. */
export function cellText(value: Cell, kind: Kind): string {
  if (value === null) return "";
  if (kind === "time") return momentText(BigInt(value));
  if (kind === "date") return new Date(Number(value) * DAY_MS).toISOString().slice(0, 10);
  return String(value);
}

function momentText(us: bigint): string {
  const rest = ((us % 1_000_000n) + 1_000_000n) % 1_000_000n;
  const second = new Date(Number((us - rest) / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  return second + fraction(rest);
}

/** Parts of a second as far as they are not zero, in thousands. */
function fraction(us: bigint): string {
  if (us === 0n) return "";
  const digits = us.toString().padStart(6, "0");
  return `.${digits.endsWith("000") ? digits.slice(0, 3) : digits}`;
}

/** Whether a column is drawn and sorted by size. */
export function isNumeric(kind: Kind): boolean {
  return kind === "integer" || kind === "real" || kind === "decimal";
}

/** Ascending; text by its letters, numbers by size; NULL after everything. */
export function compareCells(a: Cell, b: Cell, kind: Kind): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (kind === "text") return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
  if (typeof a === "bigint" && typeof b === "bigint") return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b);
}
