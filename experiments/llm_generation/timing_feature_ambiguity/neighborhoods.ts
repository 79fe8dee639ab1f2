/** Estimated floor: segments whose token counts are nearly the same. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { logBin } from "../../../lib/stats/log-bin.ts";
import { median, quantileNumpy, sorted } from "../../../lib/stats/quantile.ts";
import { trimTail } from "../../../lib/stats/trim.ts";
import { type Floor, type FloorSums, floorOf, sumFloors } from "./floor.ts";

const SEGMENTS = query("query.sql", { cached_tokens: "number", append_tokens: "number", output_tokens: "number", duration_ms: "number" });
type SegmentColumns = ColumnsOf<typeof SEGMENTS>;

/** A provider, model and kind of segment. Names are not empty. */
export interface Group {
  readonly provider: string;
  readonly model: string;
  readonly segmentKind: string;
  readonly key: string;
  /** Segments without a negative token count. */
  readonly usable: number;
}

export interface NeighborhoodOptions {
  readonly minGroupRows: number;
  readonly minBucketRows: number;
  /** Width of the bins of each token count, in powers of two. */
  readonly binStep: number;
  /** 0 keeps everything. */
  readonly trimQuantile: number;
  readonly smoothRelativeThresholdMs: number;
}

type Range = readonly [least: number, most: number];

export interface Neighborhood {
  readonly group: Group;
  readonly floor: Floor;
  readonly p10: number;
  readonly p90: number;
  /** Tokens. */
  readonly prefix: Range;
  readonly append: Range;
  readonly output: Range;
}

export interface NeighborhoodGroup {
  readonly group: Group;
  readonly rawRows: number;
  readonly rowsAfterTrim: number;
  readonly trimCutoffMs: number | null;
  readonly neighborhoods: readonly Neighborhood[];
}

export interface Neighborhoods {
  /** In the order of `Group`s; only those with a neighborhood. */
  readonly groups: readonly NeighborhoodGroup[];
  /** Of all groups that are large enough. */
  readonly rowsAfterTrim: number;
}

/** Means over the rows of neighborhoods. Milliseconds and shares of one; all null without rows. */
export interface Means {
  readonly rows: number;
  readonly mae: number | null;
  readonly rmse: number | null;
  readonly relativeMae: number | null;
  readonly mape: number | null;
  readonly smooth: number | null;
  readonly median: number | null;
  readonly maeOverMedian: number | null;
  readonly p90MinusP10: number | null;
  readonly p90MinusP10Ratio: number | null;
  readonly p90MinusP10OverMedian: number | null;
}

/** @param groups with their numbers of usable segments, in the order of query.sql */
export async function readNeighborhoods(db: QueryContext, groups: readonly Group[], options: NeighborhoodOptions): Promise<Neighborhoods> {
  const columns = await db.columns(SEGMENTS, { min_group_rows: options.minGroupRows });
  const found: NeighborhoodGroup[] = [];
  let rowsAfterTrim = 0;
  let from = 0;
  for (const group of groups.filter(({ usable }) => usable > 0 && usable >= options.minGroupRows)) {
    const measured = groupOf(group, columns, from, options);
    from += group.usable;
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

export function meansOf(neighborhoods: readonly Neighborhood[]): Means {
  const sums: FloorSums = sumFloors(neighborhoods.map(({ floor }) => floor));
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

function groupOf(group: Group, columns: SegmentColumns, from: number, options: NeighborhoodOptions): NeighborhoodGroup {
  const durations = Float64Array.from(columns.duration_ms.slice(from, from + group.usable));
  const { kept, cutoff } = trimTail(durations, options.trimQuantile);
  const rows = Array.from(kept, (i) => from + i);
  const bin = (tokens: readonly number[], row: number) => logBin(tokens[row] ?? Number.NaN, options.binStep);
  const buckets = groupBy(
    rows,
    (row) => `${bin(columns.cached_tokens, row)} ${bin(columns.append_tokens, row)} ${bin(columns.output_tokens, row)}`,
  );
  return {
    group,
    rawRows: group.usable,
    rowsAfterTrim: kept.length,
    trimCutoffMs: cutoff,
    neighborhoods: [...buckets.values()]
      .filter((members) => members.length >= options.minBucketRows)
      .map((members) => neighborhoodOf(group, columns, members, options.smoothRelativeThresholdMs)),
  };
}

function neighborhoodOf(group: Group, columns: SegmentColumns, members: readonly number[], thresholdMs: number): Neighborhood {
  const ascending = (values: readonly number[]) => members.map((row) => values[row] ?? Number.NaN).sort((a, b) => a - b);
  const durations = ascending(columns.duration_ms);
  const range = (values: readonly number[]): Range => {
    const tokens = ascending(values);
    return [at(tokens, 0), at(tokens, -1)];
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
