/** Columns of the trace tables, in their documented order. DuckDB types; `timestamp` columns are naive UTC microseconds. */
import type { DetailsLine, EventLine, InputLine, SessionLine } from "./companions.ts";

export type ColumnType = "BIGINT" | "VARCHAR" | "TIMESTAMP" | "BOOLEAN";
export type Columns = Readonly<Record<string, ColumnType>>;

/** Bumped when the meaning of a table or column changes, so that stale outputs are redrawn. */
export const SCHEMA_VERSION = 2;

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

/**
 * What `rounds` has in an opened pool besides its stored columns. In the published reading they are false, true and the `session_id`;
 * `docs/readings.md` has the rules of the counted one.
 */
export const READING_COLUMNS = {
  /** History that a child of Codex replays and that nothing else in the pool holds. Its tokens count, its times don't: it has no events. */
  is_replayed: "BOOLEAN",
  /** False: the output was logged while the response was streaming, so that it is less than what was written. */
  output_is_final: "BOOLEAN",
  /** The session at the root: a helper, fork or resumed part belongs to the conversation of its parent. NULL only where `session_id` is. */
  conversation_id: "VARCHAR",
} as const satisfies Columns;

export type TraceTable = keyof typeof TRACE_TABLES;

type ColumnTypeOf<Value> = Value extends number ? "BIGINT" : Value extends boolean ? "BOOLEAN" : "VARCHAR" | "TIMESTAMP";
type ColumnsOf<Line> = { readonly [Key in keyof Line]-?: ColumnTypeOf<NonNullable<Line[Key]>> };

/**
 * One row per transcript, `transcript_id` unique, and per sub-agent that is known from the transcript of its parent alone: the lines
 * of the sessions files next to the traces.
 */
const SESSION_COLUMNS = {
  provider: "VARCHAR",
  session_id: "VARCHAR",
  transcript_id: "VARCHAR",
  project: "VARCHAR",
  user: "VARCHAR",
  store: "VARCHAR",
  client_version: "VARCHAR",
  originator: "VARCHAR",
  relation: "VARCHAR",
  parent_session_id: "VARCHAR",
  parent_tool_call_id: "VARCHAR",
  compaction_count: "BIGINT",
  compaction_times: "VARCHAR",
  first_at: "TIMESTAMP",
  last_at: "TIMESTAMP",
  cwd_pseudonym: "VARCHAR",
  git_branch_pseudonym: "VARCHAR",
  byte_count: "BIGINT",
  record_count: "BIGINT",
  round_count: "BIGINT",
  unknown_record_count: "BIGINT",
  rejected_line_count: "BIGINT",
  title: "VARCHAR",
  agent_type: "VARCHAR",
  context_window_tokens: "BIGINT",
  effort: "VARCHAR",
  ended_reason: "VARCHAR",
  known_from: "VARCHAR",
} as const satisfies ColumnsOf<SessionLine>;

/** At most one row per step: the lines of the details files next to the traces. */
const DETAIL_COLUMNS = {
  transcript_id: "VARCHAR",
  response_id: "VARCHAR",
  request_id: "VARCHAR",
  cache_write_5m_tokens: "BIGINT",
  cache_write_1h_tokens: "BIGINT",
  service_tier: "VARCHAR",
  speed: "VARCHAR",
  output_is_placeholder: "BOOLEAN",
  is_first_holder: "BOOLEAN",
  first_holder_session_id: "VARCHAR",
  effort: "VARCHAR",
  thinking_tokens: "BIGINT",
  cache_miss_reason: "VARCHAR",
  is_inherited: "BOOLEAN",
  speakers: "VARCHAR",
  hook_ms: "BIGINT",
  cache_write_tokens: "BIGINT",
  advisor_of: "VARCHAR",
} as const satisfies ColumnsOf<Omit<DetailsLine, "trace_key">>;

/** What happened between the steps of a transcript, in order: the lines of the events files next to the traces. */
const EVENT_COLUMNS = {
  session_id: "VARCHAR",
  transcript_id: "VARCHAR",
  seq: "BIGINT",
  timestamp: "TIMESTAMP",
  kind: "VARCHAR",
  tokens_before: "BIGINT",
  tokens_after: "BIGINT",
  trigger: "VARCHAR",
  tool_call_ids: "VARCHAR",
} as const satisfies ColumnsOf<EventLine>;

/** At most one row per tool call: the lines of the inputs files next to the traces. */
const INPUT_COLUMNS = {
  tool_index: "BIGINT",
  input_hash: "VARCHAR",
  target: "VARCHAR",
  verb: "VARCHAR",
} as const satisfies ColumnsOf<Omit<InputLine, "trace_key">>;

/** Tables of what is next to a trace. A database may lack them or some of their columns; an opened pool has them, then without rows or values. */
export const COMPANION_TABLES = {
  sessions: SESSION_COLUMNS,
  round_details: { round_pk: "BIGINT", ...DETAIL_COLUMNS },
  session_events: EVENT_COLUMNS,
  tool_inputs: { round_pk: "BIGINT", ...INPUT_COLUMNS },
} as const satisfies Record<string, Columns>;

export type CompanionTable = keyof typeof COMPANION_TABLES;

/** Keys of a line of the file that a companion table is read from. */
export const COMPANION_KEYS = {
  sessions: SESSION_COLUMNS,
  round_details: { trace_key: "VARCHAR", ...DETAIL_COLUMNS },
  session_events: EVENT_COLUMNS,
  tool_inputs: { trace_key: "VARCHAR", ...INPUT_COLUMNS },
} as const satisfies {
  sessions: ColumnsOf<SessionLine>;
  round_details: ColumnsOf<DetailsLine>;
  session_events: ColumnsOf<EventLine>;
  tool_inputs: ColumnsOf<InputLine>;
};

/**
 * What stays with the owner of the transcripts: no export or sanitized trace has it. A page does only where a flag asks for it, such as
 * `--by target` of tool_calls/tool_output_bloat, and says that it is private.
 */
export const PRIVATE_TABLES: ReadonlySet<string> = new Set<CompanionTable>(["tool_inputs"]);
export const PRIVATE_COLUMNS: ReadonlySet<string> = new Set(["sessions.title"]);

/**
 * What a database was made of, one row per file unless stated otherwise; a database may lack these tables.
 * `trace_source` has one row with the traces' paths, separated by line feeds, and is as old as the rows themselves:
 * an export keeps it. `companion_source` names what was next to the traces, `parquet_source` the files of the exports
 * that this very database was built from.
 */
export const SOURCE_TABLES = {
  trace_source: { path: "VARCHAR" },
  companion_source: { path: "VARCHAR" },
  parquet_source: { path: "VARCHAR" },
} as const satisfies Record<string, Columns>;
