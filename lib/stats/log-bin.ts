/** Bin of values that are not positive. */
const NOT_POSITIVE_BIN = -1_000_000;

/** Number of the bin of width `step` on a binary log scale: bin 0 starts at 1, bin 1 at 2^step. */
export function logBin(value: number, step: number): number {
  return value > 0 ? Math.floor(Math.log2(value) / step) : NOT_POSITIVE_BIN;
}
