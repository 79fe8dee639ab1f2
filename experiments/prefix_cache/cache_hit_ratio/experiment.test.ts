import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const step = (
  event_type: string | null,
  prefix_tokens: number | null,
  newly_append_tokens: number | null,
  provider: string | null,
): StepLiteral => ({
  provider,
  prefix_tokens,
  newly_append_tokens,
  timing_events: event_type === null ? [] : [{ event_type }],
});
const USER = "user_message";
const TOOL = "tool_result";

describe("steps by hit ratio", () => {
  it("count when they begin with a user message or a tool result; any step counts in the token-weighted rate", async () => {
    const steps = [
      step(USER, 0, 100, "claude"),
      step(TOOL, 90, 10, "claude"),
      step(TOOL, 50, 50, null),
      step("reasoning", 1000, 0, "claude"),
      step(null, 500, 500, "claude"),
      step(USER, null, 100, "claude"),
      step(USER, 0, 0, "claude"),
    ];
    const result = await withPool(steps, (pool) => runOn(experiment, pool));
    const cells = (table: string, columns: readonly string[]) =>
      rowsOf(result, table)
        .filter(({ scope }) => scope !== "codex")
        .map((row) => columns.map((column) => row[column]));
    expect(cells("cache_hit_ratio_summary", ["scope", "trigger", "rounds", "mean_hit_ratio", "round_hit_gte_0_9_pct"])).toEqual([
      ["merged", "all", 3, 1.4 / 3, "33.33%"],
      ["merged", "user", 1, 0, "0.00%"],
      ["merged", "tool_result", 2, 0.7, "50.00%"],
      ["claude", "all", 2, 0.45, "50.00%"],
      ["claude", "user", 1, 0, "0.00%"],
      ["claude", "tool_result", 1, 0.9, "100.00%"],
    ]);
    expect(
      cells("cache_hit_ratio_token_weighted", ["trigger", "rounds", "prefix_tokens", "append_tokens", "token_weighted_hit_rate"]),
    ).toEqual([
      ["all", 5, 1640, 660, 1640 / 2300],
      ["user", 1, 0, 100, 0],
      ["tool_result", 2, 140, 60, 0.7],
      ["all", 4, 1590, 610, 1590 / 2200],
      ["user", 1, 0, 100, 0],
      ["tool_result", 1, 90, 10, 0.9],
    ]);
  });

  it("are drawn by provider from 30 steps on, with the numbers of each", async () => {
    const many = (count: number, provider: string) => Array.from({ length: count }, () => step(TOOL, 90, 10, provider));
    const { figures, notes } = await withPool([...many(29, "claude"), step(USER, 0, 100, "claude"), ...many(29, "codex")], (pool) =>
      runOn(experiment, pool),
    );
    expect(figures.map(({ title }) => title)).toEqual([
      "Hits after messages and after tools: Claude 0.0%, 100.0%",
      "Share of the new input that misses append: Claude 25.6%",
    ]);
    expect(JSON.stringify(figures[0]?.spec)).toContain("Tool-triggered, hits: Claude 100.0% of 29 steps");
    expect(JSON.stringify(figures[0]?.spec)).toContain("95-98%");
    expect(notes).toEqual(["Codex has only 29 steps and is not drawn."]);
  });

  it("are drawn together where neither Claude nor Codex has any", async () => {
    const steps = Array.from({ length: 30 }, () => step(TOOL, 90, 10, "other"));
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures[1]?.title).toBe("Share of the new input that misses append: All 0.0%");
  });

  it("leave the shares of an empty group empty", async () => {
    const result = await withPool([step(TOOL, 10, 0, "claude")], (pool) => runOn(experiment, pool));
    const [all, user] = rowsOf(result, "cache_hit_ratio_summary");
    expect(all).toMatchObject({ rounds: 1, median: 1, round_hit_gte_0_9_pct: "100.00%", append_hit_gte_0_9_pct: null });
    expect(user).toMatchObject({ rounds: 0, append_tokens: 0, mean_hit_ratio: null, median: null, round_hit_gte_0_9_pct: null });
  });

  it("of an empty pool have every table", async () => {
    const result = await withPool([], (pool) => runOn(experiment, pool));
    expect(["summary", "bins", "round_split", "token_weighted"].map((name) => rowsOf(result, `cache_hit_ratio_${name}`).length)).toEqual([
      9, 126, 36, 9,
    ]);
    expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
    expect(markdownCells(result.texts?.[0]?.text ?? "")[1]).toEqual(["Prefix cache-hit rate", "--", "--", "--"]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("has the published rates", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const golden = markdownCells(published(name, experiment, "cache_hit_ratio_table.md"));
    expect(golden).toHaveLength(4);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });
});
