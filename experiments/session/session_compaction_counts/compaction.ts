/** Decides whether a sharp fall of the total input is a compaction of the context. */
import { query, type RowOf } from "../../../lib/experiment.ts";

export const DROPS = query("query.sql", {
  session_id: "text",
  trigger: ["user_message", "tool_result"],
  previous_tokens: "number",
  tokens: "number",
  session_max_tokens: "number",
  following_max_tokens: "number?",
});
export type Drop = RowOf<typeof DROPS>;

export interface Criteria {
  readonly minDropTokens: number;
  /** Minimum share of the session's largest context that must have been reached before the fall. */
  readonly nearMaxRatio: number;
  /** Share of the context before the fall that must not be reached again soon after. */
  readonly reboundRatio: number;
}

/**
 * `none`: not sharp enough. The others are major reductions: `partial` began far below the session's largest context,
 * `unconfirmed` is the last step, `rebound` grew back (a branch, an edit, a retry), `compaction` stayed small.
 */
export type Verdict = "none" | "partial" | "unconfirmed" | "rebound" | "compaction";

export function judgeDrop(drop: Drop, { minDropTokens, nearMaxRatio, reboundRatio }: Criteria): Verdict {
  const { previous_tokens: before, tokens: after, session_max_tokens: peak, following_max_tokens: following } = drop;
  if (peak <= 0 || before - after < minDropTokens) return "none";
  if (before < nearMaxRatio * peak) return "partial";
  if (following === null) return "unconfirmed";
  return following >= reboundRatio * before ? "rebound" : "compaction";
}
