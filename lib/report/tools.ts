/** Calls of tools, for people and for programs. What a tool costs is not here: no transcript says which tokens are due to a call. */
import { durationCompact } from "../format/durations.ts";
import { grouped, NONE, percent } from "../format/numbers.ts";
import { ratio } from "../stats/ratio.ts";
import { sumsOf } from "../stats/sum.ts";
import type { TextColumn } from "./layout.ts";
import type { ToolUsage } from "./usage.ts";

export type ToolAmounts = Omit<ToolUsage, "tool" | "provider">;

export const TOOL_COLUMNS: readonly (TextColumn & { readonly of: (amounts: ToolAmounts) => string })[] = [
  { title: "Calls", align: "right", of: ({ calls }) => grouped(calls) },
  { title: "Errors", align: "right", of: ({ errors }) => grouped(errors) },
  { title: "Error Rate", align: "right", leaveOut: 3, of: ({ calls, errors }) => percent(ratio(errors, calls), 1) },
  { title: "Time", align: "right", of: ({ timed_calls, total_ms }) => (timed_calls > 0 ? durationCompact(total_ms / 1000) : NONE) },
  {
    title: "Time per Call",
    align: "right",
    leaveOut: 2,
    of: ({ timed_calls, total_ms }) => (timed_calls > 0 ? durationCompact(total_ms / timed_calls / 1000) : NONE),
  },
  { title: "Input Chars", align: "right", leaveOut: 5, of: ({ input_chars }) => grouped(input_chars) },
  { title: "Result Chars", align: "right", leaveOut: 1, of: ({ result_chars }) => grouped(result_chars) },
];

export function toolTotal(tools: readonly ToolUsage[]): ToolAmounts {
  return sumsOf(tools, ["calls", "errors", "timed_calls", "total_ms", "input_chars", "result_chars"]);
}

/** For programs. docs/report.md lists the fields; their names don't change. */
export function toolFieldsOf({ calls, errors, timed_calls, total_ms, input_chars, result_chars }: ToolAmounts) {
  return {
    calls,
    errors,
    timedCalls: timed_calls,
    totalSeconds: total_ms / 1000,
    inputChars: input_chars,
    resultChars: result_chars,
  };
}
