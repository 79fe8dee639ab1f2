/** Files next to a trace: what is known of its transcripts and of each of its rows. `lib/collect/README.md` describes them. */

/** One JSON line per transcript file. */
export function sessionsFileOf(trace: string): string {
  return `${stem(trace)}.sessions.jsonl`;
}

/** One JSON line per row of the trace, in its order. */
export function detailsFileOf(trace: string): string {
  return `${stem(trace)}.details.jsonl`;
}

/** One JSON line per event of a session that is not a step: compactions, interrupts, errors. */
export function eventsFileOf(trace: string): string {
  return `${stem(trace)}.events.jsonl`;
}

/** Private: one JSON line per tool call of the trace. Never exported, and no published trace has one. */
export function inputsFileOf(trace: string): string {
  return `${stem(trace)}.inputs.jsonl`;
}

/** Private: names of projects, branches and machines, one a line, that must not be in what is published. */
export function namesFileOf(trace: string): string {
  return `${stem(trace)}.names.txt`;
}

function stem(trace: string): string {
  return trace.replace(/(\.(jsonl|ndjson|json))?(\.(gz|zst))?$/, "");
}

/** A line of the sessions file; keys are the columns of the table `sessions`. Times are ISO 8601. */
export interface SessionLine {
  provider: string;
  session_id: string;
  /** Pseudonym of the transcript's path; `round_details` names it too. */
  transcript_id: string;
  project: string | null;
  user: string;
  store: string;
  /** In order of appearance, separated by a space. */
  client_version: string | null;
  originator: string | null;
  relation: string;
  parent_session_id: string | null;
  parent_tool_call_id: string | null;
  compaction_count: number;
  /** Separated by a space. */
  compaction_times: string | null;
  first_at: string | null;
  last_at: string | null;
  cwd_pseudonym: string | null;
  git_branch_pseudonym: string | null;
  byte_count: number;
  record_count: number;
  round_count: number;
  unknown_record_count: number;
  rejected_line_count: number;
  /** Private: what the client or the user called the session. */
  title: string | null;
  /** Kind of a sub-agent. */
  agent_type: string | null;
  context_window_tokens: number | null;
  /** How much the model was asked to think, last seen. */
  effort: string | null;
  ended_reason: string | null;
  /** `transcript`, or `progress` for a sub-agent whose own transcript is gone. */
  known_from: string;
}

/** A line of the details file; keys are the columns of the table `round_details`, but for `trace_key`, which only checks the pairing. */
export interface DetailsLine {
  /** Of the row at the same position. */
  trace_key: string;
  transcript_id: string;
  /** Pseudonyms. */
  response_id: string | null;
  request_id: string | null;
  cache_write_5m_tokens: number | null;
  cache_write_1h_tokens: number | null;
  service_tier: string | null;
  speed: string | null;
  output_is_placeholder: boolean | null;
  /** This row is the first of the trace that holds the response; rows without response id are their own first. */
  is_first_holder: boolean;
  /** `session_id` of the row that is. */
  first_holder_session_id: string;
  effort: string | null;
  thinking_tokens: number | null;
  cache_miss_reason: string | null;
  /** The row repeats history of another session. */
  is_inherited: boolean | null;
  /** Who each user message of the step is from, in order, separated by a space. */
  speakers: string | null;
  /** Time of hooks between the step before and this one. */
  hook_ms: number | null;
  /** Codex only; Claude has them in the row. */
  cache_write_tokens: number | null;
  /** `response_id` of the step that asked this one, of another model, for advice. */
  advisor_of: string | null;
}

/** A line of the events file; keys are the columns of the table `session_events`. */
export interface EventLine {
  session_id: string;
  transcript_id: string;
  /** Position among the events of the transcript, from 1. */
  seq: number;
  timestamp: string | null;
  /** `compact`, `micro_compact`, `aborted`, `api_error`, `interrupt`, `hook` or `rate_limit`. */
  kind: string;
  tokens_before: number | null;
  tokens_after: number | null;
  trigger: string | null;
  /** Separated by a space. */
  tool_call_ids: string | null;
}

/** A line of the inputs file; keys are the columns of the table `tool_inputs`, but for `trace_key`, which names the row. */
export interface InputLine {
  trace_key: string;
  tool_index: number;
  /** Keyed: equal inputs have equal hashes within the traces of one key. */
  input_hash: string;
  /** What the call is about: a path, an address, a pattern or a command. */
  target: string | null;
  /** What it does there, in a word of `lib/collect/tool-input.ts`. */
  verb: string | null;
}
