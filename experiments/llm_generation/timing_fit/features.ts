/** The columns of the model: a polynomial of second degree in thousands of cached, appended and generated tokens. */

export const FEATURES = [
  "intercept",
  "prefix_k",
  "append_k",
  "out_k",
  "prefix_k^2",
  "append_k^2",
  "out_k^2",
  "prefix_k*append_k",
  "prefix_k*out_k",
  "append_k*out_k",
] as const;

const TOKENS_PER_UNIT = 1000;

/** Segments of one group, column by column. */
export interface Segments {
  /** Tokens. */
  readonly cached: Float64Array;
  readonly append: Float64Array;
  readonly output: Float64Array;
  readonly durationMs: Float64Array;
}

/** The values of `FEATURES` for one segment. */
export function featuresOf({ cached, append, output }: Segments, segment: number): number[] {
  const p = (cached[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const a = (append[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const o = (output[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  return [1, p, a, o, p * p, a * a, o * o, p * a, p * o, a * o];
}

/** The polynomial's value for one segment: the sum over `featuresOf` in their order, without a list for each of a million segments. */
export function polynomialAt(coefficients: readonly number[], { cached, append, output }: Segments, segment: number): number {
  const [c0 = 0, cp = 0, ca = 0, co = 0, cpp = 0, caa = 0, coo = 0, cpa = 0, cpo = 0, cao = 0] = coefficients;
  const p = (cached[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const a = (append[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const o = (output[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  return c0 + p * cp + a * ca + o * co + p * p * cpp + a * a * caa + o * o * coo + p * a * cpa + p * o * cpo + a * o * cao;
}

/** The segments at these positions. */
export function picked({ cached, append, output, durationMs }: Segments, positions: Uint32Array): Segments {
  const pick = (values: Float64Array) => Float64Array.from(positions, (position) => values[position] ?? Number.NaN);
  return { cached: pick(cached), append: pick(append), output: pick(output), durationMs: pick(durationMs) };
}
