import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { labelsOf, type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import type { Accounting } from "../../../lib/trace/readings.ts";
import experiment from "./experiment.ts";
import { REQUESTS, readRequests } from "./measure.ts";
import { scatterFigure } from "./scatter-chart.ts";

const near = (value: number) => expect.closeTo(value, 9);
const requestsOf = (pool: Pool) => checkedQueries(experiment, pool).rows(REQUESTS);

describe("pool M", () => {
  it("has a request with an error window of three steps", async () => {
    const [first] = (await withPool(POOL_M, requestsOf)).filter(({ session_id }) => session_id === "s1");
    expect(first).toEqual({
      ...{ provider: "claude", session_id: "s1", request_no: 1, published_request_no: 1, model: "claude-opus-4-6" },
      ...{ started_at: "2026-01-05T10:00:00.000Z", steps: 6, phases: 5, calls: 5, errors: 2, unknown_status: 0 },
      ...{ rework_loops: 0, one_shot: true, edit_steps: 1, looping_edit_steps: 0, e2e_s: 675, generation_s: 28, tool_s: 647 },
      ...{ input_tokens: 174_350, output_tokens: 1_150, cost_usd: near(0.4729), unpriced_steps: 0 },
      ...{ repair_steps: 3, repair_tokens: 93_150, repair_usd: near(0.2376375), repair_s: 50 },
      ...{ touched_by_error: true, touched_usd: near(0.4729) },
      ...{ verify_calls: null, revert_calls: null, files_edited: null, docs_only: null },
    });
  });

  it("sums up requests, repair and activities", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    expect(rowsOf(result, "request_summary")[0]).toMatchObject({
      ...{ provider: "all", model: "all", requests: 6, with_error: 1, calls: 9, errors: 2, unknown_status: 1 },
      ...{ cost_usd: near(1.1761125), touched_usd: near(0.4729), repair_usd: near(0.2376375), one_shot_rate: 1, burn_one_shot_rate: 1 },
      ...{ p50_steps: 1.5, small_sample: false },
    });
    const waits = rowsOf(result, "request_activities").filter(({ provider, human_s }) => provider === "all" && Number(human_s) > 0);
    expect(waits).toMatchObject([{ activity: "edit", time_s: 605, human_s: 600 }]);
    expect(result.figures.map(({ name }) => name)).toEqual(["request_anatomy", "request_waste", "request_costs", "request_ribbon"]);
  });

  it("has a dot for each numbered request, in the sample or not", async () => {
    const requests = await withPool(POOL_M, (pool) => readRequests(checkedQueries(experiment, pool), undefined));
    const numbered = new Set(requests.largest.map(({ session_id, request_no }) => `${session_id} ${request_no}`));
    const points = requests.points.filter(({ request }) => !numbered.has(request));
    expect([requests.points.length, points.length]).toEqual([6, 1]);
    const dots = ({ points }: Pick<typeof requests, "points">) =>
      JSON.stringify(scatterFigure({ ...requests, points }, "")?.spec).match(/"repair_share":/g)?.length;
    expect([dots(requests), dots({ points })]).toEqual([6, 6]);
  });

  it("--session draws a session, and refuses one without a request", async () => {
    const { figures } = await withPool(POOL_M, (pool) => runOn(experiment, pool, { session: "s3" }));
    expect(figures.at(-1)?.title).toBe("The longest request works for 40.0 s in 3 steps");
    await withPool(POOL_M, (pool) => expect(runOn(experiment, pool, { session: "s9" })).rejects.toThrow(UserError));
  });

  it("without a price, tokens are drawn", async () => {
    const steps = POOL_M.map((step) => ({ ...step, model: "mystery" }));
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(["request_anatomy", "request_waste", "request_ribbon"]);
    expect(figures[1]?.title).toMatch(/^Repair after failed calls takes 15\.4% of the tokens; /);
  });
});

const INPUTS: readonly [what: string, calls: readonly (readonly [tool: string, verb: string, target: string])[], expected: object][] = [
  [
    "tests, a revert and two files",
    [
      ["Edit", "edit", "/a/b.ts"],
      ["Bash", "test", "npm test"],
      ["Bash", "git", "git checkout -- a/b.ts"],
      ["Edit", "edit", "/a/b.ts"],
      ["Edit", "edit", "/a/README.md"],
    ],
    { verify_calls: 1, revert_calls: 1, files_edited: 2, docs_only: false, rework_loops: 1, one_shot: false },
  ],
  [
    "documents alone, and a new branch",
    [
      ["Write", "edit", "/a/README.md"],
      ["Bash", "git", "git checkout -b docs"],
    ],
    { verify_calls: 0, revert_calls: 0, files_edited: 1, docs_only: true },
  ],
  ["commands alone", [["Bash", "run", "ls"]], { verify_calls: 0, files_edited: 0, docs_only: null, one_shot: null }],
];

it.each(INPUTS)("what calls are about: %s", async (what, _calls, expected) => {
  const requests = await withPool(
    INPUTS.flatMap(([session, calls]) => callsIn(session, calls)),
    requestsOf,
  );
  expect(requests.filter(({ session_id }) => session_id === what)).toMatchObject([expected]);
});

