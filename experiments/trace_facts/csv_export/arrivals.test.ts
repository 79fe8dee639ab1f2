import { describe, expect, it } from "vitest";
import { arrivalTimesMs, emissionOrder } from "./arrivals.ts";

const SESSIONS = ["a", "b", "c", "d", "e"];

describe("emissionOrder", () => {
  it.each([
    ["as in the file", { order: "stable", seed: 0, maxSessions: undefined }, "abcde"],
    ["shuffled as NumPy does it", { order: "shuffle", seed: 0, maxSessions: undefined }, "cedab"],
    ["cut after the shuffle", { order: "shuffle", seed: 0, maxSessions: 2 }, "ce"],
    ["a cap above the number of sessions", { order: "stable", seed: 0, maxSessions: 9 }, "abcde"],
  ] as const)("%s", (_, ordering, expected) => {
    expect(emissionOrder(SESSIONS, ordering).join("")).toBe(expected);
  });

  it("has nothing to order in an empty pool", () => {
    expect(emissionOrder([], { order: "shuffle", seed: 0, maxSessions: undefined })).toEqual([]);
  });
});

describe("arrivalTimesMs", () => {
  const poisson = { pattern: "poisson", sessionsPerSecond: 1, seed: 0 } as const;

  it("adds up NumPy's exponential draws with the seed after the order's", () => {
    const rounded = arrivalTimesMs(6, poisson).map((ms) => ms.toFixed(6));
    expect(rounded).toEqual(["0.000000", "1073.029026", "1381.482170", "6756.919043", "7123.346156", "7238.708195"]);
  });

  it("scales with the rate and does not depend on how many follow", () => {
    const slow = arrivalTimesMs(3, poisson);
    const fast = arrivalTimesMs(9, { ...poisson, sessionsPerSecond: 4 });
    expect(fast.slice(0, 3).map((ms) => ms * 4)).toEqual(slow.map((ms) => expect.closeTo(ms, 6)));
  });

  it.each([
    ["constant gaps", 3, { pattern: "constant", sessionsPerSecond: 4, seed: 0 }, [0, 250, 500]],
    ["a single session comes at once", 1, poisson, [0]],
    ["no session", 0, poisson, []],
  ] as const)("%s", (_, count, process, expected) => {
    expect(arrivalTimesMs(count, process)).toEqual(expected);
  });
});
