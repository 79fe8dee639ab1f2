/** Everything that is measured, read from the pool and from what timing_fit provides. */
import {
  type ColumnsOf,
  integer,
  type NeedsOf,
  number,
  type OptionsOf,
  type QueryContext,
  query,
  type RowOf,
} from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { logBin } from "../../../lib/stats/log-bin.ts";
import { positionsBy } from "../../../lib/stats/positions-by.ts";
import { median, quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { trimTail } from "../../../lib/stats/trim.ts";
import { finite, type Metric, type Target } from "../../../lib/trace/latency-fits.ts";
import { SEGMENT_FLAGS } from "../../../lib/trace/segments.ts";
import type timingFit from "../timing_fit/experiment.ts";
import { floorOf, sumFloors } from "./floor.ts";

export const FLAGS = {
  topExamples: integer({ min: 0, default: 25, says: "Number of examples in the tables of same and similar tokens" }),
  topGroups: integer({ min: 0, default: 16, says: "Maximum number of groups in the figure and in the tables for reading" }),
  minGroupRows: integer({ min: 1, default: 1000, says: "Minimum number of segments of a group with neighborhoods" }),
  minBucketRows: integer({ min: 1, default: 8, says: "Minimum number of segments of a neighborhood" }),
  binStep: number({ min: 0.001, default: 0.25, says: "Width of a neighborhood in each token count, in powers of two" }),
  trimQuantile: SEGMENT_FLAGS.trimQuantile,
  smoothRelativeThresholdMs: SEGMENT_FLAGS.smoothRelativeThresholdMs,
};
export type Options = OptionsOf<typeof FLAGS>;

type FittedGroup = NeedsOf<{ fits: typeof timingFit }>["fits"][number];

const GROUPS = query("groups.sql", {
  provider: "text",
  model: "text",
  segment_kind: "text",
  group_key: "text",
  segments: "number",
  usable: "number",
});
/** A provider, model and kind of segment. */
type Group = RowOf<typeof GROUPS>;

const SEGMENTS = query("query.sql", { cached_tokens: "number", append_tokens: "number", output_tokens: "number", duration_ms: "number" });
type SegmentColumns = ColumnsOf<typeof SEGMENTS>;

const DUPLICATES = query("duplicates.sql", {
  provider: "text",
  model: "text",
  segment_kind: "text",
  cached_tokens: "number",
  append_tokens: "number",
  segment_output_tokens: "number",
  segments: "number",
  first_seq: "number",
  last_seq: "number",
});
const DUPLICATE_DURATIONS = query("duplicate_durations.sql", { duration_ms: "number" });
/** Below this a ratio of durations is about the clock, not about the model. */
const LEAST_MS_FOR_RATIO = 100;

export type Measured = Awaited<ReturnType<typeof measure>>;

export async function measure(db: QueryContext, fits: readonly FittedGroup[], options: Options) {
  const [loaded, duplicates] = await Promise.all([readGroups(db), readDuplicates(db, options.smoothRelativeThresholdMs)]);
  const neighborhoods = await readNeighborhoods(db, loaded.groups, options);
  const local = meansOf(neighborhoods.groups.flatMap((group) => group.neighborhoods));
  /** Distinct combinations of group and token counts. */
  const featureKeys = loaded.usableRows - duplicates.sums.rows + duplicates.bySpread.length;
  return { loaded, duplicates, featureKeys, neighborhoods, local, comparisons: compareWithFits(neighborhoods, fits) };
}

/** Groups that have a model, by provider, model and kind; and how many segments there are. */
async function readGroups(db: QueryContext) {
  const rows = await db.rows(GROUPS);
  const groups = rows.filter(({ model }) => model !== "");
  const sum = (list: readonly Group[], of: (row: Group) => number) => list.reduce((total, row) => total + of(row), 0);
  const usableRows = sum(groups, ({ usable }) => usable);
  return {
    groups,
    inputRows: sum(rows, ({ segments }) => segments),
    invalidRows: sum(rows, ({ segments, usable }) => segments - usable),
    unnamedRows: sum(rows, ({ usable }) => usable) - usableRows,
    usableRows,
  };
}

export type Duplicate = Measured["duplicates"]["bySpread"][number];
export type DuplicateGroup = Measured["duplicates"]["groups"][number];

/** Hard floor: segments with exactly the same token counts. */
async function readDuplicates(db: QueryContext, thresholdMs: number) {
  const [rows, durations] = await Promise.all([db.rows(DUPLICATES), db.columns(DUPLICATE_DURATIONS)]);
  let from = 0;
  const duplicates = rows.map((row) => {
    const own = durations.duration_ms.subarray(from, from + row.segments);
    from += row.segments;
    return { ...row, floor: floorOf(own, thresholdMs) };
  });
  const bySpread = duplicates.toSorted((a, b) => b.floor.spread - a.floor.spread || b.floor.ratio - a.floor.ratio);
  const byGroup = groupBy(bySpread, ({ provider, model, segment_kind }) => `${provider}::${model}::${segment_kind}`);
  return {
    /** Largest spread first, then largest ratio. */
    bySpread,
    /** Largest ratio first, then largest spread; only those that take at least a tenth of a second. */
    byRatio: duplicates
      .filter(({ floor }) => floor.min >= LEAST_MS_FOR_RATIO)
      .sort((a, b) => b.floor.ratio - a.floor.ratio || b.floor.spread - a.floor.spread),
    groups: [...byGroup].map(([key, members]) => ({
      key,
      first: at(members, 0),
      keys: members.length,
      sums: sumFloors(members.map(({ floor }) => floor)),
    })),
    sums: sumFloors(bySpread.map(({ floor }) => floor)),
  };
}

export type Neighborhood = ReturnType<typeof neighborhoodOf>;
export type NeighborhoodGroup = ReturnType<typeof groupOf>;
type Neighborhoods = Awaited<ReturnType<typeof readNeighborhoods>>;
export type Means = ReturnType<typeof meansOf>;

/**
 * Estimated floor: segments whose token counts are nearly the same. The groups that have such a neighborhood, and the rows of all
 * groups that are large enough.
 * @param groups in the order of query.merge.sql; their names are not empty
 */
async function readNeighborhoods(db: QueryContext, groups: readonly Group[], options: Options) {
  const columns = await db.columns(SEGMENTS);
  const found: NeighborhoodGroup[] = [];
  let rowsAfterTrim = 0;
  let from = 0;
  for (const group of groups) {
    const isLarge = group.usable > 0 && group.usable >= options.minGroupRows;
    const first = from;
    from += group.usable;
    if (!isLarge) continue;
    const measured = groupOf(group, columns, first, options);
    rowsAfterTrim += measured.rowsAfterTrim;
    if (measured.neighborhoods.length > 0) found.push(measured);
  }
  return { groups: found, rowsAfterTrim };
}

/** Widest spread first: between p10 and p90, then between the extremes. */
export function widest({ groups }: Neighborhoods): Neighborhood[] {
  return groups
    .flatMap(({ neighborhoods }) => neighborhoods)
    .sort((a, b) => b.p90 - b.p10 - (a.p90 - a.p10) || b.floor.spread - a.floor.spread);
}

/** Means over the rows of neighborhoods. Milliseconds and shares of one; all null without rows. */
export function meansOf(neighborhoods: readonly Neighborhood[]) {
  const sums = sumFloors(neighborhoods.map(({ floor }) => floor));
  const { rows } = sums;
  const mean = (sum: number) => (rows === 0 ? null : sum / rows);
  const weighted = (of: (neighborhood: Neighborhood) => number) =>
    mean(neighborhoods.reduce((sum, each) => sum + of(each) * each.floor.rows, 0));
  const mae = mean(sums.absSum);
  const middle = weighted(({ floor }) => floor.median);
  const spread = weighted(({ p10, p90 }) => p90 - p10);
  return {
    rows,
    mae,
    rmse: rows === 0 ? null : Math.sqrt(sums.squareSum / rows),
    relativeMae: mean(sums.relativeSum),
    mape: mean(sums.mapeSum),
    smooth: mean(sums.smoothSum),
    median: middle,
    maeOverMedian: over(mae, middle),
    p90MinusP10: spread,
    p90MinusP10Ratio: weighted(({ p10, p90, floor }) => (p90 - p10) / floor.median),
    p90MinusP10OverMedian: over(spread, middle),
  };
}

/** Median over neighborhoods, however many rows each has. */
export function medianOf(neighborhoods: readonly Neighborhood[], value: (neighborhood: Neighborhood) => number): number | null {
  return median(sorted(neighborhoods.map(value)));
}

/** Quotient of two numbers; null when one is missing or the denominator is 0. */
export function over(numerator: number | null, denominator: number | null): number | null {
  return numerator === null || denominator === null || denominator === 0 ? null : numerator / denominator;
}

function groupOf(group: Group, columns: SegmentColumns, from: number, options: Options) {
  const durations = columns.duration_ms.subarray(from, from + group.usable);
  const { kept, cutoff } = trimTail(durations, options.trimQuantile);
  const bin = (tokens: Float64Array, row: number) => binNumber(tokens[row] ?? Number.NaN, options.binStep);
  const buckets = positionsBy(kept.length, (i) => {
    const row = from + (kept[i] ?? 0);
    return (bin(columns.cached_tokens, row) * BINS + bin(columns.append_tokens, row)) * BINS + bin(columns.output_tokens, row);
  }).map((positions) => positions.map((i) => from + (kept[i] ?? 0)));
  return {
    group,
    rawRows: group.usable,
    rowsAfterTrim: kept.length,
    trimCutoffMs: cutoff,
    neighborhoods: buckets
      .filter((members) => members.length >= options.minBucketRows)
      .map((members) => neighborhoodOf(group, columns, members, options.smoothRelativeThresholdMs)),
  };
}

/** More than a token count has bins, and small enough that three numbers of bins make an integer. */
const BINS = 2 ** 17;

/** From 0 on. @param tokens an integer from 0 to 2^53 */
function binNumber(tokens: number, binStep: number): number {
  return tokens > 0 ? 1 + logBin(tokens, binStep) : 0;
}

function neighborhoodOf(group: Group, columns: SegmentColumns, members: Uint32Array, thresholdMs: number) {
  const durations = sorted(Float64Array.from(members, (row) => columns.duration_ms[row] ?? Number.NaN));
  const range = (tokens: Float64Array): readonly [least: number, most: number] => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const row of members) {
      const value = tokens[row] ?? Number.NaN;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return [least, most];
  };
  return {
    group,
    floor: floorOf(durations, thresholdMs),
    p10: known(quantileNumpy(durations, 0.1)),
    p90: known(quantileNumpy(durations, 0.9)),
    prefix: range(columns.cached_tokens),
    append: range(columns.append_tokens),
    output: range(columns.output_tokens),
  };
}

