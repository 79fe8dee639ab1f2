/** Columns of the trace tables, in their documented order. DuckDB types; `timestamp` columns are naive UTC microseconds. */

export type ColumnType = "BIGINT" | "VARCHAR" | "TIMESTAMP" | "BOOLEAN";
export type Columns = Readonly<Record<string, ColumnType>>;

/** Bumped when the meaning of a table or column changes, so that stale outputs are redrawn. */
export const SCHEMA_VERSION = 1;

/**
 * Every scalar key that a trace row may carry, after `round_pk` and `ingest_seq`.
 * Files built by other tools order them by first appearance and may lack some; select by name.
 */
export const ROUND_COLUMNS = {
  provider: "VARCHAR",
  project: "VARCHAR",
  session_id: "VARCHAR",
  session_file: "VARCHAR",
  round_index: "BIGINT",
  round_id: "VARCHAR",
  turn_id: "VARCHAR",
  cwd: "VARCHAR",
  model: "VARCHAR",
  input_tokens_total: "BIGINT",
  prefix_tokens: "BIGINT",
  newly_append_tokens: "BIGINT",
  claude_uncached_input_tokens: "BIGINT",
  claude_cache_creation_input_tokens: "BIGINT",
  claude_cache_read_input_tokens: "BIGINT",
  output_tokens: "BIGINT",
  current_input_event_count: "BIGINT",
  current_user_message_count: "BIGINT",
  current_tool_result_count: "BIGINT",
  current_user_message_chars: "BIGINT",
  current_tool_result_chars: "BIGINT",
  current_input_chars: "BIGINT",
  first_input_event_type: "VARCHAR",
  home: "VARCHAR",
  user: "VARCHAR",
  store: "VARCHAR",
  trace_key: "VARCHAR",
  reasoning_output_tokens: "BIGINT",
} as const satisfies Columns;

/** One row per element of `tools[]`. */
export const TOOL_CALL_COLUMNS = {
  tool_index: "BIGINT",
  tool_name: "VARCHAR",
  tool_call_id: "VARCHAR",
  emitted_at: "TIMESTAMP",
  result_at: "TIMESTAMP",
  tool_wall_latency_ms: "BIGINT",
  tool_internal_latency_ms: "BIGINT",
  is_error: "BOOLEAN",
  input_chars: "BIGINT",
  result_chars: "BIGINT",
} as const satisfies Columns;

/** One row per element of `timing_events[]`; `event_index` is the 1-based list position. */
export const TIMING_EVENT_COLUMNS = {
  event_index: "BIGINT",
  event_type: "VARCHAR",
  source: "VARCHAR",
  timestamp: "TIMESTAMP",
  tool_call_id: "VARCHAR",
  tool_index: "BIGINT",
  tool_name: "VARCHAR",
  is_error: "BOOLEAN",
  result_chars: "BIGINT",
  content_chars: "BIGINT",
} as const satisfies Columns;

/** Table name to its columns, `round_pk` included. */
export const TRACE_TABLES = {
  rounds: { round_pk: "BIGINT", ingest_seq: "BIGINT", ...ROUND_COLUMNS },
  tool_calls: { round_pk: "BIGINT", ...TOOL_CALL_COLUMNS },
  timing_events: { round_pk: "BIGINT", ...TIMING_EVENT_COLUMNS },
} as const satisfies Record<string, Columns>;

export type TraceTable = keyof typeof TRACE_TABLES;
