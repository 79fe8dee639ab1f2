/** A few values of a sorted list, without sorting it. */
import { sorted } from "./quantile.ts";

const SIGN = 0x80000000;
/** The first 16 bits of a number: values in a bin differ by 6 % at most. */
const BIN_BITS = 16;
/** Below this the table of counts costs more than it saves. */
const MANY = 20_000;

/**
 * What `sorted(values)` has at the positions that these quantiles lie between; other positions may be empty.
 * @param values without NaN
 */
export function ascendingAt(values: Float64Array, quantiles: readonly number[]): ArrayLike<number> {
  const n = values.length;
  if (n < MANY) return sorted(values);
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * n);
  const ends = binEnds(words);
  const found: Record<number, number> & { length: number } = { length: n };
  for (const quantile of quantiles) {
    const low = Math.floor((n - 1) * quantile);
    for (const rank of [low, low + 1]) {
      if (rank < 0 || rank >= n || found[rank] !== undefined) continue;
      const bin = ends.findIndex((end) => end > rank);
      const start = bin === 0 ? 0 : (ends[bin - 1] ?? 0);
      for (const [i, value] of sorted(membersOf(bin, values, words)).entries()) found[start + i] = value;
    }
  }
  return found;
}

/** For each bin, how many values are in it and those before it. */
function binEnds(words: Uint32Array): Uint32Array {
  const counts = new Uint32Array(1 << BIN_BITS);
  for (let i = 1; i < words.length; i += 2) {
    const bin = binOf(words[i] ?? 0);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  let sum = 0;
  for (let bin = 0; bin < counts.length; bin++) {
    sum += counts[bin] ?? 0;
    counts[bin] = sum;
  }
  return counts;
}

/** Bins ascend as numbers do: all bits of negative ones are inverted, of others the sign. */
function binOf(highWord: number): number {
  return (highWord ^ ((highWord >> 31) | SIGN)) >>> BIN_BITS;
}

function membersOf(bin: number, values: Float64Array, words: Uint32Array): number[] {
  const members: number[] = [];
  for (let i = 0; i < values.length; i++) if (binOf(words[2 * i + 1] ?? 0) === bin) members.push(values[i] ?? Number.NaN);
  return members;
}
