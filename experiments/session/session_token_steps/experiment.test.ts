import Papa from "papaparse";
import { beforeAll, describe, expect, it } from "vitest";
import type { Row } from "../../../lib/experiment.ts";
import type { Result } from "../../../lib/run/compute.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries, published, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { readSteps } from "./steps.ts";

interface Report {
  readonly selected_sessions: readonly { readonly plot: string }[];
}
const selectedIn = ({ documents }: Result) => (documents[0] as { value: Report }).value.selected_sessions;

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
  it("have their usual provider and model", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, ANY_SESSION));
    expect(result.tables[0]?.rows).toMatchObject([
      { session_id: "b:1", provider: "codex", model: "m1" },
      { session_id: "a:1", provider: "claude", model: "<unknown>" },
    ]);
  });

  it("take their steps in order", async () => {
    const steps = await withPool(STEPS, (pool) => readSteps(checkedQueries(experiment, pool), ["a:1", "b:1"]));
    const [b, a] = [steps.get("b:1"), steps.get("a:1")];
    expect(b?.map((step) => step.prefix_tokens)).toEqual([50, 40, 41, 30, 20, 10]);
    expect(b?.map((step) => step.generation_us)).toEqual([null, 1e6, null, 2e6, null, null]);
    expect(b?.at(-1)).toMatchObject({ tool_calls: 2, first_us: null, has_user_message: false });
    expect(a).toMatchObject([{ prefix_tokens: 7, append_tokens: 0, output_tokens: 0 }]);
  });
});

describe("run", () => {
  it("lists candidates by score and says which are drawn", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { ...ANY_SESSION, "session-id": ["a:1", "a:1"] }));
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
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { "session-id": "b:1", "max-steps": 3 }));
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

  it("also draws the opening of a session for a paper", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { "paper-session": "b:1", "paper-steps": 4 }));
    expect(result.figures.at(-1)?.name).toMatch(/^b-[0-9a-f]{10}_first4_paper$/);
  });

  it("sorts the keys of its document", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, ANY_SESSION));
    const keys = selectedIn(result).map(Object.keys);
    expect(keys).toHaveLength(2);
    expect(keys).toEqual(keys.map((names) => names.toSorted()));
  });

  it.each([
    ["an empty pool", [], {}],
    ["no session of the provider", STEPS, { provider: "gemini" }],
    ["an empty share", STEPS, { ...ANY_SESSION, "select-offset": 9 }],
  ])("has nothing to draw for %s, and says so", async (_what, steps, flags) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool, flags));
    expect(result).toMatchObject({ figures: [], headlines: [], documents: [{ value: { bad_json: 0, selected_sessions: [] } }] });
    expect(result.notes[0]).toBe(experiment.empty);
  });

  it("draws short sessions if the pool has only those, and says so", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { "max-rounds": 4 }));
    expect(result.tables[0]?.rows).toEqual([]);
    expect(selectedIn(result)).toMatchObject([
      { session_id: "b:1", window_rounds: 4 },
      { session_id: "a:1", window_rounds: 1 },
    ]);
    expect(result.figures).toHaveLength(3);
    expect(result.notes).toContain(
      "No session in this pool passes the filters, so the table of candidates is empty, and the first of all sessions are drawn.",
    );
  });

  it("limits the table of candidates and says so", async () => {
    const result = await withPool(STEPS, (pool) => runOn(experiment, pool, { ...ANY_SESSION, "candidate-limit": 1 }));
    expect(result.tables[0]?.rows).toHaveLength(1);
    expect(result.notes).toContain("The table holds the first 1 of 2 candidates.");
  });
});

describe.skipIf(!hasShared)("on a real pool", () => {
  let result: Result;
  beforeAll(async () => {
    result = await withReferencePool("pool-a", (pool) => runOn(experiment, pool));
  });

  it("returns the published candidates", async () => {
    const text = published("pool-a", experiment, "session_token_steps_candidates.csv");
    const golden = Papa.parse<Row>(text.replace(/^True\b/gm, "true").replace(/^False\b/gm, "false"), {
      header: true,
      skipEmptyLines: true,
      dynamicTyping: true,
    });
    expect(Object.keys(rowsOf(result)[0] ?? {})).toEqual(golden.meta.fields);
    expect(rounded(rowsOf(result))).toEqual(rounded(golden.data));
  });

  it("returns the published choice of sessions", async () => {
    const golden: Report = JSON.parse(published("pool-a", experiment, "selected_session_token_steps.json"));
    const byName = golden.selected_sessions.map((session) => ({ ...session, plot: session.plot.split("/").at(-1) }));
    const selected = selectedIn(result);
    expect(selected).toHaveLength(byName.length);
    expect(rounded(selected)).toMatchObject(rounded(byName));
  });
});

/** Numbers to 12 significant digits: the last bits depend on the order of sums and on the logarithm used. */
function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (_key, member) => (typeof member === "number" ? Number(member.toPrecision(12)) : member)));
}
