import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries } from "../../../lib/testing/reference-pools.ts";
import { findCompactions } from "./compaction.ts";
import experiment from "./experiment.ts";
import { session, step } from "./fixtures.ts";
import { pickSessions, type RatedSession, readSessions, type SessionRequest, takeShard } from "./selection.ts";

const open: SessionRequest = {
  minRounds: 0,
  maxRounds: 1000,
  minUserInputRounds: 0,
  minToolResultRounds: 0,
  maxUserInputFraction: 1,
  asked: [],
  candidateLimit: 100,
  topSessions: 1,
  contextSessions: 0,
  compactionSessions: 0,
};

/** One step per letter: `u` carries a user message, `t` a tool result, `C` is a reported compaction, anything else nothing. */
const TRIGGERS: Readonly<Record<string, string>> = { u: "user_message", t: "tool_result", C: "compact" };
const stepsOf = (session_id: string, triggers: string, given: object = {}) =>
  [...triggers].map((trigger, round_index) => ({
    session_id,
    round_index,
    timing_events: [{ event_type: TRIGGERS[trigger] ?? "text" }],
    ...given,
  }));
const rated = async (steps: Parameters<typeof withPool>[0], request: Partial<SessionRequest> = {}) =>
  withPool(steps, (pool) => readSessions(checkedQueries(experiment, pool), { ...open, ...request }));

describe("candidates", () => {
  it.each<[string, Partial<SessionRequest>, boolean]>([
    ["within open bounds", {}, true],
    ["of the provider", { provider: "claude" }, true],
    ["of another provider", { provider: "codex" }, false],
    ["just long enough", { minRounds: 5 }, true],
    ["too short", { minRounds: 6 }, false],
    ["just short enough", { maxRounds: 5 }, true],
    ["too long", { maxRounds: 4 }, false],
    ["enough user messages", { minUserInputRounds: 2 }, true],
    ["too few user messages", { minUserInputRounds: 3 }, false],
    ["enough tool results", { minToolResultRounds: 3 }, true],
    ["too few tool results", { minToolResultRounds: 4 }, false],
    ["not too many user messages", { maxUserInputFraction: 0.4 }, true],
    ["too many user messages", { maxUserInputFraction: 0.39 }, false],
  ])("%s", async (_what, request, expected) => {
    const { candidates } = await rated(stepsOf("s", "uttut", { provider: "claude" }), request);
    expect(candidates === 1).toBe(expected);
  });

  it("give way to all sessions of the provider when there are none", async () => {
    const pool = [
      ...stepsOf("a", "u", { provider: "claude" }),
      ...stepsOf("b", "ut", { provider: "claude" }),
      ...stepsOf("c", "uttt", { provider: "codex" }),
    ];
    const of = async (request: Partial<SessionRequest>) =>
      pickSessions((await rated(pool, request)).rated, { ...open, topSessions: 9 }).map(({ id }) => id);
    expect(await of({ minRounds: 3, topSessions: 9 })).toEqual(["c"]);
    expect(await of({ minRounds: 9, topSessions: 9 })).toEqual(["c", "b", "a"]);
    expect(await of({ minRounds: 9, topSessions: 9, provider: "claude" })).toEqual(["b", "a"]);
  });
});

