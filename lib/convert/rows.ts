/** Rows of a trace from the steps of a session. What is not known is null. */
import { isoMicroseconds } from "../format/iso-time.ts";
import type { Tokens } from "./facts.ts";
import type { CallFact, Session, SessionStep } from "./sessions.ts";

/** An event without a time has null. */
interface Event {
  readonly us: number | null;
  readonly row: Values;
}

type Values = Readonly<Record<string, string | number | boolean | null>>;

export interface Row {
  readonly [column: string]: unknown;
  readonly timing_events: readonly Values[];
  readonly tools: readonly Values[];
}

/** @param provider of steps that don't name one */
export function rowsOf({ id, steps }: Session, source: string, provider: string): Row[] {
  return steps.map((step, i): Row => {
    const agent = step.what.provider ?? provider;
    const session_id = `${agent}:${id}`;
    const round_id = step.what.responseId ?? step.id;
    const inputs = inputsOf(step, source);
    const isSent = step.start !== null && inputs.every(({ us }) => us !== step.start);
    // The time of a request that nothing recorded came at is its own: the client sent it.
    const sent: Event[] = isSent ? [{ us: step.start, row: { event_type: "client_message", source: `${source}.request` } }] : [];
    const count = (type: string) => inputs.filter(({ row }) => row.event_type === type).length;
    return {
      provider: agent,
      session_id,
      round_index: i,
      round_id,
      model: step.what.model,
      ...countersOf(step.what.tokens),
      current_input_event_count: inputs.length,
      current_user_message_count: count("user_message"),
      current_tool_result_count: count("tool_result"),
      first_input_event_type: inputs[0]?.row.event_type ?? null,
      timing_events: [...inputs, ...sent, ...outputsOf(step, source)].map(({ us, row }) => ({ ...row, timestamp: timestamp(us) })),
      tools: step.calls.map(toolOf),
      trace_key: `${agent}:${session_id}:${round_id}`,
    };
  });
}

function countersOf({ input, cacheRead, cacheWrite, output, reasoning, isAnthropic }: Tokens) {
  const append = input === null || cacheRead === null ? null : input - cacheRead;
  return {
    input_tokens_total: input,
    prefix_tokens: cacheRead,
    newly_append_tokens: append,
    claude_uncached_input_tokens: isAnthropic && append !== null && cacheWrite !== null ? append - cacheWrite : null,
    claude_cache_creation_input_tokens: isAnthropic ? cacheWrite : null,
    claude_cache_read_input_tokens: isAnthropic ? cacheRead : null,
    output_tokens: output,
    reasoning_output_tokens: reasoning,
  };
}

/** By time. */
function inputsOf({ opens, results }: SessionStep, source: string): Event[] {
  const messages = opens ? [{ us: opens.start, row: { event_type: "user_message", source: `${source}.agent` } }] : [];
  const tools = results.map(({ id, end, what: { callId, isError, resultChars } }) => ({
    us: end,
    row: {
      ...{ event_type: "tool_result", source: `${source}.tool`, tool_call_id: callId ?? id, is_error: isError },
      ...(resultChars === null ? {} : { result_chars: resultChars }),
    },
  }));
  return [...messages, ...tools].sort((a, b) => (a.us ?? 0) - (b.us ?? 0));
}

/** A model has written a call when its answer ends, at the latest. */
function outputsOf({ start, end, calls, what: { firstOutput } }: SessionStep, source: string): Event[] {
  const text = (us: number): Event => ({ us, row: { event_type: "text", source: `${source}.response` } });
  const first =
    firstOutput !== null && start !== null && firstOutput > start && (end === null || firstOutput < end) ? [text(firstOutput)] : [];
  const called = calls.map((call, tool_index): Event => {
    const us = call.start === null || end === null ? null : Math.min(call.start, end);
    const name = { tool_call_id: call.what.callId ?? call.id, tool_name: call.what.name, tool_index };
    return { us, row: { event_type: "tool_call", source: `${source}.tool`, ...name } };
  });
  const last = end === null || called.some(({ us }) => us === end) ? [] : [text(end)];
  return [...first, ...called, ...last];
}

function toolOf({ id, start, end, what }: CallFact, tool_index: number) {
  const hasResult = start !== null && end !== null;
  return {
    tool_index,
    tool_name: what.name,
    tool_call_id: what.callId ?? id,
    emitted_at: timestamp(start),
    result_chars: what.resultChars,
    tool_wall_latency_ms: hasResult ? Math.round((end - start) / 1000) : null,
    is_error: what.isError,
    result_at: hasResult ? timestamp(end) : null,
  };
}

function timestamp(us: number | null): string | null {
  return us === null ? null : isoMicroseconds(us);
}
