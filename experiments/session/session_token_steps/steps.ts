/** Agent steps and sessions as the other modules of this experiment see them, and how they are read from the pool. */
import { type ColumnsOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";

const SESSIONS = query("sessions.sql", { session_key: "number", session_id: "text", provider: "text", model: "text" });
const STEPS = query("query.sql", {
  session_key: "number",
  prefix_tokens: "number",
  append_tokens: "number",
  output_tokens: "number",
  tool_calls: "number",
  has_user_message: "boolean",
  has_tool_result: "boolean",
  explicit_compaction: "boolean",
  generation_us: "number?",
  first_us: "number?",
});

/** One agent step. Token counts are never negative; both times are null when the step has no suitable events. */
export interface Step {
  readonly prefixTokens: number;
  readonly appendTokens: number;
  readonly outputTokens: number;
  readonly toolCalls: number;
  readonly hasUserMessage: boolean;
  readonly hasToolResult: boolean;
  /** The trace itself reports a compaction in this step. */
  readonly explicitCompaction: boolean;
  /** Observable generation time in microseconds, positive. */
  readonly generationUs: number | null;
  /** Earliest event, epoch microseconds. */
  readonly firstUs: number | null;
}

/** A session with its steps in order. `provider` and `model` are those of most of its steps. */
export interface Session {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly steps: readonly Step[];
}

/** Tokens that the model read in a step, cached or new. */
export function totalInput(step: Step): number {
  return step.prefixTokens + step.appendTokens;
}

/** All sessions of the pool, in order of first appearance. */
export async function readSessions(db: QueryContext): Promise<Session[]> {
  const names = await db.rows(SESSIONS);
  const steps = stepsBySession(await db.columns(STEPS));
  return names.map(({ session_key, session_id, provider, model }) => ({
    id: session_id,
    provider,
    model,
    steps: steps.get(session_key) ?? [],
  }));
}

function stepsBySession(columns: ColumnsOf<typeof STEPS>): Map<number, Step[]> {
  const sessions = new Map<number, Step[]>();
  for (const [i, key] of columns.session_key.entries()) {
    const steps = sessions.get(key) ?? [];
    if (steps.push(stepAt(columns, i)) === 1) sessions.set(key, steps);
  }
  return sessions;
}

function stepAt(columns: ColumnsOf<typeof STEPS>, i: number): Step {
  return {
    prefixTokens: at(columns.prefix_tokens, i),
    appendTokens: at(columns.append_tokens, i),
    outputTokens: at(columns.output_tokens, i),
    toolCalls: at(columns.tool_calls, i),
    hasUserMessage: at(columns.has_user_message, i),
    hasToolResult: at(columns.has_tool_result, i),
    explicitCompaction: at(columns.explicit_compaction, i),
    generationUs: at(columns.generation_us, i),
    firstUs: at(columns.first_us, i),
  };
}
