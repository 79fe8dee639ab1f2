import { describe, expect, it } from "vitest";
import { session, steps } from "./fixtures.ts";
import { type CandidateFilter, isCandidate, pickSessions, type RatedSession, rankBy, rateSession, takeShard } from "./selection.ts";

const open: CandidateFilter = { minRounds: 0, maxRounds: 1000, minUserInputRounds: 0, minToolResultRounds: 0, maxUserInputFraction: 1 };

/** Sessions by id with scores: balanced, context, compaction; one with a compaction score of 0 has no compaction. */
function rated(scores: Readonly<Record<string, readonly [number, number, number]>>): RatedSession[] {
  return Object.entries(scores).map(([id, [score, contextScore, compactionScore]]) => ({
    ...rateSession(session(id, { steps: steps("ut") })),
    compactions: compactionScore > 0 ? [{ index: 1, kind: "explicit" }] : [],
    score,
    contextScore,
    compactionScore,
  }));
}
const ids = (sessions: readonly RatedSession[]) => sessions.map(({ id }) => id).join("");

describe("isCandidate", () => {
  it.each<[string, Partial<CandidateFilter>, boolean]>([
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
  ])("%s", (_what, filter, expected) => {
    expect(isCandidate(rateSession(session("s", { steps: steps("uttut") })), { ...open, ...filter })).toBe(expected);
  });
});

describe("rankBy", () => {
  it("puts the largest score first and keeps the order of equals", () => {
    expect(ids(rankBy(rated({ a: [1, 0, 0], b: [2, 0, 0], c: [1, 0, 0], d: [2, 0, 0] }), (s) => s.score))).toBe("bdac");
  });
});

describe("pickSessions", () => {
  const candidates = rated({ a: [9, 1, 0], b: [8, 2, 1], c: [7, 3, 2], d: [6, 4, 0] });

  it.each([
    [{ topSessions: 2, contextSessions: 0, compactionSessions: 0 }, "ab"],
    [{ topSessions: 1, contextSessions: 2, compactionSessions: 0 }, "adc"],
    [{ topSessions: 1, contextSessions: 0, compactionSessions: 4 }, "acb"],
    [{ topSessions: 2, contextSessions: 1, compactionSessions: 1 }, "abdc"],
    // b is already there, and nothing takes its place.
    [{ topSessions: 2, contextSessions: 0, compactionSessions: 2 }, "abc"],
    [{ topSessions: 9, contextSessions: 9, compactionSessions: 9 }, "abcd"],
  ])("%o picks %s", (quotas, expected) => {
    expect(ids(pickSessions(candidates, quotas))).toBe(expected);
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