function callsIn(session_id: string, calls: (typeof INPUTS)[number][1]): StepLiteral[] {
  return calls.map(([tool_name, verb, target], i) => ({
    session_id,
    provider: "claude",
    model: "claude-opus-4-6",
    timing_events: [{ event_type: i === 0 ? "user_message" : "text", timestamp: `2026-01-05T00:00:0${i}Z` }],
    tools: [{ tool_name, tool_call_id: `c${i}`, is_error: false }],
    inputs: [{ verb, target }],
  }));
}

it("a message that comes after the answer of a step is a wait, not work", async () => {
  const steps: StepLiteral[] = [
    { events: ["user_message 0", "text 10"] },
    { events: ["text 20", "user_message 500"] },
    { events: ["text 510"] },
  ].map(({ events }) => ({
    session_id: "s",
    provider: "codex",
    model: "gpt-5.4",
    timing_events: events.map((event) => {
      const [event_type = "", second] = event.split(" ");
      return { event_type, timestamp: new Date(Number(second) * 1000).toISOString() };
    }),
  }));
  const activities = await withPool(steps, async (pool) => rowsOf(await runOn(experiment, pool), "request_activities"));
  expect(activities[0]).toMatchObject({ activity: "answer", time_s: 510, human_s: 480 });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  it.skipIf(!hasShared)("providers are as printed", async () => {
    const [printed = []] = printedRows(name, "request_phases");
    const summary = rowsOf(await withReferencePool(name, (pool) => runOn(experiment, pool)), "request_summary");
    for (const { provider, requests, usd, with_error, touched_usd, repair_usd, edit_requests, one_shot } of printed)
      expect(summary.find((row) => row.provider === provider && row.model === "all")).toMatchObject({
        ...{ requests, with_error, edit_requests, one_shot_rate: near(Number(one_shot) / Number(edit_requests)) },
        ...{ cost_usd: near(Number(usd)), touched_usd: near(Number(touched_usd)), repair_usd: near(Number(repair_usd)) },
      });
  });

  it.skipIf(name === "pool-a" && !hasShared)("activities add up to their requests", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool));
    const activities = rowsOf(result, "request_activities");
    for (const { provider, model, steps, tokens, cost_usd, e2e_s } of rowsOf(result, "request_summary")) {
      const own = activities.filter((row) => row.provider === provider && row.model === model);
      const sum = (column: string) => sumOf(own, (row) => Number(row[column]));
      expect([sum("steps"), sum("tokens")]).toEqual([steps, tokens]);
      expect(sum("cost_usd")).toBeCloseTo(Number(cost_usd), 6);
      expect(sum("time_s")).toBeCloseTo(Number(e2e_s), 4);
    }
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[Accounting, object, object]>([
    [
      "counted",
      { edit_requests: 10, one_shot: 7, usd: "17.81", touched: "10.10", repair: "1.25" },
      { edit_requests: 13, one_shot: 12, usd: "9.07", touched: "4.09", repair: "0.72" },
    ],
    [
      "published",
      { edit_requests: 10, one_shot: 7, usd: "15.81", touched: "8.85", repair: "1.19" },
      { edit_requests: 16, one_shot: 15, usd: "13.26", touched: "4.98", repair: "0.84" },
    ],
  ])("in the %s reading have requests with edits and repair", async (accounting, claude, codex) => {
    await withTranscripts("transcripts", accounting, async (pool) => {
      const { groups } = await readRequests(checkedQueries(experiment, pool), undefined);
      const found = groups.slice(1).flatMap(({ model, edit_requests, one_shot, nano, touched_nano, repair_nano }) => {
        const [usd, touched, repair] = [nano, touched_nano, repair_nano].map((each) => (each / 1e9).toFixed(2));
        return model === "all" ? [{ edit_requests, one_shot, usd, touched, repair }] : [];
      });
      expect(found).toEqual([claude, codex]);
      expect(sumOf(await requestsOf(pool), ({ files_edited }) => files_edited ?? 0)).toBeGreaterThan(0);
    });
  });
});

it("labels of the user say what requests of their sessions take, and add up to all", async () => {
  const labels = labelsOf("s1,team,search");
  const result = await withPool(POOL_M, (pool) => runOn(experiment, pool), [], [], { labels });
  const rows = rowsOf(result, "requests_by_label");
  expect(rows.map(({ key, value, requests, with_error }) => [key, value, requests, with_error])).toEqual([
    ["team", "unlabeled", 2, 0],
    ["team", "search", 4, 1],
  ]);
  const [all] = rowsOf(result, "request_summary");
  expect(sumOf(rows, ({ cost_usd }) => Number(cost_usd))).toBeCloseTo(Number(all?.cost_usd), 9);
  expect(sumOf(rows, ({ repair_usd }) => Number(repair_usd))).toBeCloseTo(Number(all?.repair_usd), 9);
  expect(result.figures.map(({ name }) => name)).toContain("requests_by_label");
});
