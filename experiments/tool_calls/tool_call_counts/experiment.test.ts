import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { orderTools, rankTools, splitTools, type ToolCount } from "./measure.ts";

const tool = (name: string, calls: number, first_seen = 1): ToolCount => ({ tool: name, calls, errors: 0, first_seen });

describe("rankTools", () => {
  it.each([
    ["the axis ends after the second tool", [tool("a", 1000), tool("b", 100)], { cap: 105, secondCalls: 100 }, [true, false]],
    ["a single tool is never cut", [tool("a", 53)], { cap: 53, secondCalls: null }, [false]],
    ["two equal leaders are not cut", [tool("a", 100), tool("b", 100)], { cap: 105, secondCalls: 100 }, [false, false]],
  ])("%s", (_, ordered, axis, clipped) => {
    const ranking = rankTools(ordered, 30);
    expect(ranking).toMatchObject(axis);
    expect(ranking.tools.map((ranked) => ranked.callIsClipped)).toEqual(clipped);
  });

  it("orders by calls, then by first call, and takes the first", () => {
    const ordered = orderTools([tool("late", 30, 9), tool("early", 30, 2), tool("rare", 1), tool("most", 40)], 20);
    expect(ordered.map((ranked) => ranked.tool)).toEqual(["most", "early", "late", "Other (<20 calls/tool)"]);
    expect(rankTools(ordered, 2).tools.map(({ rank }) => rank)).toEqual([1, 2]);
  });
});

describe("splitTools", () => {
  const names = (tools: readonly ToolCount[] | undefined) => tools?.map((entry) => entry.tool);

  it.each([
    ["without a tail nothing is expanded", [tool("a", 60), tool("b", 40)], 6, ["a", "b"], []],
    ["the tail becomes one entry and is named", [tool("a", 99), tool("b", 1)], 6, ["a", "Small tools"], ["b"]],
    [
      "what is left of the tail is added up",
      [tool("a", 900), tool("b", 40), tool("c", 30), tool("d", 30)],
      1,
      ["a", "Small tools"],
      ["b", "Other small"],
    ],
    ["the largest is a main tool even when it is small", [tool("a", 6), tool("b", 5)], 6, ["a", "Small tools"], ["b"]],
  ])("%s", (_, ordered, tailTools, main, expanded) => {
    const split = splitTools(ordered, ordered.length === 2 && ordered[0]?.calls === 6 ? 0.9 : 0.05, tailTools);
    expect(names(split?.main)).toEqual(main);
    expect(names(split?.expanded)).toEqual(expanded);
  });

  it("has nothing to split without calls", () => {
    expect(splitTools([], 0.02, 6)).toBeNull();
  });
});

describe("the figure", () => {
  const calls = (tool_name: string, times: number, errors: number) =>
    Array.from({ length: times }, (_, i) => ({ tool_name, is_error: i < errors }));
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [...calls("Bash", 1000, 90), ...calls("Read", 25, 0)] },
    { provider: "codex", tools: calls("exec_command", 200, 10) },
  ];

  it("has bars as long as the counts, and error rates on a scale of their own", async () => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    const drawn = JSON.stringify(figures.map(({ spec }) => spec));
    expect(figures.map(({ title, coverage }) => [title, coverage])).toEqual([
      ["Errors: 9.0% of Bash calls (Claude), 5.0% of exec_command calls (Codex)", expect.objectContaining({ shown: 1225, of: 1225 })],
    ]);
    expect(drawn).toContain('"rank":0,"value":1000,"label":"1,000 (98%)"');
    expect(drawn).toContain('"rank":0,"value":0.09');
    expect(figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("names MCP servers, and rare tools if a provider has no others", async () => {
    const step = { provider: "claude", tools: [...calls("mcp__a__x", 3, 0), ...calls("mcp__a__y", 2, 0), ...calls("mcp__b__x", 1, 0)] };
    const { figures } = await withPool([step], (pool) => runOn(experiment, pool));
    const drawn = JSON.stringify(figures.map(({ spec }) => spec));
    for (const name of ["mcp: a", "mcp: b"]) expect(drawn).toContain(name);
    expect(drawn).not.toContain("Other (");
  });

  it.each([
    [
      "few calls have no rate in the title",
      { provider: "claude", tools: calls("Bash", 3, 1) },
      {},
      { title: "Most called: Bash with 3 calls (Claude)" },
    ],
    [
      "tools that are not shown count as not covered",
      { tools: [...calls("a", 30, 0), ...calls("b", 20, 0)] },
      { "top-tools": 1 },
      { coverage: { shown: 30, of: 50, what: "calls", rest: "are of tools that are called less" } },
    ],
  ])("%s", async (_, step, flags, expected) => {
    const { figures } = await withPool([step], (pool) => runOn(experiment, pool, flags));
    expect(figures).toMatchObject([expected]);
  });
});

describe("the query", () => {
  const call = (tool_name: string | null, is_error: boolean | null = null) => ({ tool_name, is_error });
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [call("mcp__a__b", true), call("mcp_c"), call(" Bash "), call("Bash"), call(null), call(" ")] },
    { provider: null, tools: [call("Bash", false)] },
  ];

  it("merges MCP tools, keeps spaces, and names what has no name", async () => {
    await withPool(steps, async (pool) => {
      const rows = rowsOf(await runOn(experiment, pool, { "min-tool-calls-for-plot": "1" }), "tool_call_counts_every_tool");
      expect(rows.map((row) => [row.provider, row.tool_name, row.calls, row.error_calls])).toEqual([
        ["<unknown-provider>", "Bash", 1, 0],
        ["claude", "mcp", 2, 1],
        ["claude", "<unknown-tool>", 2, 0],
        ["claude", " Bash ", 1, 0],
        ["claude", "Bash", 1, 0],
      ]);
    });
  });

  it("has nothing to show for an empty pool", async () => {
    await withPool([], async (pool) => {
      const result = await runOn(experiment, pool);
      expect(result.tables.map(({ rows }) => rows)).toEqual([[], []]);
      expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
    });
  });
});
