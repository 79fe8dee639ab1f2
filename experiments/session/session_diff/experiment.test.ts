import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { timesAfter } from "../../../lib/testing/events.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { METRICS } from "../../../lib/trace/session-diff/metrics.ts";
import { PAIR, readComparison } from "../../../lib/trace/session-diff/read.ts";
import experiment from "./experiment.ts";
import { mostSimilar } from "./similar.ts";

const near = (value: number) => expect.closeTo(value, 9);
const S2: TranscriptLiteral = { session_id: "s2", relation: "sub-agent", parent_session_id: "s1", parent_tool_call_id: "c6" };
const S1_AND_S2 = { a: "s1", b: "s2" };

async function onM(flags: Record<string, unknown>, transcripts: TranscriptLiteral[] = []) {
  return withPool(POOL_M, (pool) => runOn(experiment, pool, flags), transcripts);
}
type Result = Awaited<ReturnType<typeof onM>>;

const valuesOf = (result: Result, ...columns: string[]) =>
  Object.fromEntries(rowsOf(result, "session_diff_metrics").map((row) => [row.metric, columns.map((column) => row[column])]));
const documentOf = ({ documents }: Result) => documents.find(({ name }) => name === "session_diff.json")?.value;

describe("s1 and s2 of pool M", () => {
  it("in numbers, without ranks", async () => {
    const result = await onM(S1_AND_S2);
    expect(valuesOf(result, "a", "b")).toMatchObject({
      steps: [8, 2],
      requests: [3, 1],
      calls: [6, 1],
      errors: [2, 0],
      unknown_calls: [0, 0],
      cost_usd: [near(0.5253625), near(0.11325)],
      repair_usd: [near(0.2376375), 0],
      rework_loops: [0, 0],
      peak_context_tokens: [33_850, 15_000],
      active_s: [250, 93],
      human_s: [600, 0],
      resets: [0, 0],
      hit_ratio: [near(175_100 / 239_950), near(0.375)],
      output_tokens: [1_350, 600],
      visible_tokens: [1_455, 600],
    });
    const ranks = Object.values(valuesOf(result, "rank_a", "rank_b")).flat();
    expect(new Set(ranks)).toEqual(new Set([null]));
  });

  it("pairs the request of s2 with the first of s1", async () => {
    const result = await onM(S1_AND_S2);
    expect(
      rowsOf(result, "session_diff_requests").map((row) => [
        row.a_request,
        row.b_request,
        row.status,
        row.similarity,
        row.a_word,
        row.b_word,
      ]),
    ).toEqual([
      [1, 1, "paired", 0.5, "explore run×2 edit run answer", "explore answer"],
      [2, null, "only_a", null, "delegate", null],
      [3, null, "only_a", null, "answer", null],
    ]);
    expect(documentOf(result)).toMatchObject({
      comparisons: [{ first_divergence: { request_a: 1, request_b: 1, call_a: 2, call_b: null }, edit_similarity: near(2 / 7) }],
    });
  });

  it("lists the calls that go together", async () => {
    const calls = rowsOf(await onM(S1_AND_S2), "session_diff_calls");
    expect(calls.map((row) => [row.position, row.side, row.call_no, row.category, row.aligned_with])).toEqual([
      [1, "a", 1, "explore", 1],
      [1, "b", 1, "explore", 1],
      ...[2, 3, 4, 5, 6].map((n) => [n, "a", n, ["run", "run", "edit", "run", "delegate"][n - 2], null]),
    ]);
  });
});

it("equal sessions differ in nothing", async () => {
  const result = await onM({ a: "s1", b: "s1" });
  expect(new Set(Object.values(valuesOf(result, "difference")).flat())).toEqual(new Set([0]));
  expect(documentOf(result)).toMatchObject({
    comparisons: [{ first_divergence: null, edit_similarity: 1, tool_mix_jsd: 0, alignment_score: 2 }],
  });
});

it("a run is compared as one, without ranks", async () => {
  const result = await onM({ a: "run:s1", b: "s3" }, [S2]);
  expect(valuesOf(result, "a")).toMatchObject({
    steps: [10],
    calls: [7],
    cost_usd: [near(0.6386125)],
    peak_context_tokens: [33_850],
    hit_ratio: [near((175_100 + 9_000) / (239_950 + 24_000))],
  });
  expect(
    rowsOf(result, "session_diff_requests")
      .map((row) => row.a_request)
      .filter((request) => request !== null),
  ).toEqual([1, 2, 3, 4]);
});

it("up to four sessions are compared with the first", async () => {
  const result = await onM({ a: "s1", b: "s2", c: "s3", d: "s1" });
  expect([...new Set(rowsOf(result, "session_diff_metrics").map(({ other }) => other))]).toEqual(["b", "c", "d"]);
  expect(result.figures).toHaveLength(3);
});

it("the most similar sessions are a table with --pairs", async () => {
  const result = await onM({ ...S1_AND_S2, pairs: 5 });
  expect(rowsOf(result, "session_diff_pairs")).toEqual([]);
});

