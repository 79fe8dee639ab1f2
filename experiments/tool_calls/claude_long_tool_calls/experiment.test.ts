import { describe, expect, it } from "vitest";
import { at } from "../../../lib/stats/known.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { unreadableNumbers } from "../../../lib/testing/title-numbers.ts";
import experiment from "./experiment.ts";
import { AUDIT, CALLS, COUNTS, HUMAN_TOOLS, REPEATED } from "./measure.ts";

const HOUR_MS = 3_600_000;
/** Of a call that took two hours. */
const call = (over: object = {}) => ({ tool_name: "Bash", tool_call_id: "c", tool_wall_latency_ms: 2 * HOUR_MS, ...over });
const step = (session_id: string, trace_key: string, ...tools: StepLiteral["tools"] & {}): StepLiteral => ({
  provider: "claude",
  session_id,
  trace_key,
  round_id: "r",
  tools,
});

describe("the audit", () => {
  const cases: [string, StepLiteral[], object][] = [
    ["nothing", [], { calls: 0, repeated_calls: 0, distinct_calls: 0, distinct_ms: 0, human_calls: 0 }],
    [
      "one call in two sessions",
      [step("s", "k", call()), step("t", "l", call())],
      { calls: 2, repeated_calls: 0, distinct_ms: 2 * HOUR_MS, repeated_groups: 1, further_records: 1, groups_in_sessions: 1 },
    ],
    [
      "one call twice in a session",
      [step("s", "k", call(), call())],
      { repeated_calls: 1, distinct_calls: 1, distinct_ms: 2 * HOUR_MS, groups_in_sessions: 0 },
    ],
    [
      "calls without an id do not count as repeated keys",
      [step("s", "k", call({ tool_call_id: null }), call({ tool_call_id: "" }))],
      { repeated_calls: 0, repeated_positions: 0 },
    ],
    [
      "another latency is another call",
      [step("s", "k", call(), call({ tool_wall_latency_ms: 3 * HOUR_MS }))],
      { distinct_ms: 5 * HOUR_MS },
    ],
    ["people", [step("s", "k", call({ tool_name: "AskUserQuestion" }))], { human_calls: 1, human_ms: 2 * HOUR_MS }],
  ];

  it.each(cases)("%s", async (_, steps, expected) => {
    await withPool(steps, async (pool) => {
      const params = { threshold_ms: HOUR_MS, human: JSON.stringify(HUMAN_TOOLS) };
      expect(await checkedQueries(experiment, pool).rows(AUDIT, params)).toMatchObject([expected]);
    });
  });

  it("counts values by number, then by first appearance", async () => {
    const tools = ["early", "most", "late", "most"].map((tool_name) => call({ tool_name }));
    await withPool([step("s", "k", ...tools)], async (pool) => {
      const counts = await checkedQueries(experiment, pool).rows(COUNTS, { threshold_ms: HOUR_MS });
      const values = (kind: string) => counts.filter((count) => count.kind === kind).map(({ value, calls }) => [value, calls]);
      expect(values("tool")).toEqual([
        ["most", 2],
        ["early", 1],
        ["late", 1],
      ]);
      expect(values("source")).toEqual([["wall_fallback", 4]]);
    });
  });

  it("lists what is recorded most often", async () => {
    const steps = [
      step("s", "k", call({ tool_name: "twice" }), call({ tool_name: "thrice" }), call()),
      step("t", "l", call({ tool_name: "twice" })),
    ];
    const further = [step("u", "m", call({ tool_name: "thrice" })), step("u", "n", call({ tool_name: "thrice" }))];
    await withPool([...steps, ...further], async (pool) => {
      const repeated = await checkedQueries(experiment, pool).rows(REPEATED, { threshold_ms: HOUR_MS, most: 12 });
      expect(repeated.map(({ tool_name, times, sessions }) => [tool_name, times, sessions])).toEqual([
        ["thrice", 3, 2],
        ["twice", 2, 2],
      ]);
    });
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
      expect(await checkedQueries(experiment, pool).rows(CALLS, { threshold_ms: HOUR_MS, most: 9 })).toMatchObject([
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
