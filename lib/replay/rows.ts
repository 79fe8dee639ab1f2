/** A replay as rows of a trace, which every other command reads like those of a coding agent. */

import { isoMicroseconds } from "../format/iso-time.ts";
import type { Measured } from "./measured.ts";
import type { Sent } from "./run.ts";

interface RowOptions {
  readonly provider: string;
  readonly model: string;
  /** Milliseconds since 1970 when the clock of the times was 0. */
  readonly epochMs: number;
}

/** One JSON object for each answer, in the order of the requests. */
export function traceRows(measured: readonly Measured[], { provider, model, epochMs }: RowOptions): object[] {
  const timeOf = (ms: number) => isoMicroseconds(Math.round((epochMs + ms) * 1000));
  return measured.map(({ sent, answer, prefix }) => {
    const session_id = `${provider}:${sent.session}`;
    const round_id = `request_${sent.index}`;
    const input = inputEvent(sent);
    const output = [answer.firstMs ?? answer.endMs, answer.lastMs ?? answer.endMs];
    return {
      provider,
      session_id,
      round_index: sent.index,
      round_id,
      model,
      input_tokens_total: answer.inputTokens,
      prefix_tokens: prefix,
      newly_append_tokens: prefix === null || answer.inputTokens === null ? null : answer.inputTokens - prefix,
      output_tokens: answer.outputTokens,
      current_input_event_count: 1,
      current_user_message_count: sent.turn.bringsResults ? 0 : 1,
      current_tool_result_count: sent.turn.bringsResults ? 1 : 0,
      first_input_event_type: input,
      timing_events: [
        { event_type: input, timestamp: timeOf(answer.sentMs), source: "replay.request" },
        ...output.map((ms) => ({ event_type: "text", timestamp: timeOf(ms), source: "replay.token" })),
        { event_type: "usage_report", timestamp: timeOf(answer.endMs), source: "replay.usage" },
      ],
      tools: [],
      trace_key: `${provider}:${session_id}:${round_id}`,
    };
  });
}

function inputEvent({ turn }: Sent): "tool_result" | "user_message" {
  return turn.bringsResults ? "tool_result" : "user_message";
}
