/** Literals for the tests of this experiment. */
import type { Session, Step } from "./steps.ts";

/** A step that does nothing but what is given. */
export function step(given: Partial<Step> = {}): Step {
  return {
    prefixTokens: 0,
    appendTokens: 0,
    outputTokens: 0,
    toolCalls: 0,
    hasUserMessage: false,
    hasToolResult: false,
    explicitCompaction: false,
    generationUs: null,
    firstUs: null,
    ...given,
  };
}

/** Steps by trigger: `u` carries a user message, `t` a tool result, `b` both, anything else neither. */
export function steps(triggers: string, given: Partial<Step> = {}): Step[] {
  return [...triggers].map((trigger) => step({ hasUserMessage: "ub".includes(trigger), hasToolResult: "tb".includes(trigger), ...given }));
}

export function session(id: string, given: Partial<Session> = {}): Session {
  return { id, provider: "claude", model: "claude-opus-4-6", steps: [], ...given };
}
