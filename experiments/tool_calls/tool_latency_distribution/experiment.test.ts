import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { providerTools, slowIntervals, TOOLS } from "./measure.ts";

const call = (tool_name: string | null, ms: number | null) => ({ tool_name, tool_internal_latency_ms: ms });
const calls = (tool_name: string, ms: number | null, times: number) => Array.from({ length: times }, () => call(tool_name, ms));

describe("providerTools", () => {
  const cases: [string, ReturnType<typeof call>[], number, object[]][] = [
    ["slowest median first", [...calls("a", 5, 20), ...calls("b", 9, 20)], 30, [{ tool: "b", median: 9 }, { tool: "a" }]],
    [
      "tools without a positive latency come last",
      [...calls("a", 0, 20), ...calls("b", null, 30), ...calls("c", 1, 20)],
      30,
      [
        { tool: "c", zero: 0, measured: 20 },
        { tool: "b", zero: 0, measured: 0, median: null },
        { tool: "a", zero: 20, measured: 0, median: null },
      ],
    ],
    [
      "the most called are taken, equals by name, rare ones last",
      [...calls("b", 9, 20), ...calls("a", 5, 20), ...calls("rare", 7, 10), ...calls("r2", 7, 10)],
      2,
      [{ tool: "b" }, { tool: "a" }],
    ],
    [
      "rare tools are combined",
      [...calls("a", 2, 20), ...calls("x", 1, 19), ...calls("y", 3, 1)],
      30,
      [{ tool: "a" }, { tool: "Other (<20 calls/tool)", calls: 20 }],
    ],
    ["tools that are all rare keep their names", [...calls("x", 1, 12), ...calls("y", 3, 11)], 30, [{ tool: "y" }, { tool: "x" }]],
    [
      "tools of an MCP server are one",
      [...calls("mcp__files__read", 4, 20), ...calls("mcp__files__write", 4, 20), ...calls("mcp_old", 3, 20)],
      30,
      [
        { tool: "mcp: files", calls: 40 },
        { tool: "mcp", calls: 20 },
      ],
    ],
    [
      "quantiles are of the positive latencies",
      [...calls("a", 0, 30), ...[4, 1, 3, 2, 5].flatMap((ms) => calls("a", ms, 4))],
      30,
      [{ calls: 50, zero: 30, measured: 20, q1: 2, median: 3, q3: 4, few: [] }],
    ],
    ["few latencies are listed", [...calls("a", 0, 20), call("a", 7), call("a", 3)], 30, [{ measured: 2, few: [3, 7] }]],
  ];

  it.each(cases)("%s", async (_, tools, top, expected) => {
    await withPool([{ provider: "claude", tools }], async (pool) => {
      const db = checkedQueries(experiment, pool);
      const [claude] = await providerTools(db, await db.rows(TOOLS), 20, top);
      expect(claude?.tools).toMatchObject(expected);
    });
  });
});

it("shares of calls from a minute on have intervals by session", async () => {
  const steps = Array.from({ length: 40 }, (_, i) => ({
    session_id: `s${i}`,
    provider: "claude",
    tools: [call("Bash", 20_000), call("Bash", i % 2 === 0 ? 60_000 : 20_000)],
  }));
  const { calls, time } = await withPool(steps, async (pool) => (await slowIntervals(checkedQueries(experiment, pool)))("claude"));
  for (const [interval, share] of [[calls, 0.25] as const, [time, 0.5] as const]) {
    expect(interval?.lo).toBeLessThan(share);
    expect(interval?.hi).toBeGreaterThan(share);
  }
});

