/** The comparison: every row for every provider, and which provider of a judged row is better. */
import { providerLabel, providerOrder } from "../../../lib/chart/palette.ts";
import { at, known } from "../../../lib/stats/known.ts";
import { type Costs, type ProviderCost, pricedSteps } from "./costs.ts";
import { printed } from "./forms.ts";
import { type Direction, GROUPS, outputCounts, type Summary, steps, toolCalls } from "./rows.ts";

/** Scope of all steps together. */
const EVERYTHING = "merged";
const UNNAMED = "<unknown-provider>";
/** A value that is better by less than this share of the larger one is not called better. */
const SMALLEST_LEAD = 0.1;

export type Comparison = Readonly<ReturnType<typeof compare>>;
export type Provider = Comparison["providers"][number];
export type RowComparison = Comparison["groups"][number]["rows"][number];
export type ComparedValue = RowComparison["values"][number];

const NO_COST: ProviderCost = {
  steps: 0,
  conversations: 0,
  cost_nano: null,
  high_nano: null,
  fresh_nano: null,
  cache_write_nano: null,
  cache_read_nano: null,
  output_nano: null,
};

/** @param summary the pool as `merged`, and each provider by name */
export function compare(summary: Summary, costs: Costs) {
  const names = providerOrder(Object.keys(summary).filter((scope) => scope !== EVERYTHING));
  const scopes = names.map((name) => ({
    provider: name || UNNAMED,
    summary: known(summary[name]),
    cost: costs.byProvider.get(name) ?? NO_COST,
    prices: pricedSteps(costs, name),
  }));
  return {
    /** Claude and Codex first, then the others by name. */
    providers: scopes.map(({ provider, summary, prices }) => {
      const counts = outputCounts(summary);
      return {
        provider,
        title: providerLabel(provider),
        steps: steps(summary),
        ...toolCalls(summary),
        ...(counts !== null && { output_counts: counts }),
        ...(prices !== null && { prices }),
      };
    }),
    /** Steps of the pool, those without a provider included. */
    steps: steps(known(summary[EVERYTHING])),
    groups: GROUPS.map(({ id, title, rows }) => ({
      id,
      title,
      rows: rows.map(({ read, form, ...row }) => {
        const values = scopes.map(({ provider, summary, cost }) => {
          const raw = read(summary, cost);
          return { provider, raw, text: printed(form, raw) };
        });
        const better = betterOf(
          row.direction,
          values.map(({ raw }) => raw.value ?? null),
        );
        /** `better`: the provider with the better value; null where the row is not judged. */
        return { ...row, values, better: better === null ? null : at(values, better).provider };
      }),
    })),
  };
}

/** Index of the best value; null without a direction, without two finite values, and when the best two are nearly the same. */
export function betterOf(direction: Direction, values: readonly (number | null)[]): number | null {
  if (direction === "none") return null;
  const sign = direction === "up" ? 1 : -1;
  const ranked = values
    .map((value, index) => ({ index, score: value === null ? Number.NaN : sign * value }))
    .filter(({ score }) => Number.isFinite(score))
    .sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (!best || !second) return null;
  const lead = best.score - second.score;
  return lead > SMALLEST_LEAD * Math.max(Math.abs(best.score), Math.abs(second.score)) ? best.index : null;
}
