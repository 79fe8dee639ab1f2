import { type QueryContext, query } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { type Summary, summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";
import { type Criteria, DROPS, type Drop, judgeDrop } from "./compaction.ts";

const SESSIONS = query("sessions.sql", { session_id: "text", provider: "text?" });

/** What happened to the context of one session. */
export interface SessionCounts {
  readonly provider: string | null;
  readonly majorReductions: number;
  readonly userInitiated: number;
  readonly toolInitiated: number;
}

/** Totals of a scope. Statistics of no sessions are 0. */
export interface ScopeSummary {
  readonly scope: Scope;
  readonly majorReductions: number;
  readonly userInitiated: number;
  readonly toolInitiated: number;
  /** Of compactions per session, over all sessions. */
  readonly all: Summary<0>;
  /** The same over sessions with at least one. */
  readonly positive: Summary<0>;
}

/** One entry per session, by name. */
export async function countCompactions(db: QueryContext, criteria: Criteria & { readonly reboundSteps: number }): Promise<SessionCounts[]> {
  const sessions = await db.rows(SESSIONS);
  const drops = await db.rows(DROPS, {
    min_drop_tokens: criteria.minDropTokens,
    rebound_steps: criteria.reboundSteps,
  });
  const bySession = new Map<string, Drop[]>();
  for (const drop of drops) bySession.set(drop.session_id, [...(bySession.get(drop.session_id) ?? []), drop]);
  return sessions.map(({ session_id, provider }) => countSession(provider, bySession.get(session_id) ?? [], criteria));
}

function countSession(provider: string | null, drops: readonly Drop[], criteria: Criteria): SessionCounts {
  const verdicts = drops.map((drop) => ({ trigger: drop.trigger, verdict: judgeDrop(drop, criteria) }));
  const compactions = verdicts.filter(({ verdict }) => verdict === "compaction");
  return {
    provider,
    majorReductions: verdicts.filter(({ verdict }) => verdict !== "none").length,
    userInitiated: compactions.filter(({ trigger }) => trigger === "user_message").length,
    toolInitiated: compactions.filter(({ trigger }) => trigger === "tool_result").length,
  };
}

export function compactionsOf({ userInitiated, toolInitiated }: Pick<SessionCounts, "userInitiated" | "toolInitiated">): number {
  return userInitiated + toolInitiated;
}

export function summarizeScopes(sessions: readonly SessionCounts[]): ScopeSummary[] {
  return SCOPES.map((scope) => {
    const inScope = sessions.filter(({ provider }) => scopeIncludes(scope, provider));
    const counts = inScope.map(compactionsOf);
    return {
      scope,
      ...sumsOf(inScope, ["majorReductions", "userInitiated", "toolInitiated"]),
      all: summarize(counts, 0),
      positive: summarize(
        counts.filter((count) => count > 0),
        0,
      ),
    };
  });
}

/** How many sessions had how many compactions, fewest first. */
export function sessionsByCompactions(sessions: readonly SessionCounts[], scope: Scope): Map<number, number> {
  const counts = new Map<number, number>();
  for (const session of sessions)
    if (scopeIncludes(scope, session.provider)) {
      const compactions = compactionsOf(session);
      counts.set(compactions, (counts.get(compactions) ?? 0) + 1);
    }
  return new Map([...counts].sort(([a], [b]) => a - b));
}
