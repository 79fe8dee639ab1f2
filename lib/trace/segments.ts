/** Timing segments: flags of the experiments that select them, and names of their groups in figures. */
import { type Flags, number } from "../experiment.ts";

export const SEGMENT_FLAGS = {
  trimQuantile: number({
    min: 0,
    max: 1,
    default: 0.99,
    says: "Quantile of a group's durations beyond which segments are left out; 0 keeps all",
  }),
  maxDurationMs: number({ min: 0, says: "Maximum duration of a segment, in milliseconds" }),
  smoothRelativeThresholdMs: number({
    min: 0,
    default: 1000,
    says: "Milliseconds added to the duration that errors are divided by, so that short segments do not dominate",
  }),
} as const satisfies Flags;

const KINDS: Readonly<Record<string, string>> = {
  user_message_to_tool_call: "message to call",
  tool_result_to_tool_call: "result to call",
  user_message_to_reasoning_end: "message to reasoning",
  tool_result_to_reasoning_end: "result to reasoning",
  reasoning_end_to_tool_call: "reasoning to call",
};
const DATE_SUFFIX = /-\d{8}$/;

/** Model without its date, and what the segment runs between: `claude-opus-4-5, result to call`. */
export function segmentLabel(group: { provider: string; model: string | null; segment_kind: string }): string {
  const kind = group.segment_kind.slice(group.provider.length + 1);
  return `${(group.model || "unknown model").replace(DATE_SUFFIX, "")}, ${KINDS[kind] ?? kind}`;
}
