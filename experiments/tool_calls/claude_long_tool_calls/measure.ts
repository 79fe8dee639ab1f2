/** The long calls: each, what they add up to, and what they have in common. */
import { query, type RowOf } from "../../../lib/experiment.ts";

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
  effective_latency_hours: "number",
  wall_latency_ms: "number?",
  wall_latency_hours: "number?",
  computed_wall_latency_ms: "number?",
  internal_latency_ms: "number?",
  internal_latency_hours: "number?",
  emitted_at: "text?",
  result_at: "text?",
  tool_result_delay_hours: "number?",
  is_error: "boolean",
  input_chars: "number?",
  result_chars: "number?",
  input_preview: "text?",
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

/** Of the long calls, with and without repeated records. */
export const AUDIT = query("audit.sql", {
  calls: "number",
  total_ms: "number",
  repeated_calls: "number",
  repeated_positions: "number",
  distinct_calls: "number",
  distinct_ms: "number",
  repeated_groups: "number",
  further_records: "number",
  groups_in_sessions: "number",
  human_calls: "number",
  human_ms: "number",
});
export type Audit = RowOf<typeof AUDIT>;

export const COUNTS = query("counts.sql", {
  kind: ["source", "tool", "model", "error", "own"],
  value: "text",
  calls: "number",
  total_ms: "number",
  first_seen: "number",
});
export type Count = RowOf<typeof COUNTS>;

export const REPEATED = query("repeated.sql", {
  times: "number",
  sessions: "number",
  tool_name: "text",
  effective_latency_ms: "number",
  emitted_at: "text?",
  result_at: "text?",
});
export type Repeated = RowOf<typeof REPEATED>;
