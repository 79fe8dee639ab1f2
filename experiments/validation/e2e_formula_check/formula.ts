/** Two formulas that rebuild the mean response time from averages, and the checks of them. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { numberColumns, query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Check, violation } from "../../../lib/trace/checks.ts";

export const LATENCIES = ["effective", "wall"] as const;
export type Latency = (typeof LATENCIES)[number];

export const SUMS = query("query.sql", {
  provider: "text?",
  turns: "number",
  dropped: "number",
  e2e_s: "number",
  rows: "number",
  generation_rows: "number",
  generation_s: "number",
  tool_calls: "number",
  effective_calls: "number",
  effective_s: "number",
  wall_calls: "number",
  wall_s: "number",
});
type SumsRow = RowOf<typeof SUMS>;
/** Sums over the requests of one provider, or of `all`; `_s` in seconds. */
export type Sums = SumsRow & { readonly provider: string };

/** All requests first, then the providers. */
export function orderedSums(rows: readonly SumsRow[]): Sums[] {
  const named = rows.map((sums) => ({ ...sums, provider: sums.provider ?? "all" }));
  const providers = providerOrder(rows.flatMap(({ provider }) => provider ?? []));
  return [
    ...named.filter((_, i) => rows[i]?.provider === null),
    ...providers.flatMap((name) => named.filter((_, i) => rows[i]?.provider === name)),
  ];
}

/** Averages, and what the formulas make of them. Seconds; null where one would divide by zero. */
export type Formula = Readonly<ReturnType<typeof formulaOf>>;

export function formulaOf(sums: Sums, latency: Latency) {
  const { provider, turns, rows, generation_rows, generation_s } = sums;
  const [calls, tool_s] = [sums[`${latency}_calls`], sums[`${latency}_s`]];
  const averages = {
    e2e_per_turn_s: ratio(sums.e2e_s, turns),
    rows_per_turn: ratio(rows, turns),
    generation_per_row_s: ratio(generation_s, rows),
    tool_per_row_s: ratio(tool_s, rows),
    generation_rows_per_turn: ratio(generation_rows, turns),
    generation_per_generation_row_s: ratio(generation_s, generation_rows),
    calls_per_turn: ratio(calls, turns),
    tool_per_call_s: ratio(tool_s, calls),
  };
  const row_formula_s = product(plus(averages.generation_per_row_s, averages.tool_per_row_s), averages.rows_per_turn);
  const component_formula_s = plus(
    product(averages.generation_per_generation_row_s, averages.generation_rows_per_turn),
    product(averages.tool_per_call_s, averages.calls_per_turn),
  );
  const row_error_s = minus(row_formula_s, averages.e2e_per_turn_s);
  const component_error_s = minus(component_formula_s, averages.e2e_per_turn_s);
  return { provider, latency, turns, ...averages, row_formula_s, row_error_s, component_formula_s, component_error_s };
}

/** Each of the sums with both latencies, effective first. */
export function formulasOf(sums: readonly Sums[]): Formula[] {
  return LATENCIES.flatMap((latency) => sums.map((each) => formulaOf(each, latency)));
}

/** Rounding of a few multiplications, relative to the largest term. */
const ROUNDING = 1e-9;

/** However they are grouped, averages multiply back to (generation + tools) / requests, so a difference is a bug here. */
export function checksOf(sums: readonly Sums[]): Check[] {
  const pairs = sums.flatMap((each) => LATENCIES.map((latency) => ({ each, latency, formula: formulaOf(each, latency) })));
  const failing = (value: (formula: Formula) => number | null) =>
    pairs.filter(({ each, latency, formula }) => {
      const found = value(formula);
      const expected = (each.generation_s + each[`${latency}_s`]) / each.turns;
      return found !== null && !(Math.abs(found - expected) <= ROUNDING * Math.max(1, expected));
    }).length;
  return [
    violation(
      "row_formula",
      "Averages per step multiply back to generation and tool time per request.",
      failing(({ row_formula_s }) => row_formula_s),
      pairs.length,
    ),
    violation(
      "component_formula",
      "Averages per generating step and per timed call multiply back to the same.",
      failing(({ component_formula_s }) => component_formula_s),
      pairs.length,
    ),
    violation(
      "providers_add_up",
      "The sums of the providers add up to those of all requests.",
      amountsThatDiffer(sums).length,
      sums.length > 0 ? numberColumns(SUMS).length : 0,
    ),
  ];
}

function amountsThatDiffer([all, ...providers]: readonly Sums[]) {
  if (!all) return [];
  return numberColumns(SUMS).filter((amount) => {
    const parts = sumOf(providers, (each) => each[amount]);
    return Math.abs(all[amount] - parts) > ROUNDING * Math.max(1, all[amount]);
  });
}

function product(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a * b;
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}
