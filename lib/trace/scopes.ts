/** The groups that tables are divided into: all providers together, and each of the two main ones. */
import { COLORS, providerColor, providerTitle } from "../chart/palette.ts";
import type { Column } from "../experiment.ts";

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

/** The values whose provider, at the same position of `providers`, belongs to the scope. */
export function valuesInScope(scope: Scope, providers: ArrayLike<string | null>, values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  return scope === "merged" ? all : all.filter((_, i) => providers[i] === scope);
}

/** `merged` is shown as `All`. */
export function scopeTitle(scope: Scope): string {
  return scope === "merged" ? "All" : providerTitle(scope);
}

export function scopeColor(scope: Scope): string {
  return scope === "merged" ? COLORS.light.text : providerColor(scope);
}
