/** Statistics of tokens and cost per session, request and step, and what the money is spent on. */
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { summarize } from "../../../lib/stats/summary.ts";
import { SCOPES, type Scope } from "../../../lib/trace/scopes.ts";
import {
  type Amounts,
  amountsPer,
  GRANULARITIES,
  type Granularity,
  isPriced,
  KINDS,
  type Kind,
  type ModelUsage,
  PARTS,
  type Part,
  type Usage,
} from "./usage.ts";

export const CATEGORIES = ["total", ...PARTS] as const;
export type Category = (typeof CATEGORIES)[number];

/** Tokens or USD over the units of a granularity; statistics of none are 0. */
export type CostSummary = Readonly<ReturnType<typeof summarizeCosts>[number]>;

export type Coverage = Readonly<ReturnType<typeof coverageOf>>;

/** One summary for each scope, granularity, category and kind, in this order. */
export function summarizeCosts(usage: Usage) {
  return SCOPES.flatMap((scope) => {
    const shares = sharesOfCost(amountsPer("step", usage, scope));
    return GRANULARITIES.flatMap((granularity) => {
      const amounts = amountsPer(granularity, usage, scope);
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

export function valuesOf(amounts: Amounts, kind: Kind, category: Category): Float64Array {
  const { append, prefix, output } = amounts[kind];
  if (category !== "total") return amounts[kind][category];
  return prefix.map((value, i) => value + at(append, i) + at(output, i));
}

export function coverageOf({ models }: Usage) {
  const unpriced = models.filter((model) => !isPriced(model));
  const steps = (some: readonly { readonly steps: number }[]) => some.reduce((sum, each) => sum + each.steps, 0);
  return {
    priced: steps(models) - steps(unpriced),
    unpriced: steps(unpriced),
    /** Models without a price by number of steps, most first. */
    unpricedModels: [...new Set(unpriced.map(nameOf))]
      .map((name) => ({ name, steps: steps(unpriced.filter((model) => nameOf(model) === name)) }))
      .toSorted((a, b) => b.steps - a.steps),
  };
}

function nameOf({ model }: ModelUsage): string {
  return model || "no model";
}

/** Zeros when nothing was spent. */
function sharesOfCost({ usd }: Amounts): Record<Part, number> {
  const sums = { append: sumInOrder(usd.append), prefix: sumInOrder(usd.prefix), output: sumInOrder(usd.output) };
  const whole = sums.append + sums.prefix + sums.output;
  const share = (sum: number) => (whole > 0 ? sum / whole : 0);
  return { append: share(sums.append), prefix: share(sums.prefix), output: share(sums.output) };
}

/** US dollars with about three digits: `$178`, `$13.4`, `$0.61`. How many is decided before rounding: 9.996 is `$10.00`. */
export function dollars(usd: number): string {
  return `$${grouped(usd, usd >= 100 ? 0 : usd >= 10 ? 1 : 2)}`;
}
