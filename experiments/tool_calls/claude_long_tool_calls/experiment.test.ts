import { describe, expect, it } from "vitest";
import { at } from "../../../lib/stats/known.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { auditOf, type LongCall, tally, timeByTool } from "./measure.ts";

const HOUR_MS = 3_600_000;
const call = (over: Partial<LongCall>): LongCall => ({
  line_no: 1,
  trace_key: "k",
  session_id: "s",
  round_id: "r",
  round_index: 1,
  model: null,
  tool_index: 0,
  tool_name: "Bash",
  tool_call_id: "c",
  source: "wall_fallback",
  effective_latency_ms: 2 * HOUR_MS,
  wall_latency_ms: null,
  computed_wall_latency_ms: null,
  internal_latency_ms: null,
  emitted_at: null,
  result_at: null,
  is_error: false,
  input_chars: null,
  result_chars: null,
  ...over,
});

describe("auditOf", () => {
  it.each([
    ["nothing", [], { calls: 0, repeatedCalls: 0, distinctMs: 0 }],
    [
      "one call in two sessions",
      [call({}), call({ line_no: 2, session_id: "t", trace_key: "l" })],
      { calls: 2, repeatedCalls: 0, distinctMs: 2 * HOUR_MS },
    ],
    ["one call twice in a session", [call({}), call({ line_no: 2 })], { repeatedCalls: 1, repeatedPositions: 1, distinctMs: 2 * HOUR_MS }],
    [
      "calls without an id do not count as repeated keys",
      [call({ tool_call_id: null }), call({ line_no: 2, tool_call_id: "" })],
      { repeatedCalls: 0 },
    ],
    ["another latency is another call", [call({}), call({ line_no: 2, effective_latency_ms: HOUR_MS })], { distinctMs: 3 * HOUR_MS }],
    ["people", [call({ tool_name: "AskUserQuestion" })], { human: { calls: 1, totalMs: 2 * HOUR_MS } }],
  ])("%s", (_, calls, expected) => {
    expect(auditOf(calls)).toMatchObject(expected);
  });

  it("counts values by number, then by first appearance", () => {
    const calls = [
      call({ line_no: 3, tool_name: "late" }),
      call({ line_no: 1, tool_name: "early" }),
      call({ line_no: 2, tool_name: "most" }),
      call({ line_no: 4, tool_name: "most" }),
    ];
    expect(tally(calls, ({ tool_name }) => tool_name)).toEqual([
      ["most", 2],
      ["early", 1],
      ["late", 1],
    ]);
    expect(timeByTool(calls).map(({ tool }) => tool)).toEqual(["most", "early", "late"]);
  });
});

describe("the query", () => {
  const steps: StepLiteral[] = [
    {
      provider: "claude",
      tools: [
        { tool_name: "at the threshold", tool_wall_latency_ms: HOUR_MS },
        {
          tool_name: "",
          tool_wall_latency_ms: HOUR_MS + 1,
          emitted_at: "2026-01-01T00:00:00.0004Z",
          result_at: "2026-01-01T01:00:00.001Z",
        },
        { tool_name: "won", tool_wall_latency_ms: 9 * HOUR_MS, tool_internal_latency_ms: 5 },
        { tool_name: "reported", tool_wall_latency_ms: 1, tool_internal_latency_ms: 2 * HOUR_MS, is_error: true },
      ],
    },
    { provider: "codex", tools: [{ tool_name: "other", tool_wall_latency_ms: 9 * HOUR_MS }] },
  ];

  it("takes calls of Claude over the threshold, longest first", async () => {
    await withPool(steps, async (pool) => {
      const result = await runOn(experiment, pool);
      expect(rowsOf(result)).toMatchObject([
        {
          tool_name: "reported",
          source: "internal",
          effective_latency_hours: 2,
          is_error: true,
          emitted_at: null,
          computed_wall_latency_ms: null,
        },
        {
          tool_name: "<unknown-tool>",
          source: "wall_fallback",
          is_error: false,
          emitted_at: "2026-01-01T00:00:00.000Z",
          computed_wall_latency_ms: HOUR_MS + 1,
        },
      ]);
      expect(
        rowsOf(result, "claude_long_tool_calls_summary").find(({ finding }) => String(finding).startsWith("long by wall"))?.value,
      ).toBe(1);
    });
  });

  it.each([
    ["names the threshold, and no gray bars that don't exist", "Edit", false],
    ["explains gray bars", "AskUserQuestion", true],
  ])("%s", async (_, tool_name, hasGray) => {
    const tools = Array.from({ length: 30 }, (__, i) => ({ tool_name, tool_wall_latency_ms: 2 * HOUR_MS + i }));
    const { figures } = await withPool([{ provider: "claude", tools }], (pool) => runOn(experiment, pool));
    const { subtitle, caption, ...figure } = at(figures, 0);
    expect(figure).toMatchObject({ title: `Claude: 30 calls over 1h, the longest 2.0h (${tool_name})`, coverage: { shown: 25, of: 30 } });
    expect(subtitle?.includes("Gray")).toBe(hasGray);
    expect(caption).toContain("Any other may have waited for a permission");
    expect(figures.flatMap(unreadableNumbers)).toEqual([]);
  });

  it("has nothing to show for an empty pool", async () => {
    await withPool([], async (pool) => {
      const result = await runOn(experiment, pool);
      expect(rowsOf(result)).toEqual([]);
      expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
    });
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  /** Values of the list items of a section, in order. */
  const values = (text: string, sections: RegExp) =>
    text
      .split(/^## /m)
      .filter((section) => sections.test(section))
      .flatMap((section) => [...section.matchAll(/^- .*: ([\d.,]+h?(?: over [\d,]+ calls)?)$/gm)].map(([, value]) => value));

  it("gives the published numbers in words", async () => {
    await withReferencePool(name, async (pool) => {
      const text = (await runOn(experiment, pool)).texts?.[0]?.text ?? "";
      const ours = values(text, /^(Summary|Source|Tools|Time by tool|Models|Error|No time)/);
      expect(ours).toEqual(values(published(name, experiment, "result_analysis.md"), /^(Summary|Effective latency source|>1h)/));
    });
  });
});
