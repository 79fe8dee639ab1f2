/** Agent steps and sessions as the other modules of this experiment see them, and how they are read from the pool. */
import type { QueryContext } from "../../../lib/experiment.ts";

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
  const [names, columns] = await Promise.all([db.rows<SessionRow>("sessions.sql"), db.columns<StepColumns>("query.sql")]);
  const steps = stepsBySession(columns);
  return names.map(({ session_key, session_id, provider, model }) => ({
    id: session_id,
    provider,
    model,
    steps: steps.get(session_key) ?? [],
  }));
}

interface SessionRow {
  readonly session_key: number;
  readonly session_id: string;
  readonly provider: string;
  readonly model: string;
}

/** Columns of query.sql. */
type StepColumns = {
  readonly session_key: readonly number[];
  readonly prefix_tokens: readonly number[];
  readonly append_tokens: readonly number[];
  readonly output_tokens: readonly number[];
  readonly tool_calls: readonly number[];
  readonly has_user_message: readonly boolean[];
  readonly has_tool_result: readonly boolean[];
  readonly explicit_compaction: readonly boolean[];
  readonly generation_us: readonly (number | null)[];
  readonly first_us: readonly (number | null)[];
};

function stepsBySession(columns: StepColumns): Map<number, Step[]> {
  const sessions = new Map<number, Step[]>();
  for (const [i, key] of columns.session_key.entries()) {
    const steps = sessions.get(key) ?? [];
    if (steps.push(stepAt(columns, i)) === 1) sessions.set(key, steps);
  }
  return sessions;
}

function stepAt(columns: StepColumns, i: number): Step {
  return {
    prefixTokens: columns.prefix_tokens[i] as number,
    appendTokens: columns.append_tokens[i] as number,
    outputTokens: columns.output_tokens[i] as number,
    toolCalls: columns.tool_calls[i] as number,
    hasUserMessage: columns.has_user_message[i] as boolean,
    hasToolResult: columns.has_tool_result[i] as boolean,
    explicitCompaction: columns.explicit_compaction[i] as boolean,
    generationUs: columns.generation_us[i] as number | null,
    firstUs: columns.first_us[i] as number | null,
  };
}
