/** The groups that tables of sessions speak of: everything together, and the two providers by themselves. */
import { COLORS, providerColor, providerTitle } from "../chart/palette.ts";

/** A step of another provider, or of none, is in `merged` only. */
export const SCOPES = ["merged", "claude", "codex"] as const;
export type Scope = (typeof SCOPES)[number];

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
