/** From rated sessions and options to what is drawn: which sessions, and which window of each. */
import { UserError } from "../../../lib/files/errors.ts";
import { at } from "../../../lib/stats/known.ts";
import { findCompactions } from "./compaction.ts";
import { metricsOf, sumsOf } from "./metrics.ts";
import { findRereads } from "./rereads.ts";
import { pickSessions, type Quotas, type RatedSession, takeShard } from "./selection.ts";
import { type Step, totalInput } from "./steps.ts";

export interface PickOptions extends Quotas {
  /** Draw exactly these sessions, in this order; empty to choose by rank. */
  readonly sessionId: readonly string[];
  readonly selectOffset: number;
  readonly selectStride: number;
}

/** The stretch of a session that is drawn. Everything about it is worked out from its own steps alone. */
export type SessionWindow = Readonly<ReturnType<typeof cutWindow>>;

/** A session with its steps in order. */
export interface Session extends RatedSession {
  readonly steps: readonly Step[];
}

/** @throws UserError when an asked-for session is not in the pool */
export function chooseSessions(sessions: readonly RatedSession[], options: PickOptions): RatedSession[] {
  const chosen = options.sessionId.length > 0 ? sessionsById(sessions, options.sessionId) : pickSessions(sessions, options);
  return takeShard(chosen, options.selectOffset, options.selectStride);
}

/** @throws UserError when an id is not in the pool */
export function sessionsById(sessions: readonly RatedSession[], ids: readonly string[]): RatedSession[] {
  const byId = new Map(sessions.map((session) => [session.id, session]));
  const unknown = ids.filter((id) => !byId.has(id));
  if (unknown.length > 0)
    throw new UserError(`Session id not found: ${unknown.join(", ")}. Use ids as they are in the trace, such as claude:985ce830-…`);
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The whole session, or its most interesting `maxSteps` consecutive steps. */
export function windowOf(session: Session, maxSteps = Number.POSITIVE_INFINITY): SessionWindow {
  return cutWindow(session, bestWindowStart(session.steps, maxSteps), maxSteps);
}

/** The first `length` steps of a session. */
export function openingOf(session: Session, length: number): SessionWindow {
  return cutWindow(session, 0, length);
}

function cutWindow(session: Session, start: number, length: number) {
  const steps = session.steps.slice(start, start + length);
  const compactions = findCompactions(steps);
  // `start`: 0-based position of the first step in the session.
  return { session, start, steps, compactions, rereads: findRereads(steps, compactions), metrics: metricsOf(sumsOf(steps, compactions)) };
}

/** New tokens of the steps that read most of the context again. */
export function appendOfRereads({ steps, rereads }: SessionWindow): number {
  return rereads.reduce((sum, index) => sum + at(steps, index).append_tokens, 0);
}

/**
 * 0-based start of the `length` consecutive steps that show most: most user messages, then the largest context,
 * then most tool results, then the earliest. 0 when everything fits.
 */
export function bestWindowStart(steps: readonly Step[], length: number): number {
  let best = { start: 0, merits: meritsOf(steps.slice(0, length)) };
  for (let start = 1; start + length <= steps.length; start++) {
    const merits = meritsOf(steps.slice(start, start + length));
    if (isBetter(merits, best.merits)) best = { start, merits };
  }
  return best.start;
}

function meritsOf(window: readonly Step[]): number[] {
  const users = window.filter((step) => step.has_user_message).length;
  const tools = window.filter((step) => step.has_tool_result).length;
  const context = window.reduce((largest, step) => Math.max(largest, totalInput(step)), 0);
  return [users, context, tools];
}

/** Lexicographic: the first merit that differs decides. */
function isBetter(merits: readonly number[], than: readonly number[]): boolean {
  const decisive = merits.findIndex((merit, i) => merit !== than[i]);
  return decisive >= 0 && at(merits, decisive) > at(than, decisive);
}
