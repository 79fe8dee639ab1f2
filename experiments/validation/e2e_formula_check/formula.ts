/** Two formulas of averages that rebuild the mean response time, and what must hold of them. */
import type { Check } from "../../../lib/trace/checks.ts";

export const LATENCIES = ["effective", "wall"] as const;
export type Latency = (typeof LATENCIES)[number];

/** Sums over the requests of one provider, or of `all`; `_s` in seconds. */
export interface Sums {
  readonly provider: string;
  readonly turns: number;
  readonly dropped: number;
  readonly e2e_s: number;
  readonly rows: number;
  readonly generation_rows: number;
  readonly generation_s: number;
  readonly tool_calls: number;
  readonly effective_calls: number;
  readonly effective_s: number;
  readonly wall_calls: number;
  readonly wall_s: number;
}

/** The averages that a formula takes, and what comes out. Seconds; null where something is divided by zero. */
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

/** Rounding of a few multiplications, relative to the largest of the terms. */
const ROUNDING = 1e-9;

/** Whatever the grouping, averages multiply back to (generation + tools) / requests, so a difference is a bug of ours. */
export function checksOf(sums: readonly Sums[]): Check[] {
  const pairs = sums.flatMap((each) => LATENCIES.map((latency) => ({ each, latency, formula: formulaOf(each, latency) })));
  const offending = (value: (formula: Formula) => number | null) =>
    pairs.filter(({ each, latency, formula }) => {
      const found = value(formula);
      const expected = (each.generation_s + each[`${latency}_s`]) / each.turns;
      return found !== null && !(Math.abs(found - expected) <= ROUNDING * Math.max(1, expected));
    }).length;
  const [all, ...providers] = sums;
  const unlike = (key: keyof Sums) => {
    const whole = Number(all?.[key] ?? 0);
    const parts = providers.reduce((sum, each) => sum + Number(each[key]), 0);
    return Math.abs(whole - parts) > ROUNDING * Math.max(1, whole);
  };
  const added = (Object.keys(all ?? {}) as (keyof Sums)[]).filter((key) => key !== "provider");
  return [
    {
      name: "row_formula",
      title: "Averages per step multiply back to generation and tool time per request.",
      level: "violation",
      count: offending(({ row_formula_s }) => row_formula_s),
      of: pairs.length,
    },
    {
      name: "component_formula",
      title: "Averages per generating step and per timed call multiply back to the same.",
      level: "violation",
      count: offending(({ component_formula_s }) => component_formula_s),
      of: pairs.length,
    },
    {
      name: "providers_add_up",
      title: "The sums of the providers add up to those of all requests.",
      level: "violation",
      count: added.filter(unlike).length,
      of: added.length,
    },
  ];
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
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
