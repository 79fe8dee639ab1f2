/** Two formulas that rebuild the mean response time from averages, and the checks of them. */

import { providerOrder } from "../../../lib/chart/palette.ts";
import { query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import type { Check } from "../../../lib/trace/checks.ts";

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
const AMOUNTS: readonly Exclude<keyof SumsRow, "provider">[] = [
  "turns",
  "dropped",
  "e2e_s",
  "rows",
  "generation_rows",
  "generation_s",
  "tool_calls",
  "effective_calls",
  "effective_s",
  "wall_calls",
  "wall_s",
];
/** Sums over the requests of one provider, or of `all`; `_s` in seconds. */
export type Sums = SumsRow & { readonly provider: string };

/** All requests first, then the providers. */
export function orderedSums(rows: readonly SumsRow[]): Sums[] {
  const named = rows.flatMap(({ provider, ...sums }) => (provider === null ? [] : [{ provider, ...sums }]));
  return [
    ...rows.filter(({ provider }) => provider === null).map((sums) => ({ ...sums, provider: "all" })),
    ...providerOrder(named.map(({ provider }) => provider)).flatMap((name) => named.filter(({ provider }) => provider === name)),
  ];
}

/** The averages in a formula and its result. Seconds; null where the formula would divide by zero. */
export interface Formula {
  readonly provider: string;
  readonly latency: Latency;
  readonly turns: number;
  readonly e2e_per_turn_s: number | null;
  readonly rows_per_turn: number | null;
  readonly generation_per_row_s: number | null;
  readonly tool_per_row_s: number | null;
  /** (generation per step + tool time per step) · steps per request. */
  readonly row_formula_s: number | null;
  readonly row_error_s: number | null;
  readonly generation_rows_per_turn: number | null;
  readonly generation_per_generation_row_s: number | null;
  readonly calls_per_turn: number | null;
  readonly tool_per_call_s: number | null;
  /** generation per generating step · such steps per request + tool time per timed call · such calls per request. */
  readonly component_formula_s: number | null;
  readonly component_error_s: number | null;
}

export function formulaOf(sums: Sums, latency: Latency): Formula {
  const { turns, rows, generation_rows, generation_s } = sums;
  const calls = sums[`${latency}_calls`];
  const tool_s = sums[`${latency}_s`];
  const e2e = ratio(sums.e2e_s, turns);
  const rowsPerTurn = ratio(rows, turns);
  const generationPerRow = ratio(generation_s, rows);
  const toolPerRow = ratio(tool_s, rows);
  const generationRowsPerTurn = ratio(generation_rows, turns);
  const generationPerGenerationRow = ratio(generation_s, generation_rows);
  const callsPerTurn = ratio(calls, turns);
  const toolPerCall = ratio(tool_s, calls);
  const byRow = product(plus(generationPerRow, toolPerRow), rowsPerTurn);
  const byComponent = plus(product(generationPerGenerationRow, generationRowsPerTurn), product(toolPerCall, callsPerTurn));
  return {
    provider: sums.provider,
    latency,
    turns,
    e2e_per_turn_s: e2e,
    rows_per_turn: rowsPerTurn,
    generation_per_row_s: generationPerRow,
    tool_per_row_s: toolPerRow,
    row_formula_s: byRow,
    row_error_s: minus(byRow, e2e),
    generation_rows_per_turn: generationRowsPerTurn,
    generation_per_generation_row_s: generationPerGenerationRow,
    calls_per_turn: callsPerTurn,
    tool_per_call_s: toolPerCall,
    component_formula_s: byComponent,
    component_error_s: minus(byComponent, e2e),
  };
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
    {
      name: "row_formula",
      title: "Averages per step multiply back to generation and tool time per request.",
      level: "violation",
      count: failing(({ row_formula_s }) => row_formula_s),
      of: pairs.length,
    },
    {
      name: "component_formula",
      title: "Averages per generating step and per timed call multiply back to the same.",
      level: "violation",
      count: failing(({ component_formula_s }) => component_formula_s),
      of: pairs.length,
    },
    {
      name: "providers_add_up",
      title: "The sums of the providers add up to those of all requests.",
      level: "violation",
      count: amountsThatDiffer(sums).length,
      of: sums.length > 0 ? AMOUNTS.length : 0,
    },
  ];
}

function amountsThatDiffer([all, ...providers]: readonly Sums[]): typeof AMOUNTS {
  if (!all) return [];
  return AMOUNTS.filter((amount) => {
    const parts = providers.reduce((sum, each) => sum + each[amount], 0);
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
