/** Timing events as the two agents log them. */
import { CHARS_PER_TOKEN } from "./profile.ts";
import { isoTime, type Provider, type TimingEvent, type ToolCall } from "./row.ts";

export function userMessage(provider: Provider, ms: number, tokens: number): TimingEvent {
  return {
    event_type: "user_message",
    timestamp: isoTime(ms),
    source: provider === "claude" ? "user.message" : "event_msg.user_message",
    content_chars: Math.round(tokens * CHARS_PER_TOKEN),
  };
}

/** The result of an answered call. */
export function toolResult(provider: Provider, call: ToolCall): TimingEvent {
  return {
    event_type: "tool_result",
    timestamp: isoTime(resultMs(call)),
    source: provider === "claude" ? "user.content.tool_result" : codexResultSource(call.toolName),
    tool_call_id: call.toolCallId,
    result_chars: call.resultChars ?? 0,
    ...(call.isError === null ? {} : { is_error: call.isError }),
  };
}

/** Claude says how long its thinking is, as 0 when it is hidden. */
export function reasoning(provider: Provider, ms: number): TimingEvent {
  return provider === "claude"
    ? { event_type: "reasoning", timestamp: isoTime(ms), source: "assistant.content.thinking", content_chars: 0 }
    : { event_type: "reasoning", timestamp: isoTime(ms), source: "response_item.reasoning" };
}

export function text(provider: Provider, ms: number, tokens: number): TimingEvent {
  return {
    event_type: "text",
    timestamp: isoTime(ms),
    source: provider === "claude" ? "assistant.content.text" : "response_item.message",
    content_chars: Math.max(1, Math.round(tokens * CHARS_PER_TOKEN)),
  };
}

export function toolCall(provider: Provider, call: ToolCall, index: number): TimingEvent {
  return {
    event_type: "tool_call",
    timestamp: isoTime(call.emittedMs),
    source: provider === "claude" ? "assistant.content.tool_use" : codexCallSource(call.toolName),
    tool_call_id: call.toolCallId,
    tool_name: call.toolName,
    tool_index: index,
  };
}

/** Codex ends every step with one. */
export function usageReport(ms: number): TimingEvent {
  return { event_type: "usage_report", timestamp: isoTime(ms), source: "event_msg.token_count" };
}

/** When an answered call was answered. */
export function resultMs(call: ToolCall): number {
  return call.emittedMs + (call.wallMs ?? 0);
}

function codexCallSource(toolName: string): string {
  return toolName === "apply_patch" ? "response_item.custom_tool_call" : "response_item.function_call";
}

function codexResultSource(toolName: string): string {
  if (toolName === "apply_patch") return "response_item.custom_tool_call_output";
  return toolName === "exec_command" ? "event_msg.exec_command_end" : "response_item.function_call_output";
}
