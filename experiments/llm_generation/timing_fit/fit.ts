/** Fits a group of segments in three ways and measures each on segments that the fit has not seen. */
import { integer, number, type OptionsOf } from "../../../lib/experiment.ts";
import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { Pcg64 } from "../../../lib/stats/pcg64.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { trimTail } from "../../../lib/stats/trim.ts";
import type { FitMetrics, Target } from "../../../lib/trace/latency-fits.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";
import { type LeastSquaresSolution, leastSquares } from "./least-squares.ts";
import { metricsOf, rSquared } from "./metrics.ts";

export const FLAGS = {
  minRows: integer({ min: 2, default: 100, says: "Minimum number of segments of a group that is fitted" }),
  seed: integer({ min: 0, default: 17, says: "Seed of the split into training and test segments" }),
  testFraction: number({
    min: 0,
    max: 1,
    default: 0.2,
    says: "Share of the segments that is kept for the test; at least one, and one to train",
  }),
  ...SEGMENT_FLAGS,
};
export type FitOptions = OptionsOf<typeof FLAGS>;

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

/** A prediction is a duration, so it is positive. */
const LEAST_PREDICTION_MS = 1e-9;

export type GroupFit = ReturnType<typeof fitGroup>;
export type Fits = ReturnType<typeof fitTargets>;
export type TargetFit = Fits["targets"][Target];

/** @param raw at least one segment */
export function fitGroup(raw: Segments, options: FitOptions) {
  const { cutoff, removed, kept } = trimTail(raw.durationMs, options.trimQuantile, options.maxDurationMs);
  const segments = picked(raw, kept);
  const fitRows = kept.length;
  const enough = fitRows >= options.minRows;
  return {
    rawRows: raw.durationMs.length,
    rawDuration: durationSummary(raw.durationMs),
    trim: { cutoff_ms: cutoff, removed_rows: removed },
    fitRows,
    /** Of the rows that are fitted. */
    duration: durationSummary(segments.durationMs),
    fits: enough ? fitTargets(segments, options) : null,
    /** Explains why nothing was fitted. */
    skipped: enough ? null : `fewer than ${options.minRows} rows after filtering`,
  };
}

function fitTargets(segments: Segments, options: FitOptions) {
  const split = trainTestSplit(segments.durationMs.length, options);
  const train = picked(segments, split.train);
  const test = picked(segments, split.test);
  const thresholdMs = options.smoothRelativeThresholdMs;
  const entries = new Float64Array(FEATURES.length + 2);
  const plain = leastSquares({
    rows: train.durationMs.length,
    unknowns: FEATURES.length,
    targets: 2,
    rowAt: (row) => {
      const duration = at(train.durationMs, row);
      setFeatures(entries, train, row);
      entries[FEATURES.length] = duration;
      entries[FEATURES.length + 1] = Math.log(duration);
      return entries;
    },
  });
  const weighted = leastSquares({
    rows: train.durationMs.length,
    unknowns: FEATURES.length,
    targets: 1,
    rowAt: (row) => {
      const duration = at(train.durationMs, row);
      setFeatures(entries, train, row);
      entries[FEATURES.length] = duration;
      const weight = 1 / (duration + thresholdMs);
      for (let i = 0; i <= FEATURES.length; i++) entries[i] = at(entries, i) * weight;
      return entries;
    },
  });
  const measured = (target: Target, { solutions, rank, conditionNumber }: LeastSquaresSolution, solution: number) => {
    const coefficients = at(solutions, solution);
    const measure = (segments: Segments) => metricsIn(target, segments, responses(coefficients, segments), thresholdMs);
    return {
      target,
      /** In the order of `FEATURES`; per 1,000 tokens (products: per 1,000 x 1,000). */
      coefficients,
      rank,
      conditionNumber,
      train: measure(train),
      test: measure(test),
      testPredictedMs: predictedMs(target, responses(coefficients, test)),
    };
  };
  return {
    trainRows: train.durationMs.length,
    testRows: test.durationMs.length,
    testMs: test.durationMs,
    targets: {
      duration_ms: measured("duration_ms", plain, 0),
      log_duration_ms: measured("log_duration_ms", plain, 1),
      smooth_relative_duration_ms: measured("smooth_relative_duration_ms", weighted, 0),
    },
  };
}

