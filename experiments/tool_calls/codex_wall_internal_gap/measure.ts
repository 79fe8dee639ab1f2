/** Durations and gaps by tool, and sums by kind of tool. */

import { type Distribution, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { MS_PER_H, MS_PER_S } from "../../../lib/format/durations.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

export const CATEGORIES = ["direct_human", "execution_like", "other"] as const;
/** Ranges of the gap, upper bounds included. */
export const GAP_BUCKETS = ["<=1s", "1-10s", "10s-1m", "1-10m", "10m-1h", ">1h"] as const;

/** Tools with a row of their own in the summary, in this order. */
const MAIN_TOOLS = ["exec_command", "write_stdin", "shell_command", "apply_patch"];

const COVERAGE = query("coverage.sql", {
  tool_name: "text",
  category: CATEGORIES,
  calls: "number",
  wall_count: "number",
  internal_count: "number",
  both_count: "number",
  wall_only_count: "number",
  wall_ms: "number?",
  internal_ms: "number?",
});
const GAPS = query("gaps.sql", {
  tool_name: "text",
  calls: "number",
  wall_ms: "number",
  internal_ms: "number",
  gap_ms: "number",
  gap_gt_1s: "number",
  gap_gt_10s: "number",
  gap_gt_1m: "number",
  gap_gt_10m: "number",
  gap_gt_1h: "number",
});
const HUMAN = query("human.sql", {
  tool_name: "text",
  calls: "number",
  wall_ms: "number",
  wall_gt_1m: "number",
  wall_gt_1h: "number",
});
const BUCKETS = query("buckets.sql", {
  category: ["execution_like", "write_stdin", "other_both_timed"],
  range_no: "number",
  calls: "number",
  gap_ms: "number",
});
/** A row per call. */
const DURATIONS = query("durations.sql", { tool_name: "text", wall_s: "number?", gap_s: "number?" });

const QUANTILES = [0.5, 0.9, 0.99];

export type Coverage = Readonly<Awaited<ReturnType<typeof readCoverage>>[number]>;

/** Which durations the calls of each tool have, most calls first. Sums are in seconds. */
export async function readCoverage(db: QueryContext) {
  return (await db.rows(COVERAGE)).map(({ wall_ms, internal_ms, ...counts }) => ({
    ...counts,
    wall_total_s: wall_ms === null ? null : wall_ms / MS_PER_S,
    internal_total_s: internal_ms === null ? null : internal_ms / MS_PER_S,
  }));
}

export type GapByTool = Readonly<Awaited<ReturnType<typeof readGaps>>["gaps"][number]>;

/** The gap of each tool, largest sum first; and of all calls together and the main tools. */
export async function readGaps(db: QueryContext) {
  const request = { of: ["gap_s"], quantiles: QUANTILES } as const;
  const [sums, [all], ofTools] = await Promise.all([
    db.rows(GAPS),
    db.distributions(DURATIONS, { ...request, by: [] }),
    db.distributions(DURATIONS, { ...request, by: ["tool_name"] }),
  ]);
  const tools = sums.map((row) => ({ ...row, latencies: ofTools.find(({ group }) => group.tool_name === row.tool_name) }));
  const main = MAIN_TOOLS.flatMap((name) => tools.filter(({ tool_name }) => tool_name === name));
  return {
    gaps: tools.map(({ wall_ms, internal_ms, gap_ms, latencies, ...row }) => ({
      ...row,
      wall_total_s: wall_ms / MS_PER_S,
      internal_total_s: internal_ms / MS_PER_S,
      gap_total_s: gap_ms / MS_PER_S,
      gap_share_of_wall_pct: rounded((100 * gap_ms) / wall_ms),
      ...roundedStatistics(row.calls, gap_ms, latencies),
    })),
    summary: [
      summaryOf(null, sumsOf(sums, ["calls", "wall_ms", "internal_ms", "gap_ms"]), all),
      ...main.map((row) => summaryOf(row.tool_name, row, row.latencies)),
    ],
  };
}

export type Summary = Readonly<ReturnType<typeof summaryOf>>;

type Sums = Pick<RowOf<typeof GAPS>, "calls" | "wall_ms" | "internal_ms" | "gap_ms">;

/** Sums in hours, statistics in seconds. @param tool null for all */
function summaryOf(tool: string | null, { calls, wall_ms, internal_ms, gap_ms }: Sums, gaps: Values = NOTHING) {
  return {
    tool,
    calls,
    wall_h: wall_ms / MS_PER_H,
    internal_h: internal_ms / MS_PER_H,
    gap_h: gap_ms / MS_PER_H,
    mean: calls === 0 ? null : gap_ms / calls / MS_PER_S,
    p50: quantileNumpy(gaps.ascending, 0.5),
    p90: quantileNumpy(gaps.ascending, 0.9),
    p99: quantileNumpy(gaps.ascending, 0.99),
  };
}

export type HumanTool = Readonly<Awaited<ReturnType<typeof readHuman>>[number]>;

/** Tools that wait for a person or another agent, most time first. */
export async function readHuman(db: QueryContext) {
  const [sums, walls] = await Promise.all([
    db.rows(HUMAN),
    db.distributions(DURATIONS, { by: ["tool_name"], of: ["wall_s"], quantiles: QUANTILES }),
  ]);
  return sums.map(({ wall_ms, ...row }) => ({
    ...row,
    wall_total_s: wall_ms / MS_PER_S,
    ...roundedStatistics(
      row.calls,
      wall_ms,
      walls.find(({ group }) => group.tool_name === row.tool_name),
    ),
  }));
}

export type Bucket = Readonly<Awaited<ReturnType<typeof readBuckets>>[number]>;

/** Calls and seconds by kind of tool and range of the gap. */
export async function readBuckets(db: QueryContext) {
  const rows = await db.rows(BUCKETS);
  return rows.map(({ category, range_no, calls, gap_ms }) => {
    const all = sumOf(
      rows.filter((row) => row.category === category),
      (row) => row.gap_ms,
    );
    return {
      category,
      gap_bucket: at(GAP_BUCKETS, range_no),
      calls,
      gap_total_s: gap_ms / MS_PER_S,
      category_gap_share_pct: all > 0 ? rounded((100 * gap_ms) / all) : null,
    };
  });
}

type Values = Pick<Distribution, "ascending">;

/** In seconds. */
function roundedStatistics(calls: number, totalMs: number, { ascending }: Values = NOTHING) {
  const quantile = (q: number) => rounded(known(quantileNumpy(ascending, q)));
  return { mean: rounded(totalMs / calls / MS_PER_S), p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
}

/** To 3 digits. */
function rounded(value: number): number {
  return Math.round(1000 * value) / 1000;
}

export const EXAMPLES = query("examples.sql", {
  tool_name: "text",
  round_pk: "number",
  tool_index: "number?",
  tool_call_id: "text?",
  emitted_at: "text?",
  result_at: "text?",
  wall_ms: "number",
  internal_ms: "number",
  gap_ms: "number",
  input_chars: "number?",
  result_chars: "number?",
  is_error: "boolean?",
  model: "text?",
  session_id: "text?",
  round_index: "number?",
  trace_key: "text?",
});
export type Example = RowOf<typeof EXAMPLES>;

export type CategoryGap = Readonly<ReturnType<typeof byCategory>[number]>;

/** One entry per kind in fixed order, also where no call belongs to it. */
export function byCategory(coverage: readonly Coverage[], gaps: readonly GapByTool[]) {
  return CATEGORIES.map((category) => {
    const own = coverage.filter((row) => row.category === category);
    const tools = own.map(({ tool_name }) => tool_name).sort();
    const gap_total_s = sumOf(
      gaps.filter(({ tool_name }) => tools.includes(tool_name)),
      (row) => row.gap_total_s,
    );
    const wall_total_s = sumOf(own, (row) => row.wall_total_s ?? 0);
    return {
      category,
      /** Names of its tools that occur, sorted. */
      tools,
      ...sumsOf(own, ["calls", "wall_count", "internal_count", "both_count", "wall_only_count"]),
      wall_total_s,
      internal_total_s: sumOf(own, (row) => row.internal_total_s ?? 0),
      gap_total_s,
      /** Of the wall time of all its calls, in percent with 3 digits; null without wall time. */
      gap_share_of_wall_pct: wall_total_s > 0 ? Math.round((100 * 1000 * gap_total_s) / wall_total_s) / 1000 : null,
    };
  });
}