it.each<[flags: Record<string, string>, message: string]>([
  [{ a: "s1" }, "--b is missing: give two to four sessions, --a and --b first."],
  [{ b: "s1" }, "--a is missing: give two to four sessions, --a and --b first."],
  [{ a: "s1", b: "s2", d: "s3" }, "--c is missing: give two to four sessions, --a and --b first."],
  [{ a: "s1", b: "zz" }, 'No session "zz" was found; report session --json lists the ids.'],
  [{ a: "s", b: "s1" }, '"s" is the beginning of several sessions: s1, s2, s3. Give more of the id.'],
  [{ a: "run:s9", b: "s1" }, "run:s9 is not a run of this pool; the table runs of session/run_grouping lists their ids."],
])("refuses %j", async (flags, message) => {
  await withPool(POOL_M, (pool) => expect(runOn(experiment, pool, flags)).rejects.toThrow(new UserError(message)));
});

describe("the pair that is compared unless others are named", () => {
  const { event } = timesAfter(Date.UTC(2026, 0, 5));
  /** Of as many requests, and so many tokens each. */
  const session = (session_id: string, requests: number, tokens: number, more: StepLiteral = {}): StepLiteral[] =>
    Array.from({ length: requests }, (_, i) => ({
      ...{ session_id, provider: "codex", model: "gpt-5.4", newly_append_tokens: tokens },
      timing_events: [event("user_message", 100 * i), event("text", 100 * i + 10)],
      ...more,
    }));
  it.each<[what: string, steps: StepLiteral[][], expected: string[]]>([
    ["has as many requests, and costs that differ most", [session("a", 3, 10), session("b", 3, 90), session("c", 3, 50)], ["a", "b"]],
    ["else the nearest numbers of requests", [session("a", 3, 10), session("b", 9, 90), session("c", 4, 50)], ["a", "c"]],
    [
      "is of sessions with three requests, if there are",
      [session("a", 1, 1), session("b", 1, 900), session("c", 3, 20), session("d", 3, 10)],
      ["d", "c"],
    ],
    ["and else of shorter ones", [session("a", 1, 20), session("b", 1, 10)], ["b", "a"]],
    ["is of one project", [session("a", 3, 10, { project: "p" }), session("b", 3, 90, { project: "q" })], []],
    ["is of one provider", [session("a", 3, 10), session("b", 3, 90, { provider: "claude" })], []],
    ["may have no price", [session("a", 3, 10, { model: "mystery" }), session("b", 3, 90, { model: "mystery" })], ["a", "b"]],
    ["needs two sessions", [session("a", 3, 10)], []],
  ])("%s", async (_, sessions, expected) => {
    const pairs = await withPool(sessions.flat(), (pool) => checkedQueries(experiment, pool).rows(PAIR));
    expect(pairs.flatMap(({ a, b }) => [a, b])).toEqual(expected);
  });

  it("is read like those that are named", async () => {
    const readSides = async (steps: StepLiteral[]) =>
      (await withPool(steps, (pool) => readComparison(checkedQueries(experiment, pool), [])))?.sides.map(({ id }) => id);
    expect(await readSides([...session("a", 1, 20), ...session("b", 1, 10)])).toEqual(["b", "a"]);
    expect(await readSides(session("a", 3, 10))).toBeUndefined();
  });
});

describe("the most similar sessions", () => {
  const sequence = (categories: string, i: number) => ({ session_id: `s${i}`, calls: categories.length, categories });
  it("come first", () => {
    const pairs = mostSimilar(["rrrrxe", "xexexe", "rrrrxx"].map(sequence), 2);
    expect(pairs.map(({ a, b, similarity }) => [a.session_id, b.session_id, similarity])).toEqual([
      ["s0", "s2", near(5 / 6)],
      ["s0", "s1", near(2 / 6)],
    ]);
  });

  it("are the same when only pairs that can be among them are looked at", () =>
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.constantFrom("r", "e", "x"), minLength: 1, maxLength: 8 }), { maxLength: 8 }), (words) => {
        const all = mostSimilar(words.map(sequence), 100).map(({ similarity }) => similarity);
        const few = mostSimilar(words.map(sequence), 3).map(({ similarity }) => similarity);
        expect(few).toEqual(all.slice(0, 3));
      }),
    ));
});

/** The two longest sessions of Claude, the smaller id first. */
async function longestOfClaude(pool: Pool): Promise<string[]> {
  const found = await pool.rows<{ session_id: string }>(`-- uses: session_facts
    SELECT session_id FROM session_facts WHERE provider = 'claude' ORDER BY steps DESC, session_id LIMIT 2`);
  return found.map(({ session_id }) => session_id).sort();
}

describe.each(REFERENCE_POOLS)("%s", (name) => {
  it.skipIf(!hasShared)("numbers and ranks of the two longest sessions of Claude, as printed", async () => {
    await withReferencePool(name, async (pool) => {
      const [a, b] = await longestOfClaude(pool);
      const result = await runOn(experiment, pool, { a, b });
      const found = valuesOf(result, "a", "b", "rank_a", "rank_b");
      const [printed = []] = printedRows(name, "session_diff");
      expect(printed).toHaveLength(8);
      for (const row of printed) {
        const metric = row.metric === "peak_context" ? "peak_context_tokens" : String(row.metric);
        expect(Object.keys(METRICS)).toContain(metric);
        expect(found[metric], metric).toEqual([
          near(Number(row.a)),
          near(Number(row.b)),
          expect.closeTo(Number(row.rank_a), 3),
          expect.closeTo(Number(row.rank_b), 3),
        ]);
      }
    });
  });
});
