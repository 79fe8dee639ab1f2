import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { forPanel, type ToolTime } from "./measure.ts";

describe("forPanel", () => {
  const time = (tool: string, calls: number, total_ms: number, first_seen = 1): ToolTime => ({
    tool,
    calls,
    total_ms,
    first_seen,
    errors: 0,
    valid: total_ms > 0 ? calls : 0,
    missing: 0,
  });

  it.each([
    [
      "puts the tools of an MCP server together",
      [time("mcp__a__x", 15, 5), time("mcp__a__y", 10, 6), time("Bash", 30, 7)],
      30,
      [
        ["mcp: a", 11],
        ["Bash", 7],
      ],
    ],
    [
      "puts rare tools together after that",
      [time("mcp__a__x", 15, 5), time("mcp__a__y", 10, 6), time("Bash", 1, 20)],
      30,
      [
        ["Other (<20 calls/tool)", 20],
        ["mcp: a", 11],
      ],
    ],
    [
      "names rare tools if a provider has no others",
      [time("mcp__a__x", 1, 5), time("mcp_b", 1, 4), time("Bash", 1, 3)],
      30,
      [
        ["mcp: a", 5],
        ["mcp", 4],
        ["Bash", 3],
      ],
    ],
    [
      "orders equal times by first call",
      [time("b", 30, 5, 2), time("a", 30, 5, 1)],
      30,
      [
        ["a", 5],
        ["b", 5],
      ],
    ],
    ["leaves out tools without latency", [time("a", 30, 0)], 30, []],
    ["takes the first", [time("a", 30, 5), time("b", 30, 6)], 1, [["b", 6]]],
  ])("%s", (_, times, top, expected) => {
    expect(forPanel(times, 20, top).map(({ tool, total_ms }) => [tool, total_ms])).toEqual(expected);
  });
});

describe("the table", () => {
  const call = (tool_name: string | null, tool_internal_latency_ms: number | null, tool_wall_latency_ms: number | null) => ({
    tool_name,
    tool_internal_latency_ms,
    tool_wall_latency_ms,
  });
  const cases: [string, StepLiteral[], object[]][] = [
    [
      "takes the reported duration, else wall time",
      [{ tools: [call("Bash", 3000, 9000), call(" Bash ", null, 1000)] }],
      [
        {
          tool_name: "Bash",
          tool_calls: 2,
          valid_latency_calls: 2,
          total_latency_ms: 4000,
          total_latency_s: 4,
          latency_share: 1,
          avg_latency_ms: 2000,
        },
      ],
    ],
    [
      "counts calls without latency as missing",
      [{ tools: [call("Read", 500, null), call("Read", null, null), call("Read", 0, 800)] }],
      [{ tool_calls: 3, valid_latency_calls: 1, missing_latency_calls: 1, total_latency_ms: 500 }],
    ],
    [
      "leaves out tools without a positive latency",
      [{ tools: [call("Glob", 0, 5), call(null, 1, null)] }],
      [{ tool_name: "<unknown-tool>" }],
    ],
    [
      "pools providers",
      [
        { provider: "claude", tools: [call("x", 1, null)] },
        { provider: "codex", tools: [call("x", 2, null)] },
      ],
      [{ tool_name: "x", tool_calls: 2, total_latency_ms: 3 }],
    ],
  ];

  it.each(cases)("%s", async (_, steps, expected) => {
    await withPool(steps, async (pool) => {
      expect(rowsOf(await runOn(experiment, pool))).toMatchObject(expected);
    });
  });

  it.each([
    ["an empty pool", []],
    ["calls without a positive latency", [{ tools: [call("Bash", 0, 5)] }]],
  ])("is empty for %s", async (_, steps) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(rowsOf(result)).toEqual([]);
    expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
  });
});

describe("the figure", () => {
  const calls = (tool_name: string, tool_internal_latency_ms: number, times: number) =>
    Array.from({ length: times }, () => ({ tool_name, tool_internal_latency_ms }));
  const steps: StepLiteral[] = [
    { provider: "claude", tools: [...calls("Task", 7_200_000, 20), ...calls("Bash", 36_000, 100)] },
    { provider: "codex", tools: [...calls("exec", 3_600_000, 25), ...calls("exec", 0, 75)] },
  ];

  it("has the n that times the mean is the total, and one scale", async () => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    const drawn = JSON.stringify(figures.map(({ spec }) => spec));
    expect(figures).toMatchObject([
      { title: "Most time: Task 40.0h of 41.0h (Claude), exec 25.0h of 25.0h (Codex)", coverage: { shown: 145, of: 220 } },
    ]);
    for (const text of ["40.0h (98%)", "25.0h (100%)", "25 of 100", "1h"]) expect(drawn).toContain(`"${text}"`);
    // [0,1] is the domain of the rows.
    const domains = drawn.match(/"domain":\[0,(?!1\])[^\]]*\]/g);
    expect(new Set(domains).size).toBe(1);
    expect(figures.flatMap(unreadableNumbers)).toEqual([]);
  });
});
