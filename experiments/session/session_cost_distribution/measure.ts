/** Statistics of tokens and cost per session, request and step, and what the money is spent on. */
import { grouped, money } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { summaryOf } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope } from "../../../lib/trace/scopes.ts";
import { CATEGORIES, type Category, GRANULARITIES, type Granularity, KINDS, type Usage } from "./usage.ts";

/** Tokens or USD over the units of a granularity; statistics of none are 0. */
export type CostSummary = Readonly<ReturnType<typeof summarizeCosts>[number]>;

/** One summary for each scope, granularity, category and kind, in this order. */
export function summarizeCosts(usage: Usage) {
  return SCOPES.flatMap((scope) =>
    GRANULARITIES.flatMap((granularity) =>
      CATEGORIES.flatMap((category) =>
        KINDS.map((kind) => ({
          scope,
          granularity,
          category,
          kind,
          ...summaryOf(usage(scope, granularity, category, kind), 0),
          /** Part of what the steps of the scope cost, the same in each granularity; null for totals and tokens, and when nothing was spent. */
          share:
            category === "total" || kind === "tokens"
              ? null
              : ratio(usage(scope, "step", category, "usd").sum, usage(scope, "step", "total", "usd").sum),
        })),
      ),
    ),
  );
}

/** @throws when there is no such summary */
export function costSummaryOf(summaries: readonly CostSummary[], scope: Scope, granularity: Granularity, category: Category): CostSummary {
  const found = summaries.find(
    (summary) => summary.scope === scope && summary.granularity === granularity && summary.category === category && summary.kind === "usd",
  );
  if (!found) throw new Error(`no ${category} cost per ${granularity} in ${scope}`);
  return found;
}

/** US dollars with about three digits: `$178`, `$13.4`, `$0.61`, `$0.0042`. How many is decided before rounding: 9.996 is `$10.00`. */
export function dollars(usd: number): string {
  return usd < 0.01 ? money(usd) : centDollars(usd);
}

/** The same to the cent, as in the published table: `$0.00` for `$0.0042`. */
export function centDollars(usd: number): string {
  return `$${grouped(usd, usd >= 100 ? 0 : usd >= 10 ? 1 : 2)}`;
}
