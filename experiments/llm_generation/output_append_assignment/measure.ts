/** Runs the query for each group of pairs and decides where its outputs come back. */
import { listOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { type Attribution, attribute, type Evidence } from "./attribution.ts";
import type { PairGroup } from "./groups.ts";

/** Which pairs count, and what "about the output" means. */
export interface Criteria {
  readonly maxGapSeconds: number;
  readonly toleranceAbsoluteTokens: number;
  readonly toleranceRelativeFraction: number;
  readonly maxPointsPerScenario: number;
}

/** Where one output came back; see `query.sql`. */
export type Verdict = "prefix_side" | "append_side" | "unassigned";

/** One pair to draw, in tokens. */
export interface Point {
  readonly output: number;
  readonly append: number;
  /** Growth of the prefix, at least 0. */
  readonly gain: number;
  readonly verdict: Verdict;
}

/** One row, or none for a group without pairs. */
export const PAIRS = query("query.sql", {
  count: "number",
  close: "number",
  reject: "number",
  append_can: "number",
  append_side: "number",
  close_and_append_can: "number",
  unassigned: "number",
  median_output: "number",
  median_append: "number",
  median_gain: "number",
  median_append_minus_output: "number",
  median_prefix_delta_minus_output: "number",
  p10_append_minus_output: "number",
  p90_append_minus_output: "number",
  corr_log_output_append: "number?",
  corr_log_output_prefix_gain: "number?",
  points: listOf<Point>(),
});
export type GroupRow = RowOf<typeof PAIRS>;

/** A group that has pairs. */
export interface MeasuredGroup {
  readonly group: PairGroup;
  readonly statistics: GroupRow;
  readonly evidence: Evidence;
  readonly attribution: Attribution;
}

/** The groups that have pairs with at least `minOutputTokens` of output, in the order given. */
export async function measureGroups(
  db: QueryContext,
  groups: readonly PairGroup[],
  minOutputTokens: number,
  criteria: Criteria,
): Promise<MeasuredGroup[]> {
  const measured: MeasuredGroup[] = [];
  for (const group of groups) {
    const [statistics] = await db.rows(PAIRS, {
      provider: group.provider,
      model: group.model,
      next_input: group.nextInput,
      min_output_tokens: minOutputTokens,
      max_gap_s: criteria.maxGapSeconds,
      tolerance_tokens: criteria.toleranceAbsoluteTokens,
      tolerance_fraction: criteria.toleranceRelativeFraction,
      max_points: criteria.maxPointsPerScenario,
    });
    if (statistics) measured.push(judged(group, statistics));
  }
  return measured;
}

/** Percent of the pairs of a group. */
export function percent(pairs: number, { count }: GroupRow): number {
  return (100 * pairs) / count;
}

function judged(group: PairGroup, statistics: GroupRow): MeasuredGroup {
  const evidence = {
    pairs: statistics.count,
    closePct: percent(statistics.close, statistics),
    appendSidePct: percent(statistics.append_side, statistics),
  };
  return { group, statistics, evidence, attribution: attribute(evidence) };
}
