/** Attributes that the GenAI semantic conventions don't have. */
export const OWN = {
  /** 1, 2, … within the session. */
  step: "trace_atlas.step.number",
  /** 1, 2, … within the session; 0 before the first request. */
  request: "trace_atlas.request.number",
  activity: "trace_atlas.step.activity",
  /** A billionth of a dollar is 1; missing without a price. */
  cost: "trace_atlas.cost.nano_usd",
  /** The trace has no time of the step; its span is where the one before ended. */
  untimed: "trace_atlas.untimed",
  compaction: "trace_atlas.context.compaction",
  steps: "trace_atlas.steps",
  calls: "trace_atlas.calls",
  errors: "trace_atlas.errors",
  isHelper: "trace_atlas.session.is_helper",
  resultChars: "trace_atlas.tool.result_chars",
  waitUs: "trace_atlas.tool.wait_us",
  internalUs: "trace_atlas.tool.duration_us",
} as const;

const MAKERS: Readonly<Record<string, string>> = { claude: "anthropic", codex: "openai" };

/** Value of `gen_ai.provider.name` by agent. */
export function makerOf(provider: string): string {
  return MAKERS[provider] ?? provider;
}
