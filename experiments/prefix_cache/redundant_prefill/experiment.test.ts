import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  asPublished,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

/** A step of session `s` of Claude that is begun by a tool result unless said otherwise. */
const step = (
  prefix_tokens: number | null,
  newly_append_tokens: number | null,
  output_tokens: number | null,
  more: StepLiteral = {},
): StepLiteral => ({
  session_id: "s",
  provider: "claude",
  prefix_tokens,
  newly_append_tokens,
  output_tokens,
  timing_events: [{ event_type: "tool_result" }],
  ...more,
});
const begun = (event_type: string): StepLiteral => ({ timing_events: [{ event_type }] });

async function merged(steps: readonly StepLiteral[]) {
  const [all] = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
  return [
    all?.events,
    all?.total_append_tokens,
    all?.total_context_growth_tokens,
    all?.total_prior_output_tokens,
    all?.fresh_pct_of_append,
  ];
}

describe("steps, append, growth, prior output and fresh share", () => {
  const cases: [what: string, steps: StepLiteral[], expected: (number | string | null)[]][] = [
    ["the first step of a session doesn't count", [step(0, 100, 10)], [0, 0, 0, 0, null]],
    ["growth without the prior output is fresh", [step(0, 100, 10), step(100, 50, 5)], [1, 50, 50, 10, "80.00%"]],
    ["a missed prefix is appended, not fresh", [step(0, 100, 10), step(0, 150, 5)], [1, 150, 50, 10, "26.67%"]],
    ["a shrunken context has no growth, so fresh can be negative", [step(0, 100, 10), step(0, 50, 5)], [1, 50, 0, 10, "-20.00%"]],
    ["missing tokens are 0", [step(null, null, null), step(0, 80, 5)], [1, 80, 80, 0, "100.00%"]],
    ["without append there is no share", [step(0, 100, 10), step(100, 0, 5)], [1, 0, 0, 10, null]],
    [
      "a step begun otherwise isn't measured but precedes",
      [step(0, 100, 10), step(0, 120, 20, begun("text")), step(0, 150, 5, begun("user_message"))],
      [1, 150, 30, 20, "6.67%"],
    ],
    [
      "file order counts, not round_index",
      [step(0, 100, 10, { round_index: 5 }), step(0, 150, 5, { round_index: 1 })],
      [1, 150, 50, 10, "26.67%"],
    ],
    ["providers that share a session chain", [step(0, 100, 10, { provider: "codex" }), step(0, 150, 5)], [1, 150, 50, 10, "26.67%"]],
    [
      "sessions stay apart; steps without one are left out",
      [step(0, 100, 10), step(0, 9, 1, { session_id: "t" }), step(0, 9, 1, { session_id: null })],
      [0, 0, 0, 0, null],
    ],
    ["an empty pool", [], [0, 0, 0, 0, null]],
  ];

  it.each(cases)("%s", async (_what, steps, expected) => {
    expect(await merged(steps)).toEqual(expected);
  });

  it("go to their provider and trigger", async () => {
    const steps = [step(0, 100, 10), step(0, 150, 5, begun("user_message")), step(0, 170, 5, { provider: null })];
    const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
    expect(rows.filter(({ events }) => events !== 0).map(({ scope, trigger, events }) => [scope, trigger, events])).toEqual([
      ["merged", "all", 2],
      ["merged", "user", 1],
      ["merged", "tool_result", 1],
      ["claude", "all", 1],
      ["claude", "user", 1],
    ]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("has the published tables and headlines", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = markdownCells(published(name, experiment, "redundant_prefill_table.md"));
    expect(golden).toHaveLength(15);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });
});