describe("scores", () => {
  it.each([
    ["nothing but steps", stepsOf("s", "..."), { score: 3, contextScore: 0.75 }],
    ["turns of users and tools: the rarer counts", stepsOf("s", "uttt"), { score: 4 + 5, contextScore: 1 + 0.2 }],
    // Largest context 2^10, total input 2^11.
    ["tokens", stepsOf("s", "..", { prefix_tokens: 1024 }), { score: 2 + 10, contextScore: 18 * 10 + 10 * 11 + 0.5 }],
    ["compactions", stepsOf("s", "CC"), { score: 2 + 24, contextScore: 0.5 + 20 }],
    ["tool calls", stepsOf("s", "..", { tools: [{ tool_name: "x" }, { tool_name: "y" }] }), { score: 2 + 0.12, contextScore: 0.5 }],
  ])("%s", async (_what, steps, expected) => {
    const [session] = (await rated(steps.map((step) => ({ newly_append_tokens: 0, ...step })))).rated;
    expect(session?.score).toBeCloseTo(expected.score, 10);
    expect(session?.contextScore).toBeCloseTo(expected.contextScore, 10);
  });

  it("rank sessions, equals in order of first appearance, and only the first come", async () => {
    const pool = ["a", "b", "c", "d"].flatMap((id) => stepsOf(id, id === "d" ? "...." : id === "b" ? "CC" : ".."));
    const { rated: sessions, sessions: all } = await rated(pool, {
      candidateLimit: 2,
      topSessions: 1,
      contextSessions: 1,
      compactionSessions: 9,
    });
    expect(all).toBe(4);
    expect(sessions.map(({ id, scoreRank, compactionRank }) => [id, scoreRank, compactionRank])).toEqual([
      ["b", 1, 1],
      ["d", 2, null],
    ]);
  });
});

it("drops are those of compaction.ts", async () => {
  const total = fc.constantFrom(1_000, 20_000, 30_000, 32_768, 40_000, 75_000, 100_000);
  const sessions = fc.sample(fc.array(fc.record({ prefix_tokens: total, explicit: fc.boolean() }), { minLength: 1, maxLength: 12 }), 60);
  const pool = sessions.flatMap((steps, i) =>
    steps.map(({ prefix_tokens, explicit }, round_index) => ({
      session_id: `s${i}`,
      round_index,
      prefix_tokens,
      newly_append_tokens: 0,
      timing_events: [{ event_type: explicit ? "compact" : "text" }],
    })),
  );
  const { rated: found } = await rated(pool);
  expect(found.map(({ metrics }) => [metrics.explicit_compaction_count, metrics.input_drop_compaction_count])).toEqual(
    sessions.map((steps) => {
      const kinds = findCompactions(steps.map(({ prefix_tokens, explicit }) => step({ prefix_tokens, explicit_compaction: explicit }))).map(
        ({ kind }) => kind,
      );
      return [kinds.filter((kind) => kind === "explicit").length, kinds.filter((kind) => kind === "input_drop").length];
    }),
  );
});

/** Sessions by id with their ranks: balanced, context, compaction. */
function ranked(ranks: Readonly<Record<string, readonly [number, number, number | null]>>): RatedSession[] {
  return Object.entries(ranks).map(([id, [scoreRank, contextRank, compactionRank]]) =>
    session(id, { scoreRank, contextRank, compactionRank }),
  );
}
const ids = (sessions: readonly RatedSession[]) => sessions.map(({ id }) => id).join("");

describe("pickSessions", () => {
  const sessions = ranked({ a: [1, 4, null], b: [2, 3, 2], c: [3, 2, 1], d: [4, 1, null] });

  it.each([
    [{ topSessions: 2, contextSessions: 0, compactionSessions: 0 }, "ab"],
    [{ topSessions: 1, contextSessions: 2, compactionSessions: 0 }, "adc"],
    [{ topSessions: 1, contextSessions: 0, compactionSessions: 4 }, "acb"],
    [{ topSessions: 2, contextSessions: 1, compactionSessions: 1 }, "abdc"],
    // b is already there, and nothing takes its place.
    [{ topSessions: 2, contextSessions: 0, compactionSessions: 2 }, "abc"],
    [{ topSessions: 9, contextSessions: 9, compactionSessions: 9 }, "abcd"],
  ])("%o picks %s", (quotas, expected) => {
    expect(ids(pickSessions(sessions, quotas))).toBe(expected);
  });
});

describe("takeShard", () => {
  it.each([
    [0, 1, "abcde"],
    [0, 2, "ace"],
    [1, 2, "bd"],
    [3, 1, "de"],
    [-2, 1, "de"],
    [5, 3, ""],
  ])("offset %i, stride %i: %s", (offset, stride, expected) => {
    expect(takeShard([..."abcde"], offset, stride).join("")).toBe(expected);
  });
});
