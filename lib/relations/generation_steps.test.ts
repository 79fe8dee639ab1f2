import { expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

const event = (event_type: string, second: number) => ({
  event_type,
  timestamp: new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString(),
});
const STEP: StepLiteral = {
  provider: "codex",
  input_tokens_total: 8,
  output_tokens: 100,
  reasoning_output_tokens: 60,
  timing_events: [event("tool_result", 0), event("reasoning", 2), event("text", 4)],
};
const generationSteps = (more: StepLiteral) =>
  withPool([{ ...STEP, ...more }], (pool) => pool.rows("-- uses: generation_steps\nSELECT * EXCLUDE (round_pk) FROM generation_steps"));

it.each([
  [1, 0],
  [2, 1],
  [3, 1],
  [1023, 9],
  [1024, 10],
  [2 ** 49 - 1, 48],
  [2 ** 49, 49],
  [2 ** 53 - 1, 52],
])("a context of %d tokens is in bin %d", async (input_tokens_total, context_bin) => {
  expect(await generationSteps({ input_tokens_total })).toMatchObject([{ context_tokens: input_tokens_total, context_bin }]);
});

const UNSPLIT = { reasoning_tokens: null, visible_tokens: null, until_reasoning_us: null, after_reasoning_us: null };

it.each<[what: string, more: StepLiteral, expected: object[]]>([
  ["a step taken apart", {}, [{ speed: 25, reasoning_tokens: 60, visible_tokens: 40, until_reasoning_us: 2e6, after_reasoning_us: 2e6 }]],
  ["a step of Claude", { provider: "claude" }, [{ speed: 25, ...UNSPLIT }]],
  ["nothing visible", { reasoning_output_tokens: 100 }, [{ speed: 25, ...UNSPLIT }]],
  ["no provider", { provider: null }, [{ provider: "<unknown-provider>", ...UNSPLIT }]],
  ["parts of a missing total", { input_tokens_total: null, prefix_tokens: 5, newly_append_tokens: null }, [{ context_tokens: 5 }]],
  ["no context", { input_tokens_total: 0 }, []],
  ["no output", { output_tokens: 0 }, []],
  ["an unfinished output", { details: { output_is_placeholder: true } }, []],
])("%s", async (_, more, expected) => {
  expect(await generationSteps(more)).toMatchObject(expected);
});
