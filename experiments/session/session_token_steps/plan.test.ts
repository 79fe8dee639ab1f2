import { describe, expect, it } from "vitest";
import { UserError } from "../../../lib/files/errors.ts";
import { session, step, steps } from "./fixtures.ts";
import { bestWindowStart, chooseSessions, openingOf, type PickOptions, windowOf } from "./plan.ts";

const sessions = ["a", "b", "c"].map((id, i) => session(id, { scoreRank: i === 0 ? null : i }));
const options = { topSessions: 2, contextSessions: 0, compactionSessions: 0, sessionId: [], selectOffset: 0, selectStride: 1 };
const chosen = (given: Partial<PickOptions>) => chooseSessions(sessions, { ...options, ...given }).map(({ id }) => id);

describe("chooseSessions", () => {
  it.each([
    ["the first by rank", {}, ["b", "c"]],
    ["given sessions whether or not they are ranked, in the given order", { sessionId: ["c", "a", "c"] }, ["c", "a", "c"]],
    ["a share of them", { sessionId: ["c", "a", "b"], selectOffset: 1, selectStride: 2 }, ["a"]],
    ["none when the share is empty", { selectOffset: 9 }, []],
  ])("%s", (_what, given, expected) => {
    expect(chosen(given)).toEqual(expected);
  });

  it("names every session that isn't there", () => {
    expect(() => chosen({ sessionId: ["x", "a", "y"] })).toThrow(
      new UserError("Session id not found: x, y. Use ids as they are in the trace, such as claude:985ce830-…"),
    );
  });
});

describe("windowOf", () => {
  const long = session("s", { steps: [step({ prefix_tokens: 90_000 }), ...steps("tttu", { prefix_tokens: 10_000 })] });

  it("is the whole session when that fits", () => {
    expect(windowOf(long, 5)).toMatchObject({ start: 0, metrics: long.metrics });
    expect(windowOf(long)).toMatchObject({ start: 0, metrics: { rounds: 5, compaction_count: 1 } });
  });

  it("sees only its own steps: a drop from a step before it is none", () => {
    expect(windowOf(long, 4)).toMatchObject({
      start: 1,
      compactions: [],
      metrics: { rounds: 4, user_input_rounds: 1, compaction_count: 0 },
    });
  });
});

describe("openingOf", () => {
  it("takes the first steps, or all when there are fewer", () => {
    const short = session("s", { steps: steps("ut") });
    expect(openingOf(short, 1).steps).toHaveLength(1);
    expect(openingOf(short, 40).steps).toHaveLength(2);
  });
});

describe("bestWindowStart", () => {
  it.each([
    ["everything fits", steps("uu"), 5, 0],
    ["equal windows: the first", steps("......"), 3, 0],
    ["most user messages", steps("ut.uu.t"), 3, 2],
    ["then the largest context", [...steps("u."), step({ has_user_message: true, append_tokens: 9 }), ...steps(".tt")], 3, 0],
    ["a larger context beats more tool results", [...steps(".tt"), step({ prefix_tokens: 9 }), ...steps("..")], 2, 2],
    ["then most tool results", steps("..t.tt"), 2, 4],
    ["user messages beat everything", [...steps("u..", { prefix_tokens: 1 }), ...steps("ttt", { prefix_tokens: 99 })], 3, 0],
  ])("%s", (_rule, all, length, expected) => {
    expect(bestWindowStart(all, length)).toBe(expected);
  });
});
