import { describe, expect, it } from "vitest";
import { converted } from "./fixture.ts";

const GENERATION = {
  ...{ id: "g1", traceId: "t", type: "GENERATION", parentObservationId: "root", model: "gpt-5.4" },
  ...{ startTime: "2026-01-01T00:00:01.000Z", endTime: "2026-01-01T00:00:03.000Z", completionStartTime: "2026-01-01T00:00:01.500Z" },
  usageDetails: { input: 40, input_cached_tokens: 60, output: 5, output_reasoning_tokens: 2, total: 107 },
};
const TOKENS = ["input_tokens_total", "prefix_tokens", "newly_append_tokens", "output_tokens", "reasoning_output_tokens"];

describe("usage of a generation", () => {
  it.each<readonly [what: string, record: object, options: object, tokens: readonly unknown[], rejected: readonly object[]]>([
    ["by kind, which add up", {}, {}, [100, 60, 40, 7, 2], []],
    [
      "with the cached tokens in the input, by its total",
      { usageDetails: { input: 100, input_cached_tokens: 60, output: 7, total: 107 } },
      {},
      [100, 60, 40, 7, null],
      [],
    ],
    [
      "of Anthropic",
      { usageDetails: { input: 10, cache_read_input_tokens: 60, cache_creation_input_tokens: 30, output: 7 } },
      {},
      [100, 60, 40, 7, null],
      [],
    ],
    ["without the cache", { usageDetails: { input: 100, output: 7, total: 107 } }, {}, [100, null, null, 7, null], []],
    [
      "without the cache, which is taken for unused",
      { usageDetails: { input: 100, output: 7 } },
      { missingIsZero: true },
      [100, 0, 100, 7, null],
      [],
    ],
    [
      "of the older form",
      { usageDetails: {}, usage: { input: 100, output: 7, total: 107, unit: "TOKENS" } },
      {},
      [100, null, null, 7, null],
      [],
    ],
    [
      "that contradicts itself",
      { usageDetails: { input: 100, input_cached_tokens: 60, output: 7, total: 9 } },
      {},
      [null, null, null, null, null],
      [{ reason: "input counts that contradict each other", count: 1, tokens: 9 }],
    ],
  ])("%s", async (_, record, options, tokens, rejected) => {
    const { rows, report } = await converted([JSON.stringify({ ...GENERATION, ...record })], options);
    expect(TOKENS.map((name) => rows[0]?.[name])).toEqual(tokens);
    expect(report.rejected).toEqual(rejected);
  });
});

const at = (second: number) => `2026-01-01 00:00:0${second}.000000`;
const BLOB = { trace_id: "t", session_id: "s", parent_observation_id: "root" };
/** As an export to blob storage has them. */
const ENRICHED = [
  { ...BLOB, id: "root", type: "SPAN", parent_observation_id: "", start_time: at(0), end_time: at(9) },
  {
    ...BLOB,
    id: "g1",
    type: "GENERATION",
    start_time: at(1),
    end_time: at(2),
    provided_model_name: "m",
    usage_details: { input: 9, output: 1 },
  },
  { ...BLOB, id: "bash", type: "TOOL", name: "Bash", level: "ERROR", start_time: at(2), end_time: at(4) },
  {
    ...BLOB,
    id: "g2",
    type: "GENERATION",
    start_time: at(5),
    end_time: at(6),
    provided_model_name: "m",
    usage_details: { input: 9, output: 1 },
  },
  { ...BLOB, id: "e", type: "EMBEDDING", start_time: at(6), end_time: at(7), usage_details: { input: 5 } },
];
const LEGACY = [
  ...ENRICHED.map(({ session_id: _, ...observation }) => observation),
  { id: "t", timestamp: at(0), session_id: "s", name: "secret" },
];
const API = { id: "t", timestamp: at(0), sessionId: "s", observations: LEGACY.slice(0, -1) };

describe("a trace", () => {
  it.each<readonly [what: string, text: string]>([
    ["of enriched observations", ENRICHED.map((record) => JSON.stringify(record)).join("\n")],
    ["of observations and traces", LEGACY.map((record) => JSON.stringify(record)).join("\n")],
    ["of the API", JSON.stringify(API, null, 2)],
    ["of a page of the API", JSON.stringify({ data: ENRICHED, meta: { page: 1 } })],
  ])("%s has a session, its steps and calls", async (_, text) => {
    const { rows, report } = await converted([text], { providerName: "shop" });
    expect(rows.map((row) => [row.session_id, row.first_input_event_type, row.model, row.tools.length])).toEqual([
      ["shop:s", "user_message", "m", 1],
      ["shop:s", "tool_result", "m", 0],
    ]);
    expect(rows[0]?.tools).toMatchObject([{ tool_name: "Bash", is_error: true, tool_wall_latency_ms: 2000 }]);
    expect(report.rejected).toEqual([{ reason: "observations of the type EMBEDDING", count: 1, tokens: 5 }]);
  });

  it("knows when the first token came", async () => {
    const { rows } = await converted([JSON.stringify(GENERATION)]);
    expect(rows[0]?.timing_events.map(({ timestamp }) => String(timestamp).slice(17, 21))).toEqual(["01.0", "01.5", "03.0"]);
  });
});
