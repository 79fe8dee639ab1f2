/** Rows of tool calls that repeat each other. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { type Check, warning } from "../../../lib/trace/checks.ts";

/** Latencies in milliseconds. */
export const BREAKDOWNS = query("query.sql", {
  level: ["all", "provider", "tool"],
  provider: "text?",
  tool: "text?",
  raw_rows: "number",
  raw_latency_ms: "number",
  duplicate_groups: "number",
  rows_in_groups: "number",
  extra_rows: "number",
  overcount_ms: "number",
  multi_session_groups: "number",
  subagent_groups: "number",
  subagent_extra_rows: "number",
  single_trace_key_groups: "number",
});
export type Breakdown = RowOf<typeof BREAKDOWNS>;

export const EXACT = query("exact.sql", { duplicate_groups: "number", extra_rows: "number" });
type ExactDuplicates = RowOf<typeof EXACT>;

/** Latencies in milliseconds and hours. */
export const GROUPS = query("groups.sql", {
  provider: "text",
  base_session_id: "text?",
  round_id: "text?",
  tool_call_id: "text?",
  tool_name: "text?",
  emitted_at: "text?",
  result_at: "text?",
  input_chars: "number?",
  result_chars: "number?",
  latency_source: ["internal", "wall_fallback", "missing"],
  latency_ms: "number",
  latency_hours: "number",
  raw_rows: "number",
  extra_rows: "number",
  overcount_latency_ms: "number",
  overcount_latency_hours: "number",
  session_count: "number",
  trace_key_count: "number",
  has_subagent_session: "boolean",
  sample_sessions: "text?",
  sample_trace_keys: "text?",
  sample_line_numbers: "text?",
  first_round_pk: "number",
  first_tool_index: "number?",
});
export type DuplicateCall = RowOf<typeof GROUPS>;

/** What the audit found. */
export type Audit = Readonly<ReturnType<typeof auditOf>>;

const MS_PER_H = 3_600_000;

export function hoursOf(ms: number): number {
  return ms / MS_PER_H;
}

/** Tools and groups are most overcounted first. The queries return a row for everything and one of exact duplicates even without tool calls. */
export function auditOf(breakdowns: readonly Breakdown[], exact: readonly ExactDuplicates[], groups: readonly DuplicateCall[]) {
  const of = (level: Breakdown["level"]) => breakdowns.filter((row) => row.level === level);
  return { all: at(of("all"), 0), providers: of("provider"), tools: of("tool"), exact: at(exact, 0), groups };
}

/** Duplicates are legal, because traces keep every row, so both checks are warnings. */
export function duplicateChecks({ all, exact }: Audit): Check[] {
  return [
    warning(
      "exact_duplicate_tool_rows",
      "No row of a tool call equals another in trace key, position, name, id, times, sizes and latencies.",
      exact.extra_rows,
      all.raw_rows,
      `${grouped(exact.duplicate_groups)} rows occur more than once`,
    ),
    warning(
      "duplicate_physical_tool_rows",
      "No tool call of a session is held by more than one row.",
      all.extra_rows,
      all.raw_rows,
      `${grouped(hoursOf(all.overcount_ms), 2)} hours of tool time are counted too often, see duplicate_tool_groups.csv`,
    ),
  ];
}