describe("the figures", () => {
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [...calls("Bash", 400, 25), ...calls("Bash", 90_000, 5)] },
    { provider: "codex", tools: [...calls("exec", 1000, 30), ...calls("exec", 0, 68), ...calls("exec", null, 2)] },
  ];

  it("say how many of the calls they are about, also next to a box", async () => {
    const { figures, headlines } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name, coverage }) => [name, coverage])).toEqual(
      ["tool_latency_by_tool", "tool_latency_weighted_bins", "tool_latency_count_and_time"].map((name) => [
        name,
        { shown: 60, of: 130, what: "calls", rest: "report 0 ms or have no latency" },
      ]),
    );
    const [byTool, ...others] = figures.map(({ spec }) => JSON.stringify(spec));
    expect(byTool).toContain('"30 of 100"');
    expect(others.every((spec) => spec.includes("Codex: 30 of 100 calls"))).toBe(true);
    expect(
      figures.every(({ caption }) => caption.includes("30 of 100 calls have a positive latency; 68 report 0 ms, 2 have no latency")),
    ).toBe(true);
    expect(headlines).toContainEqual({ label: "Codex: median latency (30 of 100 calls)", value: "1.00 s" });
  });

  it.each([
    [
      "few latencies and a tool without any",
      [...calls("Bash", 0, 3), ...calls("Read", 70, 2)],
      {},
      "Slowest median: 70 ms of Read (Claude)",
    ],
    [
      "latencies of a tool that is left out",
      [...calls("Bash", 0, 30), ...calls("Read", 70, 20)],
      { "top-tools": 1 },
      "The most called tools have no positive latency",
    ],
  ])("name the slowest tool, with %s", async (_, tools, flags, title) => {
    const { figures } = await withPool([{ provider: "claude", tools }], (pool) => runOn(experiment, pool, flags));
    expect(figures[0]?.title).toBe(title);
    expect(figures[0]?.alt).not.toContain("undefined");
  });

  it("have titles with numbers that are drawn", async () => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map((figure) => [figure.name, unreadableNumbers(figure)])).toEqual(figures.map(({ name }) => [name, []]));
    expect(figures.map(({ title }) => title)).toEqual([
      "Slowest median: 400 ms of Bash (Claude), 1.00 s of exec (Codex)",
      "Calls over a minute hold 97.8% (Claude) and 0.0% (Codex) of the time",
      "Calls under five minutes hold 100.0% (Claude) and 100.0% (Codex) of the time",
    ]);
  });
});

describe("the tables", () => {
  const cases: [string, StepLiteral[], { tables: number; calls: number[]; notes: string[] }][] = [
    ["an empty pool", [], { tables: 2, calls: [0, 0, 0, 0, 0, 0, 0, 0], notes: [experiment.empty] }],
    [
      "equal latencies have no curves",
      [{ tools: [call("a", 5), call("b", 5)] }],
      { tables: 2, calls: [2, 0, 0, 0, 0, 0, 0, 0], notes: ["No curves: all latencies in this pool are the same."] },
    ],
    [
      "a bound belongs to the range above",
      [{ provider: "codex", tools: [call("a", 10), call("a", 9), call("a", 3_600_000), call("a", 0), call("a", null)] }],
      { tables: 4, calls: [1, 1, 0, 0, 0, 0, 0, 1], notes: [] },
    ],
  ];

  it.each(cases)("%s", async (_, steps, expected) => {
    await withPool(steps, async (pool) => {
      const result = await runOn(experiment, pool);
      expect(result.tables).toHaveLength(expected.tables);
      expect(rowsOf(result, "tool_latency_weighted_bins").map((row) => row.tool_calls)).toEqual(expected.calls);
      expect(result.notes).toEqual(expected.notes);
    });
  });

  it("lists the calls of every provider", async () => {
    const steps = [
      { provider: "codex", tools: [call(" x ", 4)] },
      { provider: "claude", tools: [call("x", null), call("x", 0)] },
    ];
    await withPool(steps, async (pool) => {
      expect(rowsOf(await runOn(experiment, pool))).toMatchObject([
        {
          tool_name: "x",
          calls: 3,
          latency_count: 1,
          missing_latency: 1,
          nonpositive_latency: 1,
          mean_ms: 4,
          providers: "claude:2;codex:1",
        },
      ]);
    });
  });
});
