/** What sessions cost, as curves: how many cost up to each amount, and how much of the spend they make up. */
import { type CurvePoint, ecdfPoints } from "../../../lib/chart/cdf.ts";
import type { QueryContext } from "../../../lib/experiment.ts";
import { cumulate, type FineBin, filledBins, fineEdges } from "../../../lib/stats/fine-bins.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { SCOPES, type Scope } from "../../../lib/trace/scopes.ts";
import { type CostSummary, costSummaryOf } from "./measure.ts";
import { sessionCostBins, type Usage } from "./usage.ts";

/** The axis begins at the cheapest session, but not below this, or below this share of the most expensive one if that is less. */
const LEFT_END_USD = 0.01;
const LEFT_END_SHARE = 0.001;
/** And not right of this share of the most expensive one. */
const LEAST_WIDTH = 0.1;

export type SessionCosts = NonNullable<Awaited<ReturnType<typeof readSessionCosts>>>;

/** Curves by provider, of everything together when neither of the two has a session; null when nothing was spent. */
export async function readSessionCosts(db: QueryContext, usage: Usage, summaries: readonly CostSummary[]) {
  const sessionsOf = (scope: Scope) => usage(scope, "session", "total", "usd");
  const summaryOf = (scope: Scope) => costSummaryOf(summaries, scope, "session", "total");
  const spending = SCOPES.filter((scope) => sessionsOf(scope).sum > 0);
  if (spending[0] !== "merged") return null;
  const providers = spending.filter((scope) => scope !== "merged");
  const scopes = providers.length > 0 ? providers : spending;
  const { min, max } = summaryOf("merged");
  const floor = Math.min(LEFT_END_USD, LEFT_END_SHARE * max);
  const domain = [Math.min(LEAST_WIDTH * max, Math.max(min, floor)), max] as const;
  const fine = fineEdges(
    domain,
    SCOPES.map((scope) => summaryOf(scope).p90),
  );
  const edges = min < domain[0] ? [min, ...fine] : fine;
  const bins = await sessionCostBins(db, edges);
  const clamped = (point: CurvePoint) => ({ ...point, x: Math.max(point.x, domain[0]) });
  return {
    /** US dollars of the axis; what costs less is at its left end. */
    domain,
    groups: scopes.map((scope) => {
      const own = filledBins(
        bins.filter(({ group }) => group.scope === scope),
        edges,
      );
      return {
        scope,
        counts: ecdfPoints(scope, sessionsOf(scope).ascending).map(clamped),
        spend: spendPoints(scope, own).map(clamped),
        /** Of the spend, of the tenth of the sessions that cost most. */
        topShare:
          sumOf(
            own.filter(({ lo }) => lo >= summaryOf(scope).p90),
            ({ sum }) => sum,
          ) / sessionsOf(scope).sum,
      };
    }),
  };
}

/** The share of the summed cost that sessions up to the end of each bin take. */
function spendPoints(series: string, bins: readonly FineBin[]): CurvePoint[] {
  const points = cumulate(bins, []).map(({ hi, cumulativeSumShare }) => ({ series, x: hi, y: Math.max(0, cumulativeSumShare) }));
  return [...bins.slice(0, 1).map(({ lo }) => ({ series, x: lo, y: 0 })), ...points];
}
