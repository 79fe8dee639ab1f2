/** What the long calls have in common: counts, repeated records, and which of them wait for a person. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";

export const CALLS = query("query.sql", {
  line_no: "number",
  trace_key: "text?",
  session_id: "text?",
  round_id: "text?",
  round_index: "number?",
  model: "text?",
  tool_index: "number?",
  tool_name: "text",
  tool_call_id: "text?",
  source: ["internal", "wall_fallback"],
  effective_latency_ms: "number",
  wall_latency_ms: "number?",
  computed_wall_latency_ms: "number?",
  internal_latency_ms: "number?",
  emitted_at: "text?",
  result_at: "text?",
  is_error: "boolean",
  input_chars: "number?",
  result_chars: "number?",
});
export type LongCall = RowOf<typeof CALLS>;

export const TALLIES = query("tallies.sql", {
  scanned: "number",
  positive: "number",
  missing: "number",
  nonpositive: "number",
  internal: "number",
  wall_fallback: "number",
  first_internal: "number?",
  first_wall: "number?",
  first_missing: "number?",
  repeated_calls: "number",
  repeated_positions: "number",
  mismatches: "number",
  internal_won: "number",
});
/** Counts over all tool calls of Claude. */
export type Tallies = RowOf<typeof TALLIES>;

/** Tools whose latency is that of a person. */
export const HUMAN_TOOLS = ["AskUserQuestion", "ExitPlanMode", "PushNotification"];

export type Audit = Readonly<ReturnType<typeof auditOf>>;

export function auditOf(calls: readonly LongCall[]) {
  const inFileOrder = fileOrder(calls);
  const identified = inFileOrder.filter(({ tool_call_id }) => tool_call_id);
  const signatures = [...groupBy(inFileOrder, signatureOf).values()].map((same) => ({
    first: at(same, 0),
    calls: same.length,
    sessions: new Set(same.map(({ session_id }) => session_id)).size,
  }));
  const human = calls.filter(({ tool_name }) => HUMAN_TOOLS.includes(tool_name));
  return {
    calls: calls.length,
    totalMs: sumMs(calls),
    repeatedCalls: repeated(identified, (call) => JSON.stringify([call.session_id, roundKey(call), call.tool_call_id])),
    repeatedPositions: repeated(identified, (call) => JSON.stringify([call.trace_key, call.tool_index, call.tool_call_id])),
    /** Calls that look like one call, recorded several times. */
    signatures,
    distinctMs: sumMs(signatures.map(({ first }) => first)),
    human: { calls: human.length, totalMs: sumMs(human) },
  };
}

/** How often each value occurs, most often first; ties by first appearance in the file. */
export function tally(calls: readonly LongCall[], of: (call: LongCall) => string): [value: string, count: number][] {
  const counts = [...groupBy(fileOrder(calls), of)].map(([value, same]): [string, number] => [value, same.length]);
  return counts.sort((a, b) => b[1] - a[1]);
}

/** Summed latency by tool, most first; ties by first appearance in the file. */
export function timeByTool(calls: readonly LongCall[]): { tool: string; calls: number; totalMs: number }[] {
  const sums = [...groupBy(fileOrder(calls), ({ tool_name }) => tool_name)].map(([tool, same]) => ({
    tool,
    calls: same.length,
    totalMs: sumMs(same),
  }));
  return sums.sort((a, b) => b.totalMs - a.totalMs);
}

function fileOrder(calls: readonly LongCall[]): LongCall[] {
  return [...calls].sort((a, b) => a.line_no - b.line_no || (a.tool_index ?? 0) - (b.tool_index ?? 0));
}

function signatureOf(call: LongCall): string {
  const { tool_call_id, tool_name, emitted_at, result_at, effective_latency_ms, input_chars, result_chars } = call;
  return JSON.stringify([roundKey(call), tool_call_id, tool_name, emitted_at, result_at, effective_latency_ms, input_chars, result_chars]);
}

function roundKey({ round_id, trace_key }: LongCall): string {
  return round_id || trace_key || "";
}

function repeated(calls: readonly LongCall[], keyOf: (call: LongCall) => string): number {
  return [...groupBy(calls, keyOf).values()].filter((same) => same.length > 1).length;
}

function sumMs(calls: readonly LongCall[]): number {
  return calls.reduce((sum, { effective_latency_ms }) => sum + effective_latency_ms, 0);
}
