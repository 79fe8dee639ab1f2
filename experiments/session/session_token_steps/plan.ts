/** From rated sessions and options to what is drawn: which sessions, and which window of each. */
import { UserError } from "../../../lib/files/errors.ts";
import { type Compaction, findCompactions } from "./compaction.ts";
import { type Metrics, metricsOf } from "./metrics.ts";
import { pickSessions, type Quotas, type RatedSession, takeShard } from "./selection.ts";
import type { Step } from "./steps.ts";
import { bestWindowStart } from "./window.ts";

export interface PickOptions extends Quotas {
  /** Draw exactly these sessions, in this order; empty to choose among the candidates. */
  readonly sessionId: readonly string[];
  readonly selectOffset: number;
  readonly selectStride: number;
}

/** The stretch of a session that is drawn. Everything about it is worked out from its own steps alone. */
export interface SessionWindow {
  readonly session: RatedSession;
  /** 0-based position of the first step in the session. */
  readonly start: number;
  readonly steps: readonly Step[];
  readonly compactions: readonly Compaction[];
  readonly metrics: Metrics;
}

/** @throws UserError when an asked-for session is not in the pool */
export function chooseSessions(
  sessions: readonly RatedSession[],
  candidates: readonly RatedSession[],
  options: PickOptions,
): RatedSession[] {
  const chosen = options.sessionId.length > 0 ? sessionsById(sessions, options.sessionId) : pickSessions(candidates, options);
  return takeShard(chosen, options.selectOffset, options.selectStride);
}

/** @throws UserError when an id is not in the pool */
export function sessionsById(sessions: readonly RatedSession[], ids: readonly string[]): RatedSession[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length > 0)
    throw new UserError(`Session id not found: ${unknown.join(", ")}. Give ids as they stand in the trace, such as claude:985ce830-…`);
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The whole session, or its most telling `maxSteps` consecutive steps. */
export function windowOf(session: RatedSession, maxSteps = Number.POSITIVE_INFINITY): SessionWindow {
  return cutWindow(session, bestWindowStart(session.steps, maxSteps), maxSteps);
}

/** The first `length` steps of a session. */
export function openingOf(session: RatedSession, length: number): SessionWindow {
  return cutWindow(session, 0, length);
}

function cutWindow(session: RatedSession, start: number, length: number): SessionWindow {
  const steps = session.steps.slice(start, start + length);
  const compactions = findCompactions(steps);
  return { session, start, steps, compactions, metrics: metricsOf(steps, compactions) };
}
