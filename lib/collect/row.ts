/** What collecting a transcript yields: trace rows, and facts about them in tables of their own. */
import type { Json } from "../trace/exact-json.ts";

export const PROVIDERS = ["claude", "codex"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Rows of the published extractor, exactly, or rows in which each response, call and counter of the transcripts is there once. */
export type Reading = "published" | "counted";

/** An element of `timing_events`, in list order. Attributes that are not known are left out. */
export interface TimingEvent {
  event_type: "user_message" | "tool_result" | "reasoning" | "text" | "tool_call" | "usage_report";
  /** ISO 8601 as logged. */
  timestamp: string | null;
  /** Record that it comes from, e.g. `assistant.content.text`. */
  source: string;
  /** Unicode code points. */
  content_chars?: number;
  tool_call_id?: string;
  tool_name?: string | null;
  tool_index?: number;
  result_chars?: number;
  is_error?: boolean;
}

/** An element of `tools`. Key order differs by provider: Codex has `result_at` after `emitted_at`. */
export interface Tool {
  tool_index: number;
  tool_name: string | null;
  tool_call_id: string;
  emitted_at: string | null;
  /** As logged; private. */
  input: Json;
  input_chars: number;
  result_chars: number | null;
  tool_wall_latency_ms: number | null;
  tool_internal_latency_ms: number | null;
  is_error: boolean | null;
  result_at: string | null;
}

/** One model call. Keys are written in the order in which the object holds them. */
export interface TraceRow {
  provider: Provider;
  /** Claude only. */
  project?: string;
  session_id: string;
  session_file: string;
  round_index: number;
  round_id: string;
  /** Codex only. */
  turn_id?: string | null;
  cwd?: string | null;
  model: string | null;
  /** Counters are null where the transcript has one that can't be read. */
  input_tokens_total: number | null;
  prefix_tokens: number | null;
  newly_append_tokens: number | null;
  claude_uncached_input_tokens: number | null;
  claude_cache_creation_input_tokens: number | null;
  claude_cache_read_input_tokens: number | null;
  output_tokens: number | null;
  reasoning_output_tokens: number | null;
  timing_events: TimingEvent[];
  tools: Tool[];
  current_input_event_count: number;
  current_user_message_count: number;
  current_tool_result_count: number;
  current_user_message_chars: number;
  current_tool_result_chars: number;
  current_input_chars: number;
  first_input_event_type: string | null;
}

/** A row as the collector writes it. */
export interface CollectedRow extends TraceRow {
  home: string;
  user: string;
  store: string;
  trace_key: string;
}

/**
 * What a transcript says about a response beyond its row; one per row, in the order of the rows.
 * Raw values: the collector turns ids into pseudonyms before it writes them.
 */
export interface RoundFacts {
  /**
   * Identity of the model's response, the same wherever it is replayed: Claude's message id;
   * for Codex turn id and cumulative usage. Null when the transcript names none.
   */
  responseId: string | null;
  /** Identity of the API request, where logged. */
  requestId: string | null;
  cacheWrite5mTokens: number | null;
  cacheWrite1hTokens: number | null;
  serviceTier: string | null;
  speed: string | null;
  /** The output count is that of a response still streaming: no record of it had a stop reason. Null where that is not known. */
  outputIsPlaceholder: boolean | null;
  /** How much the model was asked to think, as logged. */
  effort: string | null;
  thinkingTokens: number | null;
  /** Why the prompt was not found in the cache, as logged. */
  cacheMissReason: string | null;
  /** The row repeats history of another session, whose own transcript may hold it too. Null where that is not known. */
  isInherited: boolean | null;
  /** For each user message among the row's events, in their order. */
  speakers: Speaker[];
  /** Time that hooks took between the step before and this one; null when no hook is logged. */
  hookMs: number | null;
  /** Codex only: tokens written to the cache. Claude has them in the row. */
  cacheWriteTokens: number | null;
  /** Response id of the step that asked another model for advice, which this step is. */
  advisorOf: string | null;
}

/** Who or what a user message is from. */
export type Speaker = "typed" | "command" | "hook" | "task_notification" | "compaction_summary" | "interrupt" | "image" | "meta";

/** Something that happened between the steps of a session. */
export interface SessionEvent {
  kind: "compact" | "micro_compact" | "aborted" | "api_error" | "interrupt" | "hook" | "rate_limit";
  /** As logged. */
  timestamp: string | null;
  tokensBefore: number | null;
  tokensAfter: number | null;
  /** What caused it, in a word that the transcript uses. */
  trigger: string | null;
  toolCallIds: string[];
  /** Id of the record that says it, which copies in other transcripts have too. Null where records have none. */
  recordId: string | null;
}

/** What the rules of the extractor leave out although it says something: how often, and the sum of its numbers where it has any. */
export interface NotRead {
  count: number;
  sum: number | null;
}

export interface DroppedUsage {
  records: number;
  /** Input and output. */
  tokens: number;
}

/** What a transcript says about itself. Raw values. */
export interface SessionFacts {
  /** Of the file's own rows. */
  sessionId: string;
  /** In order of appearance. */
  clientVersions: string[];
  originator: string | null;
  relation: "main" | "sub-agent" | "fork" | "resume";
  /** `session_id` of the parent; null when there is none or it is not named. */
  parentSessionId: string | null;
  /** The tool call of the parent that spawned it, where logged. */
  parentToolCallId: string | null;
  /** ISO times of compactions, as logged; micro-compactions not counted. */
  compactionTimes: (string | null)[];
  /** Smallest and largest parseable timestamp of all records, as logged. */
  firstAt: string | null;
  lastAt: string | null;
  /** Last seen. */
  cwd: string | null;
  gitBranch: string | null;
  /** Codex only. */
  gitRemote: string | null;
  recordCount: number;
  /** Record types that no rule of the extractor names, with their counts; `type` or `type/payload type`. */
  unknownRecords: Record<string, number>;
  /** Top-level (Claude) or payload (Codex) keys never seen by this program, with their counts; `type.key`. */
  unknownKeys: Record<string, number>;
  /** Claude only: sub-agents that calls of this session spawned, by agent id (`agent-<id>.jsonl`); the value is the id of the call. */
  agentCalls?: Record<string, string>;
  /** Private: what the client or the user called the session. */
  title: string | null;
  /** Kind of sub-agent, as the call that spawned it names it. */
  agentType: string | null;
  contextWindowTokens: number | null;
  /** Last seen. */
  effort: string | null;
  /** Why the session or its last turn ended, where that is logged. */
  endedReason: string | null;
  /** `progress`: its own transcript is gone, and its rows are from progress records in the transcript of its parent. */
  knownFrom: "transcript" | "progress";
  events: SessionEvent[];
  /** By name: keys and records that say something and are not read, with the sums of tokens, milliseconds and the like in them. */
  notRead: Record<string, NotRead>;
  /** By reason: usage of which no row is made. */
  droppedUsage: Record<string, DroppedUsage>;
  /** By name: counters that are there but are not whole numbers in any spelling. */
  rejectedCounters: Record<string, number>;
  /** Claude only: kinds of the sub-agents in `agentCalls`, by agent id, where the call names one. */
  agentTypes?: Record<string, string>;
  /** Claude only: sub-agents known from progress records. Their rows follow the transcript's own, under their own session ids. */
  helpers?: SessionFacts[];
}

export interface Extracted {
  /** In order of creation. */
  rows: TraceRow[];
  /** Same length as `rows`. */
  facts: RoundFacts[];
  session: SessionFacts;
}
