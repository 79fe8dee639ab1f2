import { findCompactions } from "./compaction.ts";
import { balancedScore, compactionScore, contextScore, metricsOf } from "./metrics.ts";
import type { Session } from "./steps.ts";

/** A session with what it adds up to. */
export type RatedSession = Readonly<ReturnType<typeof rateSession>>;

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

export function rateSession(session: Session) {
  const compactions = findCompactions(session.steps);
  const metrics = metricsOf(session.steps, compactions);
  return {
    ...session,
    compactions,
    metrics,
    score: balancedScore(metrics),
    contextScore: contextScore(metrics),
    compactionScore: compactionScore(metrics),
  };
}

export function isCandidate({ provider, metrics }: RatedSession, filter: CandidateFilter): boolean {
  return (
    (filter.provider === undefined || provider === filter.provider) &&
    metrics.rounds >= filter.minRounds &&
    metrics.rounds <= filter.maxRounds &&
    metrics.user_input_rounds >= filter.minUserInputRounds &&
    metrics.tool_result_rounds >= filter.minToolResultRounds &&
    metrics.user_input_rounds / metrics.rounds <= filter.maxUserInputFraction
  );
}

/** Sessions by a score, largest first; equals keep their order. */
export function rankBy(sessions: readonly RatedSession[], score: (session: RatedSession) => number): RatedSession[] {
  return sessions.toSorted((a, b) => score(b) - score(a));
}

/** The first of each ranking, one after the other; what an earlier ranking picked is not picked again or replaced. */
export function pickSessions(candidates: readonly RatedSession[], quotas: Quotas): RatedSession[] {
  const compacted = candidates.filter((session) => session.compactions.length > 0);
  return [
    ...new Set([
      ...rankBy(candidates, (session) => session.score).slice(0, quotas.topSessions),
      ...rankBy(candidates, (session) => session.contextScore).slice(0, quotas.contextSessions),
      ...rankBy(compacted, (session) => session.compactionScore).slice(0, quotas.compactionSessions),
    ]),
  ];
}

/** Every `stride`-th item from `offset` on (a negative offset counts from the end), so that runs can share the work. */
export function takeShard<T>(items: readonly T[], offset: number, stride: number): T[] {
  return items.slice(offset).filter((_, i) => i % stride === 0);
}
