/** Tool calls: how long they take, who measured it, and how they end. */
import type { Draws, Tool } from "./draws.ts";
import { CHARS_PER_TOKEN, QUIRKS } from "./profile.ts";
import type { Provider, ToolCall } from "./row.ts";

export interface CallTimes {
  readonly emittedMs: number;
  readonly startMs: number;
  readonly durationS: number;
}

const RETRY_FAILS = 0.3;
const MIN_WALL_MS = 1;

/** A call that starts at `startMs`, when the answer is complete, and runs for `durationS`; a runner that reports its time adds a little. */
export function answeredCall(draws: Draws, provider: Provider, tool: Tool, times: CallTimes): ToolCall {
  const { emittedMs, startMs, durationS } = times;
  const { random } = draws;
  const isReported = random.chance(tool.reported);
  const printsAsZero = isReported && random.chance(tool.zero ?? 0);
  const runnerMs = printsAsZero ? 0 : Math.max(MIN_WALL_MS, Math.round(durationS * 1000));
  const overheadMs = isReported ? Math.round(tool.nextOverheadS() * 1000) : 0;
  const isError = random.chance(tool.errors);
  const isUnknown = provider === "codex" && !isError && random.chance(QUIRKS.errorUnknown);
  return {
    toolName: tool.name,
    toolCallId: callId(draws),
    emittedMs,
    inputChars: draws.inputChars(),
    resultChars: Math.round(draws.toolResultTokens[provider]() * CHARS_PER_TOKEN),
    wallMs: startMs - emittedMs + Math.max(MIN_WALL_MS, runnerMs + overheadMs),
    internalMs: isReported ? runnerMs : null,
    isError: isUnknown ? null : isError,
  };
}

/** A call that the user interrupted. */
export function unansweredCall(draws: Draws, tool: Tool, emittedMs: number): ToolCall {
  return {
    toolName: tool.name,
    toolCallId: callId(draws),
    emittedMs,
    inputChars: draws.inputChars(),
    resultChars: null,
    wallMs: null,
    internalMs: null,
    isError: null,
  };
}

/** The same call again after it failed. */
export function retriedCall(draws: Draws, failed: ToolCall, emittedMs: number): ToolCall {
  return { ...failed, toolCallId: callId(draws), emittedMs, isError: draws.random.chance(RETRY_FAILS) };
}

function callId({ random }: Draws): string {
  return `call_${random.hex(16)}`;
}
