/** The trace row of a sanitized pool: one line of JSON per agent step. Key order is part of the format. */

export type Provider = "claude" | "codex";
export type InputType = "user_message" | "tool_result";
type EventType = InputType | "reasoning" | "text" | "tool_call" | "usage_report";

/** An element of `timing_events`. Optional keys are left out, not null. */
export interface TimingEvent {
  readonly event_type: EventType;
  /** ISO 8601 in UTC with milliseconds. */
  readonly timestamp: string;
  readonly source: string;
  readonly content_chars?: number;
  readonly tool_call_id?: string;
  readonly tool_name?: string;
  readonly tool_index?: number;
  readonly result_chars?: number;
  readonly is_error?: boolean;
}

/** One call of a tool; what is null was never answered or never reported. */
export interface ToolCall {
  readonly toolName: string;
  readonly toolCallId: string;
  readonly emittedMs: number;
  readonly inputChars: number;
  readonly resultChars: number | null;
  readonly wallMs: number | null;
  readonly internalMs: number | null;
  readonly isError: boolean | null;
}

/** A step before it is spelled as a row. Token identities hold by construction: total = prefix + append. */
export interface Step {
  readonly provider: Provider;
  readonly project: string;
  readonly user: string;
  readonly sessionId: string;
  readonly roundIndex: number;
  readonly roundId: string;
  /** Codex only. */
  readonly turnId: string;
  readonly model: string;
  readonly prefixTokens: number;
  readonly appendTokens: number;
  /** Part of the append that was written to the cache; Claude only. */
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  /** Part of the output; Codex only. */
  readonly reasoningTokens: number;
  readonly events: readonly TimingEvent[];
  readonly tools: readonly ToolCall[];
}

export type Row = Readonly<Record<string, unknown>>;

const MINUTE_MS = 60_000;
/** The last minute that was spelled: times come in bursts, and dates are slow to spell. */
let spelled = { minute: Number.NaN, text: "" };

/** ISO 8601 in UTC with milliseconds, as `Date.toISOString` gives it. `ms`: whole milliseconds since 1970. */
export function isoTime(ms: number): string {
  const minute = Math.floor(ms / MINUTE_MS);
  if (minute !== spelled.minute)
    spelled = { minute, text: new Date(minute * MINUTE_MS).toISOString().slice(0, "YYYY-MM-DDThh:mm:".length) };
  const rest = ms - minute * MINUTE_MS;
  const seconds = Math.floor(rest / 1000);
  return `${spelled.text}${seconds < 10 ? "0" : ""}${seconds}.${String(1000 + (rest % 1000)).slice(1)}Z`;
}

/** The row of a step, keys in the order of its provider. */
export function rowOf(step: Step): Row {
  return step.provider === "claude" ? claudeRow(step) : codexRow(step);
}

function claudeRow(step: Step): Row {
  return {
    provider: step.provider,
    project: step.project,
    session_id: step.sessionId,
    round_index: step.roundIndex,
    round_id: step.roundId,
    model: step.model,
    input_tokens_total: step.prefixTokens + step.appendTokens,
    prefix_tokens: step.prefixTokens,
    newly_append_tokens: step.appendTokens,
    claude_uncached_input_tokens: step.appendTokens - step.cacheWriteTokens,
    claude_cache_creation_input_tokens: step.cacheWriteTokens,
    claude_cache_read_input_tokens: step.prefixTokens,
    output_tokens: step.outputTokens,
    reasoning_output_tokens: null,
    timing_events: step.events,
    tools: step.tools.map(claudeTool),
    ...inputSummary(step.events),
    user: step.user,
    store: ".claude",
    trace_key: `${step.provider}:${step.sessionId}:${step.roundId}`,
  };
}

function codexRow(step: Step): Row {
  return {
    provider: step.provider,
    session_id: step.sessionId,
    round_index: step.roundIndex,
    round_id: step.roundId,
    turn_id: step.turnId,
    model: step.model,
    input_tokens_total: step.prefixTokens + step.appendTokens,
    prefix_tokens: step.prefixTokens,
    newly_append_tokens: step.appendTokens,
    claude_uncached_input_tokens: null,
    claude_cache_creation_input_tokens: null,
    claude_cache_read_input_tokens: null,
    output_tokens: step.outputTokens,
    reasoning_output_tokens: step.reasoningTokens,
    timing_events: step.events,
    tools: step.tools.map(codexTool),
    ...inputSummary(step.events),
    user: step.user,
    store: ".codex",
    trace_key: `${step.provider}:${step.sessionId}:${step.roundId}`,
  };
}

function claudeTool(call: ToolCall, index: number): Row {
  return {
    tool_index: index,
    tool_name: call.toolName,
    tool_call_id: call.toolCallId,
    emitted_at: isoTime(call.emittedMs),
    input_chars: call.inputChars,
    result_chars: call.resultChars,
    tool_wall_latency_ms: call.wallMs,
    tool_internal_latency_ms: call.internalMs,
    is_error: call.isError,
    result_at: resultTime(call),
  };
}

function codexTool(call: ToolCall, index: number): Row {
  return {
    tool_index: index,
    tool_name: call.toolName,
    tool_call_id: call.toolCallId,
    emitted_at: isoTime(call.emittedMs),
    result_at: resultTime(call),
    input_chars: call.inputChars,
    result_chars: call.resultChars,
    tool_wall_latency_ms: call.wallMs,
    tool_internal_latency_ms: call.internalMs,
    is_error: call.isError,
  };
}

function resultTime(call: ToolCall): string | null {
  return call.wallMs === null ? null : isoTime(call.emittedMs + call.wallMs);
}

function inputSummary(events: readonly TimingEvent[]): Row {
  let messages = 0;
  let results = 0;
  let messageChars = 0;
  let resultChars = 0;
  let first: InputType | null = null;
  for (const event of events) {
    if (event.event_type === "user_message") {
      messages++;
      messageChars += event.content_chars ?? 0;
    } else if (event.event_type === "tool_result") {
      results++;
      resultChars += event.result_chars ?? 0;
    } else continue;
    first ??= event.event_type;
  }
  return {
    current_input_event_count: messages + results,
    current_user_message_count: messages,
    current_tool_result_count: results,
    current_user_message_chars: messageChars,
    current_tool_result_chars: resultChars,
    current_input_chars: messageChars + resultChars,
    first_input_event_type: first,
  };
}
