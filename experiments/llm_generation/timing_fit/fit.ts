/** Fits a group of segments in three ways and measures each on segments that the fit has not seen. */
import { quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { pairwiseMean } from "../../../lib/stats/sum.ts";
import { type Trim, trimTail } from "../../../lib/stats/trim.ts";
import { FEATURES, featuresOf, picked, polynomialAt, type Segments } from "./features.ts";
import { leastSquares } from "./least-squares.ts";
import { type Metrics, metricsOf, rSquared } from "./metrics.ts";
import { trainTestSplit } from "./split.ts";

/** What a fit makes small: errors in milliseconds, in ratios, or in ratios with a floor under the denominator. */
export const TARGETS = ["duration_ms", "log_duration_ms", "smooth_relative_duration_ms"] as const;
export type Target = (typeof TARGETS)[number];

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

/** r2 is taken in the space of the target, so it does not compare targets. */
export type FitMetrics = Metrics & { readonly r2: number };

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

/** A prediction is a duration: nothing is over before it began. */
const LEAST_PREDICTION_MS = 1e-9;

/** @param raw one segment at least */
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
    rowAt: (row) => [...featuresOf(train, row), train.durationMs[row] as number, Math.log(train.durationMs[row] as number)],
  });
  const weighted = leastSquares({
    rows: train.durationMs.length,
    unknowns: FEATURES.length,
    targets: 1,
    rowAt: (row) => {
      const duration = train.durationMs[row] as number;
      return [...featuresOf(train, row), duration].map((value) => value * (1 / (duration + thresholdMs)));
    },
  });
  const measured = (
    target: Target,
    { rank, conditionNumber }: Pick<TargetFit, "rank" | "conditionNumber">,
    coefficients: readonly number[] = [],
  ) => {
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
      duration_ms: measured("duration_ms", plain, plain.solutions[0]),
      log_duration_ms: measured("log_duration_ms", plain, plain.solutions[1]),
      smooth_relative_duration_ms: measured("smooth_relative_duration_ms", weighted, weighted.solutions[0]),
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
  const smooth = (values: Float64Array) => values.map((value, i) => value / ((observed[i] as number) + thresholdMs));
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
  const ascending = sorted(durationsMs);
  const quantile = (q: number) => quantileNumpy(ascending, q) ?? Number.NaN;
  return {
    min: quantile(0),
    p50: quantile(0.5),
    p90: quantile(0.9),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: quantile(1),
    mean: pairwiseMean(durationsMs) ?? Number.NaN,
  };
}
