/** Agent steps and sessions as the other modules of this experiment see them, and how they are read from the pool. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";

const SESSIONS = query("sessions.sql", { session_key: "number", session_id: "text", provider: "text", model: "text" });
const STEPS = query("query.sql", {
  session_key: "number",
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
export type Step = Omit<RowOf<typeof STEPS>, "session_key">;

/** A session with its steps in order. `provider` and `model` are those of most of its steps. */
export interface Session {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly steps: readonly Step[];
}

/** Tokens that the model read in a step, cached or new. */
export function totalInput(step: Step): number {
  return step.prefix_tokens + step.append_tokens;
}

/** All sessions of the pool, in order of first appearance. */
export async function readSessions(db: QueryContext): Promise<Session[]> {
  const steps = groupBy(await db.rows(STEPS), ({ session_key }) => session_key);
  const sessions = await db.rows(SESSIONS);
  return sessions.map(({ session_key, session_id: id, ...names }) => ({ id, ...names, steps: steps.get(session_key) ?? [] }));
}