/** The floor of a group that has both neighborhoods and a fit, next to the errors that the fits of timing_fit make on it. */
export type Comparison = ReturnType<typeof compareWithFits>[number];

/** Most rows in neighborhoods first. */
function compareWithFits({ groups }: Neighborhoods, fits: readonly FittedGroup[]) {
  const fitOf = new Map(fits.map((fit) => [fit.key, fit]));
  return groups
    .flatMap((group) => {
      const fit = fitOf.get(group.group.group_key);
      return fit && Number.isFinite(fit.test.duration_ms.mae_ms) ? [{ ...group, local: meansOf(group.neighborhoods), fit }] : [];
    })
    .sort((a, b) => b.local.rows - a.local.rows);
}

/** A metric of one of the fits on its test segments; null when it is not finite. */
export function errorOf({ fit }: Comparison, target: Target, metric: Metric): number | null {
  return finite(fit.test[target][metric]);
}

/** Mean over groups weighted by their rows in neighborhoods; groups that lack a value are left out. */
export function weightedOverGroups(comparisons: readonly Comparison[], value: (comparison: Comparison) => number | null): number | null {
  let rows = 0;
  let sum = 0;
  for (const comparison of comparisons) {
    const own = value(comparison);
    if (own === null) continue;
    rows += comparison.local.rows;
    sum += own * comparison.local.rows;
  }
  return rows === 0 ? null : sum / rows;
}

/** Weighted by rows in neighborhoods: the smooth relative error of the floor and of the three fits, over the same groups. */
export function smoothMeans(comparisons: readonly Comparison[]) {
  const mean = (target: Target) => weightedOverGroups(comparisons, (each) => errorOf(each, target, "smooth_relative_absolute_error"));
  return {
    floor: weightedOverGroups(comparisons, ({ local }) => local.smooth),
    raw: mean("duration_ms"),
    log: mean("log_duration_ms"),
    smooth: mean("smooth_relative_duration_ms"),
  };
}
