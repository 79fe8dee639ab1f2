/** Steps that tests of exported workloads put together. */

/** The time that many seconds after the start of 2026, as a trace has it. */
export const second = (s: number) => new Date(Date.UTC(2026, 0, 1) + s * 1000).toISOString();

/** A step that is asked for at a second and answered a second later. */
export const step = (session_id: string, s: number, prefix_tokens: number, newly_append_tokens: number, more: object = {}) => ({
  provider: "claude",
  model: "claude-opus-4-6",
  session_id,
  prefix_tokens,
  newly_append_tokens,
  output_tokens: 5,
  timing_events: [
    { event_type: "user_message", timestamp: second(s) },
    { event_type: "text", timestamp: second(s + 1) },
  ],
  ...more,
});
