import fs from "node:fs";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import { Pool } from "../../../lib/db/open/pool.ts";
import type { ExperimentResult, Row } from "../../../lib/experiment.ts";
import { queriesOf } from "../../../lib/run/compute.ts";
import { hasShared, shared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { runOn } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { readSessions } from "./steps.ts";

const run = (pool: Pool, flags: Record<string, unknown> = {}) => runOn(experiment, pool, flags);

const selectedIn = ({ documents: [report] = [] }: ExperimentResult) =>
  (report as { value: { selected_sessions: object[] } }).value.selected_sessions;

const ANY_SESSION = { "min-rounds": 0, "min-user-input-rounds": 0, "min-tool-result-rounds": 0, "max-user-input-fraction": 1 };
const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const event = (event_type: string, second: number) => ({ event_type, timestamp: at(second) });

const STEPS: StepLiteral[] = [
  {
    session_id: "b:1",
    provider: "codex",
    model: "m1",
    round_index: 2,
    prefix_tokens: 30,
    timing_events: [event("tool_result", 9), event("text", 11)],
  },
  { session_id: "a:1", provider: "claude", model: null, round_index: 0, prefix_tokens: 7, newly_append_tokens: -4 },
  // In step order, by round_index, then time (missing last), then file order: 50, 40, 41, 30, 20, 10.
  {
    session_id: "b:1",
    provider: "claude",
    model: "m2",
    round_index: null,
    prefix_tokens: 10,
    tools: [{ tool_name: "x" }, { tool_name: "y" }],
  },
  { session_id: "b:1", provider: "claude", model: "m2", round_index: 2, prefix_tokens: 20 },
  {
    session_id: "b:1",
    provider: "codex",
    model: "m1",
    round_index: 1,
    prefix_tokens: 40,
    timing_events: [event("user_message", 5), event("text", 6)],
  },
  { session_id: "b:1", provider: "codex", model: null, round_index: 1, prefix_tokens: 41, timing_events: [event("user_message", 5)] },
  { session_id: "b:1", provider: null, model: null, round_index: 1, prefix_tokens: 50, timing_events: [event("user_message", 4)] },
  { session_id: "", prefix_tokens: 99 },
  { session_id: null, prefix_tokens: 99 },
];

describe("sessions", () => {
  it("come in order of first appearance, with their usual provider and model", async () => {
    const sessions = await withPool(STEPS, (pool) => readSessions(queriesOf(experiment, pool)));
    expect(sessions.map(({ id, provider, model }) => [id, provider, model])).toEqual([
      ["b:1", "codex", "m1"],
      ["a:1", "claude", "<unknown>"],
    ]);
  });

  it("take their steps in order", async () => {
    const [b, a] = await withPool(STEPS, (pool) => readSessions(queriesOf(experiment, pool)));
    expect(b?.steps.map((step) => step.prefixTokens)).toEqual([50, 40, 41, 30, 20, 10]);
    expect(b?.steps.map((step) => step.generationUs)).toEqual([null, 1e6, null, 2e6, null, null]);
    expect(b?.steps.at(-1)).toMatchObject({ toolCalls: 2, firstUs: null, hasUserMessage: false });
    expect(a?.steps).toMatchObject([{ prefixTokens: 7, appendTokens: 0, outputTokens: 0 }]);
  });
});

describe("run", () => {
  it("lists candidates by score and says which are drawn", async () => {
    const result = await withPool(STEPS, (pool) => run(pool, { ...ANY_SESSION, "session-id": ["a:1", "a:1"] }));
    expect(result.tables[0]?.rows).toMatchObject([
      {
        selected: false,
        session_id: "b:1",
        rounds: 6,
        user_input_rounds: 3,
        tool_result_rounds: 1,
        tool_calls: 2,
        average_inference_seconds: 1.5,
      },
      { selected: true, session_id: "a:1", rounds: 1, aggregate_cache_hit_ratio: 1, average_inference_seconds: null },
    ]);
    expect(result.documents?.[0]?.value).toMatchObject({
      selected_sessions: [{ session_id: "a:1" }, { session_id: "a:1", window_start_step: 1, window_end_step: 1 }],
    });
    expect(result.figures).toHaveLength(1);
  });

  it("describes the window that is drawn", async () => {
    const result = await withPool(STEPS, (pool) => run(pool, { "session-id": "b:1", "max-steps": 3 }));
    expect(result.documents?.[0]?.value).toMatchObject({
      selected_sessions: [
        {
          rounds: 6,
          window_start_step: 1,
          window_end_step: 3,
          window_metrics: { rounds: 3, total_input_tokens: 131, average_inference_seconds: 1 },
        },
      ],
    });
  });

  it("draws the opening of a session for a paper besides", async () => {
    const result = await withPool(STEPS, (pool) => run(pool, { "paper-session": "b:1", "paper-steps": 4 }));
    expect(result.figures.map(({ name }) => name)).toEqual([expect.stringMatching(/^b-[0-9a-f]{10}_first4_paper$/)]);
  });

  it("sorts the keys of its document", async () => {
    const result = await withPool(STEPS, (pool) => run(pool, ANY_SESSION));
    const keys = selectedIn(result).map(Object.keys);
    expect(keys).toHaveLength(2);
    expect(keys).toEqual(keys.map((names) => names.toSorted()));
  });

  it.each([
    ["an empty pool", [], {}],
    ["no session that passes the filters", STEPS, {}],
    ["an empty share", STEPS, { ...ANY_SESSION, "select-offset": 9 }],
  ])("has nothing to draw for %s, and says so", async (_what, steps, flags) => {
    const result = await withPool(steps, (pool) => run(pool, flags));
    expect(result).toMatchObject({ figures: [], headlines: [], documents: [{ value: { bad_json: 0, selected_sessions: [] } }] });
    expect(result.notes).toContain("There is no session to draw.");
  });

  it("limits the table of candidates and says so", async () => {
    const result = await withPool(STEPS, (pool) => run(pool, { ...ANY_SESSION, "candidate-limit": 1 }));
    expect(result.tables[0]?.rows).toHaveLength(1);
    expect(result.notes).toContain("The table holds the first 1 of 2 candidates.");
  });
});

describe.skipIf(!hasShared)("on a real pool", () => {
  const folder = "golden/pool-a/session/session_token_steps";
  const onPool = async () => {
    const pool = await Pool.open(shared("data/pool-a.reference.duckdb"));
    try {
      return await run(pool);
    } finally {
      pool.close();
    }
  };

  it("gives the published candidates", async () => {
    const text = fs.readFileSync(shared(folder, "session_token_steps_candidates.csv"), "utf8");
    const published = Papa.parse<Row>(text.replace(/^True\b/gm, "true").replace(/^False\b/gm, "false"), {
      header: true,
      skipEmptyLines: true,
      dynamicTyping: true,
    });
    const [table] = (await onPool()).tables;
    expect(table?.columns).toEqual(published.meta.fields);
    expect(rounded(table?.rows)).toEqual(rounded(published.data));
  });

  it("gives the published choice of sessions", async () => {
    const published = JSON.parse(fs.readFileSync(shared(folder, "selected_session_token_steps.json"), "utf8"));
    const selected = selectedIn(await onPool());
    expect(selected).toHaveLength(published.selected_sessions.length);
    const byName = published.selected_sessions.map((session: { plot: string }) => ({ ...session, plot: session.plot.split("/").at(-1) }));
    expect(rounded(selected)).toMatchObject(rounded(byName) as object);
  });
});

/** Numbers to 12 significant digits: the last bits depend on the order of sums and on the logarithm used. */
function rounded(value: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(12));
  if (Array.isArray(value)) return value.map(rounded);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, rounded(member)]));
}
