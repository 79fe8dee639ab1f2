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
    basis: "listed",
    output_is_final: true,
    is_replayed: false,
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
    ...given,
  };
}
