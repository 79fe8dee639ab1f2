import { describe, expect, it } from "vitest";
import { hasShared } from "../testing/paths.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";
import { withReferencePool } from "../testing/reference-pools.ts";

const STEP: StepLiteral = {
  session_id: "s",
  provider: "claude",
  model: "claude-opus-4-6",
  newly_append_tokens: 1_000,
  claude_cache_creation_input_tokens: 1_000,
  timing_events: [{ event_type: "text", timestamp: "2026-06-01T00:00:00Z", content_chars: 401 }],
};
const WRITTEN = 1_000 * 6_250;
const FOR_AN_HOUR = 1_000 * 10_000;
const OUTPUT = 25_000;

const RANGE = `-- uses: cost_range
  SELECT low_nano, cost_nano, write_open_nano, output_open_nano, high_nano FROM cost_range`;

describe("the cost of a step is between", () => {
  it.each<[what: string, more: StepLiteral, expected: [low: number | null, writeOpen: number | null, outputOpen: number | null]]>([
    ["unknown lifetimes", { output_tokens: 200 }, [WRITTEN + 200 * OUTPUT, FOR_AN_HOUR - WRITTEN, 0]],
    [
      "logged lifetimes",
      { output_tokens: 200, details: { cache_write_5m_tokens: 600, cache_write_1h_tokens: 400 } },
      [0.6 * WRITTEN + 0.4 * FOR_AN_HOUR + 200 * OUTPUT, 0, 0],
    ],
    [
      "lifetimes that don't add up to the writes",
      { output_tokens: 200, details: { cache_write_5m_tokens: 600, cache_write_1h_tokens: 300 } },
      [WRITTEN + 200 * OUTPUT, FOR_AN_HOUR - WRITTEN, 0],
    ],
    ["an output below its floor", { output_tokens: 1 }, [WRITTEN + OUTPUT, FOR_AN_HOUR - WRITTEN, 99.25 * OUTPUT]],
    [
      "reasoning, which has no characters",
      { output_tokens: 100, reasoning_output_tokens: 60 },
      [WRITTEN + 100 * OUTPUT, FOR_AN_HOUR - WRITTEN, 60.25 * OUTPUT],
    ],
    ["no session", { output_tokens: 1, session_id: null }, [WRITTEN + OUTPUT, FOR_AN_HOUR - WRITTEN, 0]],
    [
      "writes that cost the same for any time",
      {
        provider: "codex",
        model: "gpt-5.6-sol",
        claude_cache_creation_input_tokens: null,
        output_tokens: 200,
        details: { cache_write_tokens: 1_000 },
      },
      [WRITTEN + 200 * 30_000, 0, 0],
    ],
    ["no price", { model: "unknown" }, [null, null, null]],
  ])("%s", async (_, more, [low, writeOpen, outputOpen]) => {
    const [range] = await withPool([{ ...STEP, ...more }], (pool) => pool.rows(RANGE));
    const high = low === null || writeOpen === null || outputOpen === null ? null : low + writeOpen + outputOpen;
    expect(range).toEqual({ low_nano: low, cost_nano: low, write_open_nano: writeOpen, output_open_nano: outputOpen, high_nano: high });
  });
});

it.skipIf(!hasShared)("pool A at least and at most, in dollars", async () => {
  const sql = `-- uses: cost_range
    SELECT provider, round(sum(write_open_nano) / 1e9, 2) AS write_open, round(sum(output_open_nano) / 1e9, 2) AS output_open,
      sum(high_nano - low_nano - write_open_nano - output_open_nano) AS rest
    FROM cost_range JOIN rounds USING (round_pk) GROUP BY provider ORDER BY provider`;
  expect(await withReferencePool("pool-a", (pool) => pool.rows(sql))).toEqual([
    { provider: "claude", write_open: 138.42, output_open: 28.79, rest: 0 },
    { provider: "codex", write_open: 0, output_open: 0.16, rest: 0 },
  ]);
});
