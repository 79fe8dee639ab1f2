import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";

const SESSIONS = query("sessions.sql", { session_id: "text", provider: "text?" });

const DROPS = query("query.sql", {
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

/** What happened to the context of one session. */
export type SessionCounts = Readonly<ReturnType<typeof countSession>>;
/** Totals of a scope. Statistics of no sessions are 0. */
export type ScopeSummary = Readonly<ReturnType<typeof summarizeScopes>[number]>;

/** One entry per session, by name. */
export async function countCompactions(db: QueryContext, criteria: Criteria & { readonly reboundSteps: number }): Promise<SessionCounts[]> {
  const sessions = await db.rows(SESSIONS);
  const drops = await db.rows(DROPS, { min_drop_tokens: criteria.minDropTokens, rebound_steps: criteria.reboundSteps });
  const bySession = new Map<string, Drop[]>();
  for (const drop of drops) bySession.set(drop.session_id, [...(bySession.get(drop.session_id) ?? []), drop]);
  return sessions.map(({ session_id, provider }) => countSession(provider, bySession.get(session_id) ?? [], criteria));
}

function countSession(provider: string | null, drops: readonly Drop[], criteria: Criteria) {
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

export function summarizeScopes(sessions: readonly SessionCounts[]) {
  return SCOPES.map((scope) => {
    const inScope = sessions.filter(({ provider }) => scopeIncludes(scope, provider));
    const counts = inScope.map(compactionsOf);
    return {
      scope,
      ...sumsOf(inScope, ["majorReductions", "userInitiated", "toolInitiated"]),
      /** Of compactions per session, over all sessions, and over those with at least one. */
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

/** A run of numbers of compactions that share a bar; both ends included. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

/** This many bars of one number each fit next to each other. */
const MOST_SINGLE_BINS = 12;
/** Otherwise numbers up to this one have their own bar, and each further bar ends at twice the number before it. */
const LAST_SINGLE = 4;

/** Bins over 1 … max. */
export function countBins(max: number): Bin[] {
  const singles = max <= MOST_SINGLE_BINS ? max : LAST_SINGLE;
  const bins = Array.from({ length: singles }, (_, i) => binOf(i + 1, i + 1));
  for (let high = singles; high < max; high *= 2) bins.push(binOf(high + 1, high * 2));
  return bins;
}

function binOf(low: number, high: number): Bin {
  return { low, high, label: low === high ? String(low) : `${low}-${high}` };
}
