/** Literals for the tests of this experiment. */
import { findCompactions } from "./compaction.ts";
import { metricsOf, sumsOf } from "./metrics.ts";
import type { Session } from "./plan.ts";
import type { Step } from "./steps.ts";

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
  const all = given.steps ?? [];
  return {
    id,
    provider: "claude",
    model: "claude-opus-4-6",
    steps: all,
    metrics: metricsOf(sumsOf(all, findCompactions(all))),
    score: 0,
    contextScore: 0,
    isCandidate: true,
    scoreRank: null,
    contextRank: null,
    compactionRank: null,
    ...given,
  };
}
