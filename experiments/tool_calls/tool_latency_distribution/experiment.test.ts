import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { boxesOf, boxOf, byProvider } from "./measure.ts";

describe("boxOf", () => {
  const box = (...latencies: number[]) => boxOf({ tool: "x", calls: latencies.length, first_seen: 0, latencies });

  it.each([
    ["one value", [5], { q1: 5, median: 5, q3: 5, low: 5, high: 5 }],
    ["a run of values", [4, 1, 3, 2, 5], { q1: 2, median: 3, q3: 4, low: 2, high: 4 }],
    ["outliers stay outside", [1, ...new Array(100).fill(10), 1000], { q1: 10, median: 10, q3: 10, low: 10, high: 10 }],
  ])("%s", (_, latencies, expected) => {
    expect(box(...latencies)).toMatchObject(expected);
  });
});

describe("boxesOf", () => {
  type Calls = readonly [tool: string, ms: number | null, times: number];
  const calls = (...list: readonly Calls[]) => {
    const all = list.flatMap(([tool, ms, times]) => Array.from({ length: times }, () => ({ tool, ms })));
    return byProvider({ provider: all.map(() => "claude"), tool: all.map(({ tool }) => tool), effective_ms: all.map(({ ms }) => ms) });
  };

  it.each([
    [
      "slowest median first",
      [
        ["a", 5, 20],
        ["b", 9, 20],
      ],
      30,
      ["b", "a"],
    ],
    [
      "tools without a positive latency have no box",
      [
        ["a", 0, 20],
        ["b", null, 20],
        ["c", 1, 20],
      ],
      30,
      ["c"],
    ],
    [
      "the most called are taken, equals by name, rare ones last",
      [
        ["b", 9, 20],
        ["a", 5, 20],
        ["rare", 7, 10],
        ["r2", 7, 10],
      ],
      2,
      ["b", "a"],
    ],
    [
      "rare tools are combined",
      [
        ["x", 1, 19],
        ["y", 3, 1],
      ],
      30,
      ["Other (<20 calls/tool)"],
    ],
  ] as const)("%s", (_, list, top, expected) => {
    const [claude] = calls(...list);
    expect(claude && boxesOf(claude, 20, top).map(({ tool }) => tool)).toEqual(expected);
  });
});

describe("the tables", () => {
  const call = (tool_name: string | null, ms: number | null) => ({ tool_name, tool_internal_latency_ms: ms });
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

  it.each([
    [{}, 6],
    [{ "paper-wide-only": true }, 1],
    [{ "paper-weighted-only": true }, 1],
    [{ "paper-wide-only": true, "paper-weighted-only": true }, 2],
  ])("%j draws %d figures", async (flags, figures) => {
    const result = await withPool([{ tools: [call("a", 5), call("b", 6)] }], (pool) => runOn(experiment, pool, flags));
    expect(result.figures).toHaveLength(figures);
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
