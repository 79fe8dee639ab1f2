/** Which groups of a figure are worth a panel, a curve or a bar. */

interface Group {
  readonly scope?: string;
  readonly provider?: string;
}

/** How experiments name all providers together. */
const EVERYTHING = new Set(["merged", "all"]);
/** Sums of the same values in another order differ by less. */
const NOISE = 1e-9;

/**
 * The groups that have anything, in their order; all providers together only where that is more than the one provider.
 * Of a name with several groups (say, by trigger) all or none are shown.
 * @param amountOf what a group has: calls, seconds, tokens; not negative
 */
export function groupsToShow<G extends Group>(groups: readonly G[], amountOf: (group: G) => number): G[] {
  const amounts = new Map<string, number>();
  for (const group of groups) amounts.set(nameOf(group), (amounts.get(nameOf(group)) ?? 0) + amountOf(group));
  const filled = [...amounts].filter(([, amount]) => amount > 0);
  const [only, ...others] = filled.filter(([name]) => !EVERYTHING.has(name));
  const repeated = (name: string, amount: number) =>
    EVERYTHING.has(name) && only !== undefined && others.length === 0 && Math.abs(amount - only[1]) <= NOISE * amount;
  const shown = new Set(filled.filter(([name, amount]) => !repeated(name, amount)).map(([name]) => name));
  return groups.filter((group) => shown.has(nameOf(group)));
}

function nameOf({ scope, provider }: Group): string {
  return scope ?? provider ?? "";
}
