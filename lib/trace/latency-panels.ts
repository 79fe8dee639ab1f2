/** Latencies of tool calls as figures show them: a row per name with box and numbers, and how many of the calls that is about. */
import { latencyAxis } from "../chart/axes.ts";
import { withHeading } from "../chart/grid.ts";
import { MINIMUM } from "../chart/minimum.ts";
import { providerLabel } from "../chart/palette.ts";
import { type QuantileRange, quantileRanges } from "../chart/quantile-ranges.ts";
import { type SideColumn, withSideColumns } from "../chart/side-columns.ts";
import type { Axis, Panel } from "../chart/spec.ts";
import type { Coverage, Distribution, IntervalOf } from "../experiment.ts";
import { hoursCompact, latencyCompact, MS_PER_H } from "../format/durations.ts";
import { grouped, percent } from "../format/numbers.ts";
import { known } from "../stats/known.ts";
import { quantileNumpy } from "../stats/quantile.ts";
import { shareOf } from "../stats/ratio.ts";
import { sumsOf } from "../stats/sum.ts";
import { NOTHING } from "./scopes.ts";

/** All calls, those with an effective latency of zero or less, and those with a positive one. The rest have none. */
export interface CallCounts {
  readonly calls: number;
  readonly zero: number;
  readonly measured: number;
}

/** Positive latencies in ms; null without any. */
export interface LatencyRow extends CallCounts {
  readonly total_ms: number | null;
  readonly p5: number | null;
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
  readonly p95: number | null;
  /** All of them where there are too few for a box, otherwise none. */
  readonly few: readonly number[];
  /** Of the median, where it is known. */
  readonly interval?: IntervalOf["interval"];
}

/** What a row needs of the distribution of its latencies: quantiles, or all of them where there are too few for a box. */
export const LATENCY_ROW = { of: ["latency_ms"], points: MINIMUM.box } as const;

/** @param latencies positive ones, asked for by `LATENCY_ROW` */
export function latencyRow(
  { calls, zero }: Omit<CallCounts, "measured">,
  { n, sum, ascending }: Pick<Distribution, "n" | "sum" | "ascending"> = NOTHING,
): LatencyRow {
  const quantile = (q: number) => quantileNumpy(ascending, q);
  return {
    calls,
    zero,
    measured: n,
    total_ms: n === 0 ? null : sum,
    p5: quantile(0.05),
    q1: quantile(0.25),
    median: quantile(0.5),
    q3: quantile(0.75),
    p95: quantile(0.95),
    few: n < MINIMUM.box ? Array.from(ascending) : [],
  };
}

export interface LatencyPanel<R> {
  readonly rows: readonly R[];
  /** As long as they may be. */
  readonly nameOf: (row: R) => string;
  readonly x: Axis;
  readonly color: string;
  /** After those of calls, median and total time. */
  readonly columns?: readonly SideColumn[];
  readonly heading: string;
}

const PLOT_WIDTH = 460;

/** What the boxes are, for a subtitle. */
export const BOXES_SUBTITLE = "Box: middle half with the median; line: from p5 to p95; dots: all calls where there are few.";

/** One row with a box each, in the order given. */
export function latencyPanel<R extends LatencyRow>({ rows, nameOf, x, color, columns = [], heading }: LatencyPanel<R>): Panel {
  const names = rows.map(nameOf);
  const panel = quantileRanges({ ranges: rows.map((row) => ({ name: nameOf(row), color, ...spreadOf(row) })), x, width: PLOT_WIDTH });
  const unmeasured = rows.map(({ calls, measured }) => 1 - measured / calls);
  const most = Math.max(...rows.map(({ total_ms }) => total_ms ?? 0));
  const table = withSideColumns({ ...panel, width: PLOT_WIDTH }, names, [
    { heading: "Measured", width: 106, texts: rows.map(measuredOf) },
    {
      heading: "0 ms or unknown",
      width: 130,
      texts: unmeasured.map((share) => (share === 0 ? "" : percent(share))),
      bars: { shares: unmeasured },
    },
    { heading: "Median", width: 62, texts: rows.map(({ median }) => (median === null ? "" : latencyCompact(median))) },
    {
      heading: "Total time",
      width: 116,
      texts: rows.map(({ total_ms }) => (total_ms === null ? "" : hoursCompact(total_ms / MS_PER_H))),
      bars: { shares: rows.map(({ total_ms }) => shareOf(total_ms ?? 0, most)), color },
    },
    ...columns,
  ]);
  return withHeading(table, heading);
}

function spreadOf({ p5, q1, median, q3, p95, few, interval }: LatencyRow): Partial<QuantileRange> {
  if (median === null || few.length > 0) return { dots: few };
  return { box: [known(q1), known(q3)], median, whiskers: [known(p5), known(p95)], ...(interval && { interval }) };
}

/** The axis on which all rows have room. @param rows some with a latency */
export function latencyAxisOf(rows: readonly LatencyRow[]): Axis {
  const drawn = rows.flatMap(({ p5, p95, few }) => [...few, ...[p5, p95].filter((end) => end !== null)]);
  return latencyAxis([Math.min(...drawn) * 0.8, Math.max(...drawn) * 1.25], { title: "Latency of a call (log scale)" });
}

/** `2,413 of 5,453`, or of all that there are `5,453`. */
export function measuredOf({ calls, measured }: CallCounts): string {
  return measured === calls ? grouped(calls) : `${grouped(measured)} of ${grouped(calls)}`;
}

interface ProviderCounts extends CallCounts {
  readonly provider: string;
}

/** `Codex: 2,413 of 5,453 calls`. */
export function coverageHeading(counts: ProviderCounts): string {
  return `${providerLabel(counts.provider)}: ${measuredOf(counts)} calls`;
}

/** `Codex: 2,413 of 5,453 calls have a positive latency; 3,040 report 0 ms.` */
export function coverageSentence({ provider, calls, zero, measured }: ProviderCounts): string {
  const unknown = calls - measured - zero;
  const rest = [...(zero > 0 ? [`${grouped(zero)} report 0 ms`] : []), ...(unknown > 0 ? [`${grouped(unknown)} have no latency`] : [])];
  return `${providerLabel(provider)}: ${grouped(measured)} of ${grouped(calls)} calls have a positive latency${rest.length > 0 ? `; ${rest.join(", ")}` : ""}.`;
}

export function latencyCoverage(groups: readonly CallCounts[]): Coverage {
  const { calls, measured } = sumsOf(groups, ["calls", "measured"]);
  return { shown: measured, of: calls, what: "calls", rest: "report 0 ms or have no latency" };
}
