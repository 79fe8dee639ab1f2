/** Literals for the tests of this experiment. */
import type { Session, Step } from "./steps.ts";

/** A step that does nothing but what is given. */
export function step(given: Partial<Step> = {}): Step {
  return {
    prefix_tokens: 0,
    append_tokens: 0,
    output_tokens: 0,
    tool_calls: 0,
    has_user_message: false,
    has_tool_result: false,
    explicit_compaction: false,
    generation_us: null,
    first_us: null,
    ...given,
  };
}

/** Steps by trigger: `u` carries a user message, `t` a tool result, `b` both, anything else neither. */
export function steps(triggers: string, given: Partial<Step> = {}): Step[] {
  return [...triggers].map((trigger) =>
    step({ has_user_message: "ub".includes(trigger), has_tool_result: "tb".includes(trigger), ...given }),
  );
}

export function session(id: string, given: Partial<Session> = {}): Session {
  return { id, provider: "claude", model: "claude-opus-4-6", steps: [], ...given };
}
