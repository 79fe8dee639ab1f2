/** Usage for tests. */
import type { Usage } from "./usage.ts";

export function usageOf(given: Partial<Usage>): Usage {
  return {
    quarter_us: null,
    provider: "claude",
    model: "claude-opus-4-6",
    project: null,
    session_id: "s",
    conversation_id: "s",
    first_us: null,
    last_us: null,
    steps: 1,
    input_tokens: 0,
    cache_write_tokens: 0,
    cache_read_tokens: 0,
    output_tokens: 0,
    active_us: 0,
    cost_nano: 0,
    high_nano: 0,
    unpriced_steps: 0,
    unpriced_tokens: 0,
    guessed_steps: 0,
    overridden_steps: 0,
    placeholder_steps: 0,
    replayed_steps: 0,
    replayed_tokens: 0,
    ...given,
  };
}
