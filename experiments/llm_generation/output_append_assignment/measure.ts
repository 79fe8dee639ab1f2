/** Runs the query for each group of pairs and decides where its outputs come back. */
import { flag, integer, list, listOf, number, type OptionsOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { attribute } from "./attribution.ts";

export const FLAGS = {
  maxGapSeconds: number({ min: 0, default: 240, says: "Maximum gap between the two steps of a pair, in seconds" }),
  minOutputTokens: list(
    integer({ min: 0, says: "Minimum output of the first step of a pair, in tokens; everything is repeated for each value" }),
    { default: [2000, 4000] },
  ),
  toleranceAbsoluteTokens: number({ min: 0, default: 512, says: "Minimum tolerance when tokens are compared with the output" }),
  toleranceRelativeFraction: number({ min: 0, default: 0.1, says: "Tolerance as a share of the output, where that is larger" }),
  modelMergedFigure: flag({ says: "Also write a figure and table with all pairs of a model together" }),
  modelMergedOnly: flag({ says: "Write only that figure and table" }),
  maxPointsPerScenario: integer({ min: 2, default: 6000, says: "Maximum number of points in a panel" }),
};
/** Which pairs count, and what "about the output" means. */
export type Criteria = OptionsOf<typeof FLAGS>;

/** What the pairs of a group have in common; `null` accepts any. Names are compared literally. */
export type PairGroup = ReturnType<typeof pairGroup>;

/** Model by what started the next step, in the order of the tables and panels. */
export const SCENARIOS: readonly PairGroup[] = [
  pairGroup("claude_tool_result", "Claude", "claude", null, "tool_result"),
  pairGroup("claude_user_message", "Claude", "claude", null, "user_message"),
  pairGroup("gpt55_tool_result", "gpt-5.5", "codex", "gpt-5.5", "tool_result"),
  pairGroup("gpt55_user_message", "gpt-5.5", "codex", "gpt-5.5", "user_message"),
  pairGroup("gpt54_tool_result", "gpt-5.4", "codex", "gpt-5.4", "tool_result"),
  pairGroup("gpt54_user_message", "gpt-5.4", "codex", "gpt-5.4", "user_message"),
  pairGroup("gpt53_codex_tool_result", "gpt-5.3-codex", "codex", "gpt-5.3-codex", "tool_result"),
  pairGroup("gpt52_codex_tool_result", "gpt-5.2-codex", "codex", "gpt-5.2-codex", "tool_result"),
];

/** The models with both kinds of next step, whatever started it. */
export const MODELS: readonly PairGroup[] = [
  pairGroup("claude", "Claude", "claude", null, null),
  pairGroup("gpt55", "gpt-5.5", "codex", "gpt-5.5", null),
  pairGroup("gpt54", "gpt-5.4", "codex", "gpt-5.4", null),
];

type NextInput = "tool_result" | "user_message";

/** @param model of the previous step @param nextInput first input event of the next step */
function pairGroup(key: string, modelTitle: string, provider: string, model: string | null, nextInput: NextInput | null) {
  const title = nextInput === null ? modelTitle : `${modelTitle} → ${nextInput.replace("_", " ")}`;
  return { key, title, provider, model, nextInput };
}

/** Where one output came back; see `query.merge.sql`. */
export type Verdict = "prefix_side" | "append_side" | "unassigned";

/** One pair to draw, in tokens. */
export interface Point {
  readonly output: number;
  readonly append: number;
  /** Growth of the prefix; negative after a cache miss. */
  readonly growth: number;
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
export type MeasuredGroup = ReturnType<typeof judged>;

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

function judged(group: PairGroup, statistics: GroupRow) {
  const evidence = {
    pairs: statistics.count,
    closePct: percent(statistics.close, statistics),
    appendSidePct: percent(statistics.append_side, statistics),
  };
  return { group, statistics, evidence, attribution: attribute(evidence) };
}
