/** Names of groups of timing segments in figures. */
const KINDS: Readonly<Record<string, string>> = {
  user_message_to_tool_call: "message to call",
  tool_result_to_tool_call: "result to call",
  user_message_to_reasoning_end: "message to reasoning",
  tool_result_to_reasoning_end: "result to reasoning",
  reasoning_end_to_tool_call: "reasoning to call",
};
const DATE_SUFFIX = /-\d{8}$/;

/** Model without its date, and what the segment runs between: `claude-opus-4-5, result to call`. */
export function segmentLabel({ provider, model, segmentKind }: { provider: string; model: string | null; segmentKind: string }): string {
  const kind = segmentKind.slice(provider.length + 1);
  return `${(model || "unknown model").replace(DATE_SUFFIX, "")}, ${KINDS[kind] ?? kind}`;
}
