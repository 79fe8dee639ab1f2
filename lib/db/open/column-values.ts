/** Values of vectors as plain ones, without a BigInt for each integer and three for each check of a NULL. */
import {
  DuckDBBigIntVector,
  type DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBHugeIntVector,
  DuckDBIntegerVector,
  type DuckDBVector,
} from "@duckdb/node-api";
import { plainValue } from "./values.ts";

/**
 * Appends a column of a chunk to `values`, each as `plainValue` gives it. But HUGEINT, which is what the engine makes of sums, becomes the
 * nearest number.
 */
export function appendPlainValues(values: unknown[], chunk: DuckDBDataChunk, index: number, column: string): void {
  const vector = chunk.getColumnVector(index);
  const valid = validity(vector);
  if (isFlat(vector) && valid !== undefined) {
    const { items } = vector as unknown as { readonly items: Float64Array };
    for (let i = 0; i < items.length; i++) values.push(isSet(valid, i) ? items[i] : null);
  } else if (vector instanceof DuckDBBigIntVector && valid !== undefined) {
    const { items } = vector as unknown as { readonly items: BigInt64Array };
    const halves = new Int32Array(items.buffer, items.byteOffset, items.length * 2);
    for (let i = 0; i < items.length; i++) values.push(isSet(valid, i) ? integerOf(halves, i, items, column) : null);
  } else if (vector instanceof DuckDBHugeIntVector) {
    for (const value of vector.toArray()) values.push(value === null ? null : Number(value));
  } else
    for (let i = 0; i < vector.itemCount; i++)
      values.push(valid === undefined || isSet(valid, i) ? plainValue(vector.getItem(i), column) : null);
}

/** A column of numbers that grows chunk by chunk. */
export class PackedNumbers {
  private readonly column: string;
  private readonly chunks: Float64Array[] = [];
  private length = 0;

  constructor(column: string) {
    this.column = column;
  }

  /** @throws Error for a NULL */
  append(chunk: DuckDBDataChunk, index: number): void {
    const values = packedDoubles(chunk, index) ?? this.numbersOf(chunk, index);
    this.chunks.push(values);
    this.length += values.length;
  }

  /** All numbers. Call it once: it gives back the chunks. */
  take(): Float64Array {
    const all = new Float64Array(this.length);
    let place = 0;
    for (const chunk of this.chunks.splice(0)) {
      all.set(chunk, place);
      place += chunk.length;
    }
    return all;
  }

  private numbersOf(chunk: DuckDBDataChunk, index: number): Float64Array {
    const values: unknown[] = [];
    appendPlainValues(values, chunk, index, this.column);
    return Float64Array.from(values, (value) => {
      if (typeof value !== "number") throw new Error(`column ${this.column} holds ${JSON.stringify(value)} instead of a number`);
      return value;
    });
  }
}

/** A copy, because the memory of a chunk is used again; null for a vector with NULLs, or of another type. */
function packedDoubles(chunk: DuckDBDataChunk, index: number): Float64Array | null {
  const vector = chunk.getColumnVector(index);
  if (!(vector instanceof DuckDBDoubleVector) || validity(vector) !== null) return null;
  const { items } = vector as unknown as { readonly items: Float64Array };
  return items.slice(0, chunk.rowCount);
}

function isFlat(vector: DuckDBVector): boolean {
  return vector instanceof DuckDBDoubleVector || vector instanceof DuckDBIntegerVector || vector instanceof DuckDBFloatVector;
}

/** One bit per value, null when all are set; undefined where a vector keeps it in another way. */
function validity(vector: DuckDBVector): Int32Array | null | undefined {
  const kept = (vector as unknown as { readonly validity?: { readonly data: BigUint64Array | null; readonly offset: number } }).validity;
  if (kept?.data === null) return null;
  if (kept?.offset !== 0 || !(kept.data instanceof BigUint64Array)) return undefined;
  return new Int32Array(kept.data.buffer, kept.data.byteOffset, kept.data.length * 2);
}

function isSet(bits: Int32Array | null, i: number): boolean {
  return bits === null || (((bits[i >> 5] ?? 0) >>> (i & 31)) & 1) === 1;
}

const TWO_TO_32 = 2 ** 32;
const MOST = 2 ** 21;

/** From its two halves; what is near or beyond 2^53 is left to the exact way. */
function integerOf(halves: Int32Array, i: number, items: BigInt64Array, column: string): unknown {
  const high = halves[2 * i + 1] ?? 0;
  if (high >= MOST || high <= -MOST) return plainValue(items[i] ?? null, column);
  return high * TWO_TO_32 + ((halves[2 * i] ?? 0) >>> 0);
}
