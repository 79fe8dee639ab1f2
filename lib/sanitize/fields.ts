/** The fields of published rows and companion lines, from the documented schema. What is not here is left out. */
import type { COMPANION_KEYS, ROUND_COLUMNS, TIMING_EVENT_COLUMNS, TOOL_CALL_COLUMNS } from "../trace/schema.ts";
import {
  BOOLEAN,
  CALL,
  each,
  type Form,
  INTEGER,
  MODEL,
  ORIGINATOR,
  owner,
  pseudonym,
  ROUND,
  SESSION,
  TIME,
  TIMES,
  TOOL,
  TRACE_KEY,
  TURN,
  VERSIONS,
  word,
} from "./forms.ts";
import { WORDS } from "./vocabulary.ts";

export type Place = "row" | "timing_events" | "tools" | "sessions" | "details" | "events";
type Fields<Columns, Private extends string> = Readonly<Record<Exclude<keyof Columns, Private>, Form>>;

/** Documented keys that only private files have; leaving them out needs no word. */
export const PRIVATE_KEYS: Readonly<Record<Place, ReadonlySet<string>>> = {
  row: new Set(["session_file", "cwd", "home"]),
  timing_events: new Set(),
  tools: new Set(["input"]),
  // Exact sizes would show which transcript of a collection a session is.
  sessions: new Set(["byte_count", "record_count", "title"]),
  details: new Set(),
  events: new Set(),
};

const PROVIDER = word(WORDS.provider, "provider");

const ROW: Fields<typeof ROUND_COLUMNS, "session_file" | "cwd" | "home"> = {
  provider: PROVIDER,
  project: owner("project"),
  session_id: SESSION,
  round_index: INTEGER,
  round_id: ROUND,
  turn_id: TURN,
  model: MODEL,
  input_tokens_total: INTEGER,
  prefix_tokens: INTEGER,
  newly_append_tokens: INTEGER,
  claude_uncached_input_tokens: INTEGER,
  claude_cache_creation_input_tokens: INTEGER,
  claude_cache_read_input_tokens: INTEGER,
  output_tokens: INTEGER,
  current_input_event_count: INTEGER,
  current_user_message_count: INTEGER,
  current_tool_result_count: INTEGER,
  current_user_message_chars: INTEGER,
  current_tool_result_chars: INTEGER,
  current_input_chars: INTEGER,
  first_input_event_type: word(WORDS.event, "event"),
  user: owner("user"),
  store: word(WORDS.store, "store"),
  trace_key: TRACE_KEY,
  reasoning_output_tokens: INTEGER,
};

const TOOLS: Fields<typeof TOOL_CALL_COLUMNS, never> = {
  tool_index: INTEGER,
  tool_name: TOOL,
  tool_call_id: CALL,
  emitted_at: TIME,
  result_at: TIME,
  tool_wall_latency_ms: INTEGER,
  tool_internal_latency_ms: INTEGER,
  is_error: BOOLEAN,
  input_chars: INTEGER,
  result_chars: INTEGER,
};

const TIMING_EVENTS: Fields<typeof TIMING_EVENT_COLUMNS, "event_index"> = {
  event_type: word(WORDS.event, "event"),
  source: word(WORDS.source, "source"),
  timestamp: TIME,
  tool_call_id: CALL,
  tool_index: INTEGER,
  tool_name: TOOL,
  is_error: BOOLEAN,
  result_chars: INTEGER,
  content_chars: INTEGER,
};

const SESSIONS: Fields<typeof COMPANION_KEYS.sessions, "byte_count" | "record_count" | "title"> = {
  provider: PROVIDER,
  session_id: SESSION,
  transcript_id: pseudonym("transcript_id", ""),
  project: owner("project"),
  user: owner("user"),
  store: word(WORDS.store, "store"),
  client_version: VERSIONS,
  originator: ORIGINATOR,
  relation: word(WORDS.relation, "relation"),
  parent_session_id: SESSION,
  parent_tool_call_id: CALL,
  compaction_count: INTEGER,
  compaction_times: TIMES,
  first_at: TIME,
  last_at: TIME,
  cwd_pseudonym: pseudonym("cwd", ""),
  git_branch_pseudonym: pseudonym("git_branch", ""),
  round_count: INTEGER,
  unknown_record_count: INTEGER,
  rejected_line_count: INTEGER,
  agent_type: word(WORDS.agent, "agent_type"),
  context_window_tokens: INTEGER,
  effort: word(WORDS.effort, "effort"),
  ended_reason: word(WORDS.ended, "ended_reason"),
  known_from: word(WORDS.known_from, "known_from"),
};

const DETAILS: Fields<typeof COMPANION_KEYS.round_details, never> = {
  trace_key: TRACE_KEY,
  transcript_id: pseudonym("transcript_id", ""),
  response_id: pseudonym("response_id", ""),
  request_id: pseudonym("request_id", ""),
  cache_write_5m_tokens: INTEGER,
  cache_write_1h_tokens: INTEGER,
  service_tier: word(WORDS.tier, "tier"),
  speed: word(WORDS.speed, "speed"),
  output_is_placeholder: BOOLEAN,
  is_first_holder: BOOLEAN,
  first_holder_session_id: SESSION,
  effort: word(WORDS.effort, "effort"),
  thinking_tokens: INTEGER,
  cache_miss_reason: word(WORDS.cache_miss, "cache_miss"),
  is_inherited: BOOLEAN,
  speakers: each(word(WORDS.speaker, "speaker")),
  hook_ms: INTEGER,
  cache_write_tokens: INTEGER,
  advisor_of: pseudonym("response_id", ""),
};

const EVENTS: Fields<typeof COMPANION_KEYS.session_events, never> = {
  session_id: SESSION,
  transcript_id: pseudonym("transcript_id", ""),
  seq: INTEGER,
  timestamp: TIME,
  kind: word(WORDS.kind, "kind"),
  tokens_before: INTEGER,
  tokens_after: INTEGER,
  trigger: word(WORDS.trigger, "trigger"),
  tool_call_ids: each(CALL),
};

const FIELDS: Readonly<Record<Place, ReadonlyMap<string, Form>>> = {
  row: new Map(Object.entries(ROW)),
  timing_events: new Map(Object.entries(TIMING_EVENTS)),
  tools: new Map(Object.entries(TOOLS)),
  sessions: new Map(Object.entries(SESSIONS)),
  details: new Map(Object.entries(DETAILS)),
  events: new Map(Object.entries(EVENTS)),
};

export function formOf(place: Place, key: string): Form | undefined {
  return FIELDS[place].get(key);
}

export type ListKey = "timing_events" | "tools";

export function isListKey(key: string): key is ListKey {
  return key === "timing_events" || key === "tools";
}

/** Every key that a published file may have. */
export const PUBLIC_KEYS: ReadonlySet<string> = new Set([
  "timing_events",
  "tools",
  ...Object.values(FIELDS).flatMap((fields) => [...fields.keys()]),
]);

/** How messages call a key: `model`, `tools[].tool_name`. */
export function fieldName(place: Place, key: string): string {
  return isListKey(place) ? `${place}[].${key}` : key;
}
