/** The groups that tables are divided into: all providers together, and each of the two main ones. */
import { COLORS, providerColor, providerTitle } from "../chart/palette.ts";
import type { Column, Distribution, DistributionRequest, Query, QueryContext, SqlParams, ValueColumn } from "../experiment.ts";

/** Steps of other providers, and of none, are in `merged` only. */
export const SCOPES = ["merged", "claude", "codex"] as const;
export type Scope = (typeof SCOPES)[number];

/** The column of a table that has a row, or several, for each scope. */
export const SCOPE_COLUMN: Column<{ readonly scope: Scope }> = {
  of: ({ scope }) => scope,
  says: "`merged` (all providers), `claude` or `codex`",
};

/** The column of a table whose rows each belong to a provider. */
export const PROVIDER_COLUMN: Column<{ readonly provider: string }> = {
  of: ({ provider }) => provider,
  says: "Provider; `<unknown-provider>` when missing",
};

export function scopeIncludes(scope: Scope, provider: string | null): boolean {
  return scope === "merged" || scope === provider;
}

/** The distribution of no values. */
export const NOTHING: Pick<Distribution, "n" | "sum" | "ascending"> = { n: 0, sum: 0, ascending: [] };

/** Distributions of columns of a query in each scope; without values, one of none. */
export async function distributionsByScope<R extends { readonly provider: string | null }, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  request: Omit<DistributionRequest<never, C>, "by">,
  params?: SqlParams,
): Promise<(scope: Scope, column: C) => Pick<Distribution, "n" | "sum" | "ascending">> {
  const [merged, byProvider] = await Promise.all([
    db.distributions(query, { ...request, by: [] }, params),
    db.distributions(query, { ...request, by: ["provider"] }, params),
  ]);
  const isOf = (scope: Scope, { group }: (typeof byProvider)[number]) => group.provider === scope;
  return (scope, column) => {
    const found = scope === "merged" ? merged : byProvider.filter((distribution) => isOf(scope, distribution));
    return found.find((distribution) => distribution.column === column) ?? NOTHING;
  };
}

/** `merged` is shown as `All`. */
export function scopeTitle(scope: Scope): string {
  return scope === "merged" ? "All" : providerTitle(scope);
}

export function scopeColor(scope: Scope): string {
  return scope === "merged" ? COLORS.light.text : providerColor(scope);
}
