/** Values of an Arrow answer as an experiment expects them: the same as those of the engine for Node. */
import { type DataType, type Field, type Struct, Type, type Vector } from "apache-arrow";
import type { ReturnedColumn, ReturnedKind } from "../../../../db/open/declared-columns.ts";

const KINDS: Readonly<Partial<Record<Type, ReturnedKind>>> = {
  [Type.Int]: "number",
  [Type.Float]: "number",
  [Type.Utf8]: "text",
  [Type.Bool]: "boolean",
  [Type.List]: "list",
  [Type.Null]: "null",
};

export function returnedColumn({ name, type }: Field): ReturnedColumn {
  return { name, kind: kindOf(type), type: String(type) };
}

function kindOf(type: DataType): ReturnedKind {
  if (isHugeInt(type)) return "number";
  if (type.typeId === Type.Dictionary) return "text";
  return KINDS[type.typeId as Type] ?? "other";
}

/** A sum of integers; the engine sends it as a decimal without digits behind the point. */
function isHugeInt(type: DataType): boolean {
  return type.typeId === Type.Decimal && "scale" in type && type.scale === 0;
}

/** @throws TypeError for types that lose precision, RangeError for integers beyond 2^53 that are not sums */
export function appendValues(values: unknown[], vector: Vector, name: string): void {
  const { type } = vector;
  if (type.typeId === Type.Float || (type.typeId === Type.Int && "bitWidth" in type && Number(type.bitWidth) <= 32)) {
    for (const value of vector) values.push(value);
    return;
  }
  for (let i = 0; i < vector.length; i++) values.push(plainValue(vector.get(i), type, name));
}

function plainValue(value: unknown, type: DataType, name: string): unknown {
  if (value === null || value === undefined) return null;
  switch (type.typeId as Type) {
    case Type.Int:
      return typeof value === "bigint" ? safeInteger(value, name) : value;
    case Type.Decimal:
      if (!isHugeInt(type)) throw new TypeError(`column ${name} is a DECIMAL; cast it to DOUBLE in SQL`);
      return hugeInt(wordsOf(value));
    case Type.List:
      return itemsOf(value).map((item) => plainValue(item, (type.children[0] as Field).type, name));
    case Type.Struct:
      return Object.fromEntries(
        (type as Struct).children.map((field) => [field.name, plainValue(fieldOf(value, field.name), field.type, `${name}.${field.name}`)]),
      );
    case Type.Float:
    case Type.Bool:
    case Type.Utf8:
    case Type.Dictionary:
      return value;
    default:
      throw new TypeError(`column ${name} holds ${type}; cast it in SQL (timestamps: epoch_us)`);
  }
}

function safeInteger(value: bigint, name: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RangeError(`column ${name} holds ${value}, which a number can't carry exactly; cast it to DOUBLE or VARCHAR`);
  return number;
}

/** The nearest number. @param words of 32 bits, lowest first, in two's complement */
function hugeInt(words: readonly number[]): number {
  const value = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return Number(BigInt.asIntN(32 * words.length, value));
}

function wordsOf(value: unknown): number[] {
  return itemsOf(value).map(Number);
}

function itemsOf(value: unknown): unknown[] {
  return [...(value as Iterable<unknown>)];
}

function fieldOf(row: unknown, name: string): unknown {
  const fields: Readonly<Record<string, unknown>> = Object(row);
  return fields[name];
}
