/** Fits a group of segments in three ways and measures each on segments that the fit has not seen. */
import { roundHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { Pcg64 } from "../../../lib/stats/pcg64.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { type Trim, trimTail } from "../../../lib/stats/trim.ts";
import type { FitMetrics, Target } from "../../../lib/trace/latency-fits.ts";
import { FEATURES, featuresOf, picked, polynomialAt, type Segments } from "./features.ts";
import { type LeastSquaresSolution, leastSquares } from "./least-squares.ts";
import { metricsOf, rSquared } from "./metrics.ts";

export interface FitOptions {
  readonly minRows: number;
  readonly seed: number;
  readonly testFraction: number;
  /** 0 keeps everything. */
  readonly trimQuantile: number;
  readonly maxDurationMs: number | undefined;
  readonly smoothRelativeThresholdMs: number;
}

export interface DurationSummary {
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly mean: number;
}

export interface TargetFit {
  readonly target: Target;
  /** In the order of `FEATURES`; per 1,000 tokens (products: per 1,000 x 1,000). */
  readonly coefficients: readonly number[];
  readonly rank: number;
  readonly conditionNumber: number | null;
  readonly train: FitMetrics;
  readonly test: FitMetrics;
  /** Milliseconds, for the segments of `GroupFit.testMs`. */
  readonly testPredictedMs: Float64Array;
}

export interface Fits {
  readonly trainRows: number;
  readonly testRows: number;
  /** Observed durations of the test. */
  readonly testMs: Float64Array;
  readonly targets: Readonly<Record<Target, TargetFit>>;
}

export interface GroupFit {
  readonly rawRows: number;
  readonly rawDuration: DurationSummary;
  readonly trim: Pick<Trim, "cutoff" | "removed">;
  readonly fitRows: number;
  /** Of the rows that are fitted. */
  readonly duration: DurationSummary;
  readonly fits: Fits | null;
  /** Why there are none. */
  readonly skipped: string | null;
}

/** A prediction is a duration, so it is positive. */
const LEAST_PREDICTION_MS = 1e-9;

/** @param raw at least one segment */
export function fitGroup(raw: Segments, options: FitOptions): GroupFit {
  const { cutoff, removed, kept } = trimTail(raw.durationMs, options.trimQuantile, options.maxDurationMs);
  const segments = picked(raw, kept);
  const fitRows = kept.length;
  const enough = fitRows >= options.minRows;
  return {
    rawRows: raw.durationMs.length,
    rawDuration: durationSummary(raw.durationMs),
    trim: { cutoff, removed },
    fitRows,
    duration: durationSummary(segments.durationMs),
    fits: enough ? fitTargets(segments, options) : null,
    skipped: enough ? null : `fewer than ${options.minRows} rows after filtering`,
  };
}

function fitTargets(segments: Segments, options: FitOptions): Fits {
  const split = trainTestSplit(segments.durationMs.length, options);
  const train = picked(segments, split.train);
  const test = picked(segments, split.test);
  const thresholdMs = options.smoothRelativeThresholdMs;
  const plain = leastSquares({
    rows: train.durationMs.length,
    unknowns: FEATURES.length,
    targets: 2,
    rowAt: (row) => [...featuresOf(train, row), at(train.durationMs, row), Math.log(at(train.durationMs, row))],
  });
  const weighted = leastSquares({
    rows: train.durationMs.length,
    unknowns: FEATURES.length,
    targets: 1,
    rowAt: (row) => {
      const duration = at(train.durationMs, row);
      return [...featuresOf(train, row), duration].map((value) => value * (1 / (duration + thresholdMs)));
    },
  });
  const measured = (target: Target, { solutions, rank, conditionNumber }: LeastSquaresSolution, solution: number) => {
    const coefficients = at(solutions, solution);
    const model = { target, coefficients, thresholdMs };
    return {
      target,
      coefficients,
      rank,
      conditionNumber,
      train: measure(model, train),
      test: measure(model, test),
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

interface Model {
  readonly target: Target;
  readonly coefficients: readonly number[];
  readonly thresholdMs: number;
}

function measure({ target, coefficients, thresholdMs }: Model, segments: Segments): FitMetrics {
  const observed = segments.durationMs;
  const response = responses(coefficients, segments);
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

function durationSummary(durationsMs: Float64Array): DurationSummary {
  const { min, p50, p90, p95, p99, max, mean } = summarize(durationsMs, 0);
  return { min, p50, p90, p95, p99, max, mean };
}

/** Positions, ascending. */
export interface Split {
  readonly train: Uint32Array;
  readonly test: Uint32Array;
}

/**
 * Splits positions 0 … n-1 at random, n >= 2: the first of a shuffle as `numpy.random.default_rng(seed)` does it are for
 * the test, as many as the fraction says but at least one, and at least one is left to train with.
 */
export function trainTestSplit(n: number, { seed, testFraction }: { readonly seed: number; readonly testFraction: number }): Split {
  const shuffled = new Pcg64(seed).permutation(n);
  const testSize = Math.min(n - 1, Math.max(1, roundHalfEven(n * testFraction)));
  return { test: shuffled.slice(0, testSize).sort(), train: shuffled.slice(testSize).sort() };
}
