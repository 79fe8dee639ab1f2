/** Statistics of tokens and cost per session, request and step, and what the money is spent on. */
import { grouped, money } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope } from "../../../lib/trace/scopes.ts";
import { type Amounts, amountsOf, GRANULARITIES, type Granularity, KINDS, type Kind, PARTS, type Part, type Usage } from "./usage.ts";

export const CATEGORIES = ["total", ...PARTS] as const;
export type Category = (typeof CATEGORIES)[number];

/** Tokens or USD over the units of a granularity; statistics of none are 0. */
export type CostSummary = Readonly<ReturnType<typeof summarizeCosts>[number]>;

/** One summary for each scope, granularity, category and kind, in this order. */
export function summarizeCosts(usage: Usage) {
  return SCOPES.flatMap((scope) => {
    const shares = sharesOfCost(amountsOf(usage, scope, "step"));
    return GRANULARITIES.flatMap((granularity) => {
      const amounts = amountsOf(usage, scope, granularity);
      return CATEGORIES.flatMap((category) =>
        KINDS.map((kind) => ({
          scope,
          granularity,
          category,
          kind,
          ...summarize(valuesOf(amounts, kind, category), 0),
          /** Part of what the steps of the scope cost, the same in each granularity; null for totals and tokens. */
          share: category === "total" || kind === "tokens" ? null : shares[category],
        })),
      );
    });
  });
}

/** @throws when there is no such summary */
export function costSummaryOf(summaries: readonly CostSummary[], scope: Scope, granularity: Granularity, category: Category): CostSummary {
  const found = summaries.find(
    (summary) => summary.scope === scope && summary.granularity === granularity && summary.category === category && summary.kind === "usd",
  );
  if (!found) throw new Error(`no ${category} cost per ${granularity} in ${scope}`);
  return found;
}

export function valuesOf(amounts: Amounts, kind: Kind, category: Category): readonly number[] {
  const { append, prefix, output } = amounts[kind];
  if (category !== "total") return amounts[kind][category];
  return prefix.map((value, i) => value + at(append, i) + at(output, i));
}

/** Null when nothing was spent. */
function sharesOfCost({ usd }: Amounts): Record<Part, number | null> {
  const sums = { append: sumInOrder(usd.append), prefix: sumInOrder(usd.prefix), output: sumInOrder(usd.output) };
  const whole = sums.append + sums.prefix + sums.output;
  return { append: ratio(sums.append, whole), prefix: ratio(sums.prefix, whole), output: ratio(sums.output, whole) };
}

/** US dollars with about three digits: `$178`, `$13.4`, `$0.61`, `$0.0042`. How many is decided before rounding: 9.996 is `$10.00`. */
export function dollars(usd: number): string {
  return usd < 0.01 ? money(usd) : centDollars(usd);
}

/** The same to the cent, as in the published table: `$0.00` for `$0.0042`. */
export function centDollars(usd: number): string {
  return `$${grouped(usd, usd >= 100 ? 0 : usd >= 10 ? 1 : 2)}`;
}