/** @param response the polynomial's value for each segment, in the space of the target */
function metricsIn(target: Target, { durationMs: observed }: Segments, response: Float64Array, thresholdMs: number): FitMetrics {
  const predicted = predictedMs(target, response);
  const smooth = (values: Float64Array) => values.map((value, i) => value / ((observed[i] ?? Number.NaN) + thresholdMs));
  const r2: Record<Target, () => number> = {
    duration_ms: () => rSquared(observed, response),
    log_duration_ms: () => rSquared(observed.map(Math.log), response),
    smooth_relative_duration_ms: () => rSquared(smooth(observed), smooth(predicted)),
  };
  return { ...metricsOf(observed, predicted, thresholdMs), r2: r2[target]() };
}

/** The polynomial's value for each segment, in the space of the target. */
function responses(coefficients: readonly number[], segments: Segments): Float64Array {
  return segments.durationMs.map((_, row) => polynomialAt(coefficients, segments, row));
}

function predictedMs(target: Target, response: Float64Array): Float64Array {
  return target === "log_duration_ms" ? response.map(Math.exp) : response.map((value) => Math.max(value, LEAST_PREDICTION_MS));
}

function durationSummary(durationsMs: Float64Array) {
  const { min, p50, p90, p95, p99, max, mean } = summarize(durationsMs, 0);
  return { min, p50, p90, p95, p99, max, mean };
}

/**
 * Splits positions 0 … n-1 at random, n >= 2: the first of a shuffle as `numpy.random.default_rng(seed)` does it are for
 * the test, as many as the fraction says but at least one, and at least one is left to train with. Both ascending.
 */
export function trainTestSplit(n: number, { seed, testFraction }: Pick<FitOptions, "seed" | "testFraction">) {
  const shuffled = new Pcg64(seed).permutation(n);
  const testSize = Math.min(n - 1, Math.max(1, roundHalfEven(n * testFraction)));
  return { test: shuffled.slice(0, testSize).sort(), train: shuffled.slice(testSize).sort() };
}

/** Writes the values of `FEATURES` for one segment, without a list for each of a million segments. */
function setFeatures(entries: Float64Array, { cached, append, output }: Segments, segment: number): void {
  const p = (cached[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const a = (append[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const o = (output[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  entries[0] = 1;
  entries[1] = p;
  entries[2] = a;
  entries[3] = o;
  entries[4] = p * p;
  entries[5] = a * a;
  entries[6] = o * o;
  entries[7] = p * a;
  entries[8] = p * o;
  entries[9] = a * o;
}

/** The polynomial's value for one segment: the sum over what `setFeatures` writes, in that order. */
function polynomialAt(coefficients: readonly number[], { cached, append, output }: Segments, segment: number): number {
  const [c0 = 0, cp = 0, ca = 0, co = 0, cpp = 0, caa = 0, coo = 0, cpa = 0, cpo = 0, cao = 0] = coefficients;
  const p = (cached[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const a = (append[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  const o = (output[segment] ?? Number.NaN) / TOKENS_PER_UNIT;
  return c0 + p * cp + a * ca + o * co + p * p * cpp + a * a * caa + o * o * coo + p * a * cpa + p * o * cpo + a * o * cao;
}

/** The segments at these positions. */
function picked({ cached, append, output, durationMs }: Segments, positions: Uint32Array): Segments {
  return {
    cached: valuesAt(cached, positions),
    append: valuesAt(append, positions),
    output: valuesAt(output, positions),
    durationMs: valuesAt(durationMs, positions),
  };
}

function valuesAt(values: Float64Array, positions: Uint32Array): Float64Array {
  const found = new Float64Array(positions.length);
  for (let i = 0; i < positions.length; i++) found[i] = values[positions[i] ?? 0] ?? Number.NaN;
  return found;
}
