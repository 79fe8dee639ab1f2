import { describe, expect, it } from "vitest";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { markdownCells, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { byCategory, type Coverage, type GapByTool } from "./measure.ts";

describe("byCategory", () => {
  const coverage = (tool_name: string, category: Coverage["category"], wall_total_s: number | null) =>
    ({
      tool_name,
      category,
      calls: 1,
      wall_count: 1,
      internal_count: 1,
      both_count: 1,
      wall_only_count: 0,
      wall_total_s,
      internal_total_s: 1,
    }) satisfies Coverage;
  const gap = (tool_name: string, gap_total_s: number) => ({ tool_name, gap_total_s }) as GapByTool;

  it("adds up tools of a kind and shares their gap over all wall time", () => {
    const [human, execution, other] = byCategory(
      [coverage("shell", "execution_like", 3), coverage("exec_command", "execution_like", 1), coverage("wait", "other", null)],
      [gap("exec_command", 1)],
    );
    expect(human).toMatchObject({ tools: [], calls: 0, gap_total_s: 0, gap_share_of_wall_pct: null });
    expect(execution).toMatchObject({ tools: ["exec_command", "shell"], calls: 2, wall_total_s: 4, gap_share_of_wall_pct: 25 });
    expect(other).toMatchObject({ tools: ["wait"], wall_total_s: 0, gap_share_of_wall_pct: null });
  });
});

describe("the tables", () => {
  const call = (tool_name: string | null, tool_wall_latency_ms: number | null, tool_internal_latency_ms: number | null) => ({
    tool_name,
    tool_wall_latency_ms,
    tool_internal_latency_ms,
  });
  const codex = (...tools: StepLiteral["tools"] & {}): StepLiteral[] => [{ provider: "codex", tools }];

  it.each([
    ["the gap is cut off at zero", codex(call("exec_command", 1000, 3000)), [{ tool_name: "exec_command", gap_total_s: 0 }]],
    ["a reported zero counts", codex(call("exec_command", 1500, 0)), [{ gap_total_s: 1.5, gap_gt_1s: 1, gap_share_of_wall_pct: 100 }]],
    [
      "a wall time of zero, a negative or a missing time don't",
      codex(call("a", 0, 0), call("b", 5, -1), call("c", 5, null), call("d", null, 5)),
      [],
    ],
    ["other providers don't", [{ provider: "claude", tools: [call("Bash", 5, 1)] }], []],
    ["a missing name is shown", codex(call(null, 2000, 1000)), [{ tool_name: "<unknown-tool>", gap_total_s: 1 }]],
  ])("%s", async (_, steps, expected) => {
    await withPool(steps, async (pool) => {
      expect(rowsOf(await runOn(experiment, pool), "codex_wall_internal_gap_by_tool")).toMatchObject(expected);
    });
  });

  it("include upper bounds in a range", async () => {
    await withPool(codex(call("write_stdin", 1001, 1), call("write_stdin", 1001, 0)), async (pool) => {
      const rows = rowsOf(await runOn(experiment, pool), "codex_wall_internal_gap_buckets");
      expect(rows.map(({ category, gap_bucket, calls }) => [category, gap_bucket, calls])).toEqual([
        ["write_stdin", "<=1s", 1],
        ["write_stdin", "1-10s", 1],
      ]);
    });
  });

  it("list equal gaps in file order", async () => {
    await withPool(codex(call("b", 10, 0), call("a", 10, 0), call("c", 20, 0)), async (pool) => {
      const rows = rowsOf(await runOn(experiment, pool, { "top-gap-examples": "2" }), "codex_top_wall_internal_gap_examples");
      expect(rows.map(({ tool_name }) => tool_name)).toEqual(["c", "b"]);
    });
  });

  it("hold zeros for an empty pool", async () => {
    await withPool([], async (pool) => {
      const result = await runOn(experiment, pool);
      expect(rowsOf(result, "codex_wall_internal_gap_by_category").map(({ calls }) => calls)).toEqual([0, 0, 0]);
      expect(result.headlines.map(({ value }) => value)).toEqual(["0 s (–)", "0 s", "0 s"]);
      expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
    });
  });
});

describe("the figures", () => {
  const calls = (tool_name: string, wall: number, internal: number | null, times: number) =>
    Array.from({ length: times }, () => ({ tool_name, tool_wall_latency_ms: wall, tool_internal_latency_ms: internal }));

  it("say how many calls they are about, and leave out kinds without a gap", async () => {
    const tools = [
      ...calls("exec_command", 1000, 500, 30),
      ...calls("exec_command", 60_000, 0, 1),
      ...calls("wait", 10, 10, 40),
      ...calls("wait", 5, null, 9),
    ];
    const { figures } = await withPool([{ provider: "codex", tools }], (pool) => runOn(experiment, pool));
    expect(figures).toMatchObject([
      { title: "Codex tools: 83.0% of 1m 30s of wall time is outside the runner", coverage: { shown: 71, of: 80 } },
      { title: "Gaps over ten seconds: 3.2% of the calls, 80.0% of the gap (Tools that run something)", coverage: { shown: 31, of: 71 } },
    ]);
    expect(figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("have no ranges of gaps for few calls", async () => {
    const { figures } = await withPool([{ provider: "codex", tools: calls("exec_command", 1000, 500, 3) }], (pool) =>
      runOn(experiment, pool),
    );
    expect(figures.map(({ name }) => name)).toEqual(["codex_wall_internal_gap"]);
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("gives the published text table", async () => {
    await withReferencePool(name, async (pool) => {
      const text = (await runOn(experiment, pool)).texts?.[0]?.text ?? "";
      const plain = (cells: string[][]) => cells.map((row) => row.map((cell) => cell.replace(/[`\\]/g, "")));
      expect(plain(markdownCells(text))).toEqual(plain(markdownCells(published(name, experiment, "codex_tool_e2e_internal.md"))));
    });
  });
});
