import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

/** A step of one session whose append is fresh; `minute` is that of its only event. */
const step = (minute: number | null, prefix_tokens: number, newly_append_tokens: number, more: StepLiteral = {}): StepLiteral => ({
  session_id: "s",
  provider: "codex",
  model: "gpt-5.4",
  prefix_tokens,
  newly_append_tokens,
  timing_events: minute === null ? [] : [{ event_type: "text", timestamp: new Date(Date.UTC(2026, 5, 1, 0, minute)).toISOString() }],
  ...more,
});
const first = step(0, 0, 50_000);

describe("input that is billed as new although the context held it", () => {
  it.each<[what: string, steps: StepLiteral[], expected: [tokens: number | null, cause: string | null]]>([
    ["the first step has none", [first], [null, null]],
    ["growth is new", [first, step(1, 50_000, 1_000)], [0, null]],
    ["a small rest follows the last point that is cached", [first, step(1, 48_000, 3_000)], [2_000, "tail"]],
    ["a miss without a pause", [first, step(4, 0, 51_000)], [50_000, "broken"]],
    ["after five minutes", [first, step(5, 0, 51_000)], [50_000, "gap 5-60 min"]],
    ["after an hour", [first, step(60, 0, 51_000)], [50_000, "gap >= 60 min"]],
    ["without times", [first, step(null, 0, 51_000)], [50_000, "unknown gap"]],
    ["for another model", [first, step(60, 0, 51_000, { model: "gpt-5.5" })], [50_000, "model change"]],
    ["after a compaction", [first, step(60, 0, 20_000), step(61, 20_000, 0)], [20_000, "reset"]],
    ["a smaller context after which nothing follows", [first, step(60, 0, 20_000)], [20_000, "gap >= 60 min"]],
    ["another session", [first, step(1, 0, 51_000, { session_id: "t" })], [null, null]],
  ])("%s", async (_, steps, [tokens, cause]) => {
    const sql =
      "-- uses: re_prefill\nSELECT re_prefill_tokens, re_prefill_nano, cause FROM re_prefill WHERE round_pk = least(2, (SELECT max(round_pk) FROM rounds))";
    const [found] = await withPool(steps, (pool) => pool.rows(sql));
    const rate = steps[1]?.model === "gpt-5.5" ? 4_500 : 2_250;
    expect(found).toEqual({ re_prefill_tokens: tokens, re_prefill_nano: tokens === null ? null : tokens * rate, cause });
  });

  it("has no cost without a price", async () => {
    const steps = [first, step(1, 0, 51_000)].map((each) => ({ ...each, model: "unknown" }));
    const sql = "-- uses: re_prefill\nSELECT re_prefill_tokens, re_prefill_nano FROM re_prefill ORDER BY round_pk";
    expect(await withPool(steps, (pool) => pool.rows(sql))).toEqual([
      { re_prefill_tokens: null, re_prefill_nano: null },
      { re_prefill_tokens: 50_000, re_prefill_nano: null },
    ]);
  });
});
