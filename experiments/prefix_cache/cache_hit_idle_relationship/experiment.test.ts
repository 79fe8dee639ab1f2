import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();

const STEPS: StepLiteral[] = [
  {
    session_id: "s",
    provider: "claude",
    round_index: 0,
    prefix_tokens: 0,
    newly_append_tokens: 10,
    timing_events: [{ event_type: "user_message", timestamp: at(0) }],
    tools: [{ tool_call_id: "c", emitted_at: at(1), result_at: at(3) }],
  },
  {
    session_id: "s",
    provider: "claude",
    round_index: 1,
    prefix_tokens: 10,
    newly_append_tokens: 10,
    timing_events: [{ event_type: "tool_result", timestamp: at(3), tool_call_id: "c" }],
  },
  {
    session_id: "s",
    provider: "claude",
    round_index: 2,
    prefix_tokens: 1,
    newly_append_tokens: 99,
    timing_events: [{ event_type: "user_message", timestamp: at(603) }],
  },
  {
    session_id: "s",
    provider: "claude",
    round_index: 3,
    prefix_tokens: null,
    newly_append_tokens: 9,
    timing_events: [{ event_type: "user_message" }],
  },
];

describe("the summary", () => {
  it("measures tool runs and waits for the user", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool));
    const columns = ["trigger", "rounds", "low_hit_rounds", "low_with_gap", "low_gt_idle_share", "all_with_gap", "all_gap_median_s"];
    expect(
      rowsOf(result)
        .slice(3, 6)
        .map((row) => columns.map((column) => row[column])),
    ).toEqual([
      ["all", 3, 2, 1, "100.00%", 2, 301],
      ["user", 2, 2, 1, "100.00%", 1, 600],
      ["tool_result", 1, 0, 0, null, 1, 2],
    ]);
  });

  it("of an empty pool has all rows", async () => {
    const result = await withPool([], (pool) => runOn(experiment, pool));
    expect(rowsOf(result)).toHaveLength(9);
    expect(rowsOf(result)[0]).toMatchObject({ rounds: 0, low_gt_idle_share: null, all_gap_median_s: null });
    expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  });
});
