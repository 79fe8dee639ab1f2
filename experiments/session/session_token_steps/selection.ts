/** Which sessions are worth drawing. The scores and rankings are in sessions.sql. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { sessionHashes } from "../../../lib/trace/sessions.ts";
import { DROP_RULE } from "./compaction.ts";
import { metricsOf } from "./metrics.ts";

const SESSIONS = query("sessions.sql", {
  session_id: "text",
  provider: "text",
  model: "text",
  rounds: "number",
  user_input_rounds: "number",
  tool_result_rounds: "number",
  tool_calls: "number",
  total_prefix_tokens: "number",
  total_append_tokens: "number",
  total_output_tokens: "number?",
  output_rounds: "number",
  generation_us: "number",
  inference_rounds: "number",
  input_drop_compaction_count: "number",
  explicit_compaction_count: "number",
  max_prefix_tokens: "number",
  max_append_tokens: "number",
  max_total_input_tokens: "number",
  score: "number",
  context_score: "number",
  is_candidate: "boolean",
  score_rank: "number?",
  context_rank: "number?",
  compaction_rank: "number?",
  sessions: "number",
  candidates: "number",
});
type SessionRow = RowOf<typeof SESSIONS>;

/** A session with what it adds up to. Ranks begin at 1 and are null where it is not ranked. */
export type RatedSession = Readonly<ReturnType<typeof ratedSession>>;

/** What a session must be like to be a candidate; all bounds are inclusive. */
export interface CandidateFilter {
  readonly provider?: string | undefined;
  readonly minRounds: number;
  readonly maxRounds: number;
  readonly minUserInputRounds: number;
  readonly minToolResultRounds: number;
  /** Maximum share of steps with a user message, 0 to 1. */
  readonly maxUserInputFraction: number;
}

/** How many sessions each ranking may pick. */
export interface Quotas {
  readonly topSessions: number;
  readonly contextSessions: number;
  readonly compactionSessions: number;
}

export interface SessionRequest extends CandidateFilter, Quotas {
  /** Ids of sessions that are wanted whether or not they are ranked. */
  readonly asked: readonly string[];
  /** How many candidates are listed. */
  readonly candidateLimit: number;
}

/** The first sessions of each ranking and those asked for, in order of first appearance, and how many there are in the pool. */
export async function readSessions(db: QueryContext, request: SessionRequest) {
  const rows = await db.rows(SESSIONS, {
    asked: sessionHashes(request.asked),
    provider: request.provider ?? null,
    min_rounds: request.minRounds,
    max_rounds: request.maxRounds,
    min_user_input_rounds: request.minUserInputRounds,
    min_tool_result_rounds: request.minToolResultRounds,
    max_user_input_fraction: request.maxUserInputFraction,
    candidates: request.candidateLimit,
    top: request.topSessions,
    context: request.contextSessions,
    compactions: request.compactionSessions,
    ...DROP_RULE,
  });
  return { rated: rows.map(ratedSession), sessions: rows[0]?.sessions ?? 0, candidates: rows[0]?.candidates ?? 0 };
}

function ratedSession(row: SessionRow) {
  return {
    id: row.session_id,
    provider: row.provider,
    model: row.model,
    metrics: metricsOf(row),
    score: row.score,
    contextScore: row.context_score,
    isCandidate: row.is_candidate,
    scoreRank: row.score_rank,
    contextRank: row.context_rank,
    compactionRank: row.compaction_rank,
  };
}

type Ranking = "scoreRank" | "contextRank" | "compactionRank";

/** The first `count` of a ranking. */
export function firstOf(sessions: readonly RatedSession[], ranking: Ranking, count: number): RatedSession[] {
  const rankOf = (session: RatedSession) => session[ranking] ?? Number.POSITIVE_INFINITY;
  return sessions.filter((session) => rankOf(session) <= count).sort((a, b) => rankOf(a) - rankOf(b));
}

/** The first of each ranking, one after the other; what an earlier ranking picked is not picked again or replaced. */
export function pickSessions(sessions: readonly RatedSession[], quotas: Quotas): RatedSession[] {
  return [
    ...new Set([
      ...firstOf(sessions, "scoreRank", quotas.topSessions),
      ...firstOf(sessions, "contextRank", quotas.contextSessions),
      ...firstOf(sessions, "compactionRank", quotas.compactionSessions),
    ]),
  ];
}

/** Every `stride`-th item from `offset` on (a negative offset counts from the end), so that runs can share the work. */
export function takeShard<T>(items: readonly T[], offset: number, stride: number): T[] {
  return items.slice(offset).filter((_, i) => i % stride === 0);
}
