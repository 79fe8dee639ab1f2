import { expect, it } from "vitest";
import { withPool } from "../testing/pool.ts";

const STEPS = [
  {
    provider: "claude",
    model: "claude-opus-4-6",
    project: "atlas",
    session_id: "s",
    prefix_tokens: 1000,
    newly_append_tokens: 200,
    claude_cache_creation_input_tokens: 500,
    output_tokens: 40,
    timing_events: [{ event_type: "user_message", timestamp: "2026-01-31T23:59:59.5Z" }],
  },
  { provider: null, model: "", session_id: "s", prefix_tokens: -5, newly_append_tokens: null, output_tokens: null },
];

it("names what is missing, so that every step is in a group, and keeps writes within the new input", async () => {
  await withPool(STEPS, async (pool) => {
    const columns =
      "provider, model, project, day, is_helper, prefix_tokens, append_tokens, write_tokens, context_tokens, output_tokens, cost_nano IS NULL AS unpriced";
    expect(await pool.rows(`-- uses: step_facts\nSELECT ${columns} FROM step_facts ORDER BY round_pk`)).toEqual([
      {
        provider: "claude",
        model: "claude-opus-4-6",
        project: "atlas",
        day: "2026-01-31",
        is_helper: false,
        prefix_tokens: 1000,
        append_tokens: 200,
        write_tokens: 200,
        context_tokens: 1200,
        output_tokens: 40,
        unpriced: false,
      },
      {
        provider: "<unknown-provider>",
        model: "<unknown-model>",
        project: "<unknown-project>",
        day: "(undated)",
        is_helper: false,
        prefix_tokens: 0,
        append_tokens: 0,
        write_tokens: 0,
        context_tokens: 0,
        output_tokens: 0,
        unpriced: true,
      },
    ]);
  });
});
