import { sumsOf } from "../stats/sum.ts";
import { countCompact } from "./counts.ts";
import { grouped, money } from "./numbers.ts";

/** Steps whose price is from one place. */
export interface PricedSteps {
  /** `family` is a guess by a part of the model's name, `override` a rate of the user's own; null: the steps have no price. */
  readonly basis: "listed" | "family" | "override" | null;
  readonly steps: number;
  readonly tokens: number;
  readonly usd: number;
}

/**
 * What must be said wherever money is shown, a phrase without a final period: `490 of 530 steps have a price; 12 by a guess from the model's
 * family (1.1M tokens, $0.41), 3 at your own rate (20.0K tokens, $0.01); 1.2M tokens unpriced`. Null when each step has its list price.
 */
export function priceCoverage(groups: readonly PricedSteps[]): string | null {
  const sumOf = (basis: PricedSteps["basis"]) =>
    sumsOf(
      groups.filter((group) => group.basis === basis),
      ["steps", "tokens", "usd"],
    );
  const steps = sumsOf(groups, ["steps"]).steps;
  const unpriced = sumOf(null);
  const named = [
    { ...sumOf("family"), says: "by a guess from the model's family" },
    { ...sumOf("override"), says: "at your own rate" },
  ].filter((origin) => origin.steps > 0);
  if (unpriced.steps === 0 && named.length === 0) return null;
  const origins = named.map(
    (origin) => `${grouped(origin.steps)} ${origin.says} (${countCompact(origin.tokens)} tokens, ${money(origin.usd)})`,
  );
  return [
    `${grouped(steps - unpriced.steps)} of ${grouped(steps)} steps have a price`,
    ...(origins.length > 0 ? [origins.join(", ")] : []),
    ...(unpriced.steps > 0 ? [`${countCompact(unpriced.tokens)} tokens unpriced`] : []),
  ].join("; ");
}
