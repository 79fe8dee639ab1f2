/** Files next to a trace: what is known of its transcripts and of each of its rows. */

/** One JSON line per transcript file. */
export function sessionsFileOf(trace: string): string {
  return `${stem(trace)}.sessions.jsonl`;
}

/** One JSON line per row of the trace, in its order. */
export function detailsFileOf(trace: string): string {
  return `${stem(trace)}.details.jsonl`;
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
}
