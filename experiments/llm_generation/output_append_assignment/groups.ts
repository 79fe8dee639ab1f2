/** The groups of pairs that the question is asked for. */

/** What the pairs of a group have in common; `null` accepts any. Names are compared literally. */
export interface PairGroup {
  /** Stable name in tables. */
  readonly key: string;
  readonly title: string;
  readonly provider: string;
  /** Model of the previous step. */
  readonly model: string | null;
  /** First input event of the next step. */
  readonly nextInput: "tool_result" | "user_message" | null;
}

/** Model by what started the next step, in the order of the tables and panels. */
export const SCENARIOS: readonly PairGroup[] = [
  scenario("claude_tool_result", "Claude", "claude", null, "tool_result"),
  scenario("claude_user_message", "Claude", "claude", null, "user_message"),
  scenario("gpt55_tool_result", "gpt-5.5", "codex", "gpt-5.5", "tool_result"),
  scenario("gpt55_user_message", "gpt-5.5", "codex", "gpt-5.5", "user_message"),
  scenario("gpt54_tool_result", "gpt-5.4", "codex", "gpt-5.4", "tool_result"),
  scenario("gpt54_user_message", "gpt-5.4", "codex", "gpt-5.4", "user_message"),
  scenario("gpt53_codex_tool_result", "gpt-5.3-codex", "codex", "gpt-5.3-codex", "tool_result"),
  scenario("gpt52_codex_tool_result", "gpt-5.2-codex", "codex", "gpt-5.2-codex", "tool_result"),
];

/** The models with both kinds of next step, whatever started it. */
export const MODELS: readonly PairGroup[] = [
  { key: "claude", title: "Claude", provider: "claude", model: null, nextInput: null },
  { key: "gpt55", title: "gpt-5.5", provider: "codex", model: "gpt-5.5", nextInput: null },
  { key: "gpt54", title: "gpt-5.4", provider: "codex", model: "gpt-5.4", nextInput: null },
];

function scenario(
  key: string,
  modelTitle: string,
  provider: string,
  model: string | null,
  nextInput: "tool_result" | "user_message",
): PairGroup {
  return { key, title: `${modelTitle} → ${nextInput.replace("_", " ")}`, provider, model, nextInput };
}
