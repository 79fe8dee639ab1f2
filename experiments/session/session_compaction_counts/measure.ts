import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { summarizeAscending } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope, scopeIncludes } from "../../../lib/trace/scopes.ts";

const COUNTS = query("query.sql", {
  provider: "text?",
  compactions: "number",
  sessions: "number",
  major_reductions: "number",
  user_initiated: "number",
  tool_initiated: "number",
});
/** Sessions of a provider with the same number of compactions. */
export type SessionCounts = RowOf<typeof COUNTS>;

export interface Criteria {
  readonly minDropTokens: number;
  /** Minimum share of the session's largest context that must have been reached before the fall. */
  readonly nearMaxRatio: number;
  /** Share of the context before the fall that must not be reached again soon after, in so many steps. */
  readonly reboundRatio: number;
  readonly reboundSteps: number;
}

/** Totals of a scope. Statistics of no sessions are 0. */
export type ScopeSummary = Readonly<ReturnType<typeof summarizeScopes>[number]>;

export function countCompactions(db: QueryContext, criteria: Criteria): Promise<SessionCounts[]> {
  return db.rows(COUNTS, {
    min_drop_tokens: criteria.minDropTokens,
    near_max_ratio: criteria.nearMaxRatio,
    rebound_ratio: criteria.reboundRatio,
    rebound_steps: criteria.reboundSteps,
  });
}

export function compactionsOf({ userInitiated, toolInitiated }: Pick<ScopeSummary, "userInitiated" | "toolInitiated">): number {
  return userInitiated + toolInitiated;
}

export function summarizeScopes(sessions: readonly SessionCounts[]) {
  return SCOPES.map((scope) => {
    const { major_reductions, user_initiated, tool_initiated } = sumsOf(
      sessions.filter(({ provider }) => scopeIncludes(scope, provider)),
      ["major_reductions", "user_initiated", "tool_initiated"],
    );
    const counts = [...sessionsByCompactions(sessions, scope)].flatMap(([compactions, count]) => Array<number>(count).fill(compactions));
    return {
      scope,
      majorReductions: major_reductions,
      userInitiated: user_initiated,
      toolInitiated: tool_initiated,
      /** Of compactions per session, over all sessions, and over those with at least one. */
      all: summarizeAscending(counts, 0),
      positive: summarizeAscending(
        counts.filter((count) => count > 0),
        0,
      ),
    };
  });
}

/** How many sessions had how many compactions, fewest first. */
export function sessionsByCompactions(sessions: readonly SessionCounts[], scope: Scope): Map<number, number> {
  const inScope = sessions.filter(({ provider }) => scopeIncludes(scope, provider));
  const compactions = [...new Set(inScope.map((row) => row.compactions))].sort((a, b) => a - b);
  return new Map(
    compactions.map((count) => [
      count,
      sumOf(
        inScope.filter((row) => row.compactions === count),
        (row) => row.sessions,
      ),
    ]),
  );
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
