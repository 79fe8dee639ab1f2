/** Agent steps as the other modules of this experiment see them, and how they are read from the pool. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";

const STEPS = query("query.sql", {
  session_id: "text",
  round_pk: "number",
  position: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  output_tokens: "number?",
  tool_calls: "number",
  has_user_message: "boolean",
  has_tool_result: "boolean",
  explicit_compaction: "boolean",
  generation_us: "number?",
  first_us: "number?",
});

/**
 * One agent step. Token counts are never negative, and `output_tokens` null when it is not final; the trace itself reports an explicit compaction. Times in microseconds, null when
 * the step has no suitable events: `first_us` of the earliest event since the epoch, `generation_us` as long as generation is observed.
 */
export type Step = Omit<RowOf<typeof STEPS>, "session_id" | "round_pk" | "position">;

/** Tokens that the model read in a step, cached or new. */
export function totalInput(step: Step): number {
  return step.prefix_tokens + step.append_tokens;
}

/** The steps of sessions in session order, by session id. */
export async function readSteps(db: QueryContext, sessionIds: readonly string[]): Promise<ReadonlyMap<string, readonly Step[]>> {
  if (sessionIds.length === 0) return new Map();
  return groupBy(await db.rows(STEPS, { sessions: sessionHashes(sessionIds) }), ({ session_id }) => session_id);
}
