import { describe, expect, it } from "vitest";
import { judge, shareText, type Tally } from "./catalog.ts";

const tally = (name: string, offenders: number, looked_at: number, first_round_pk: number | null = null, provider = "claude"): Tally => ({
  name,
  provider,
  offenders,
  looked_at,
  first_round_pk,
});
const judged = (name: string, ...tallies: Tally[]) => judge(tallies).find((check) => check.name === name);

describe("judge", () => {
  it.each([
    ["no event is without time", 0, "violation"],
    ["few are", 1, "warning"],
    ["one in a thousand is", 10, "warning"],
    ["more are", 11, "violation"],
  ])("times: %s", (_, offenders, level) => {
    expect(judged("event_has_time", tally("event_has_time", offenders, 10_000))).toMatchObject({ level, count: offenders, of: 10_000 });
  });

  it("adds providers up, and leaves out those that a check does not apply to", () => {
    const check = judged(
      "round_id_unique",
      tally("round_id_unique", 2, 10, 7, "claude"),
      tally("round_id_unique", 1, 10, 4, "codex"),
      tally("round_id_unique", 0, 0, null, "other"),
    );
    expect(check).toMatchObject({ count: 3, of: 20, level: "warning" });
    expect(check?.detail).toBe("15.0%; first in step 4; resumed and forked sessions carry steps of their parents");
    expect(check?.tallies.map(({ provider }) => provider)).toEqual(["claude", "codex"]);
  });

  it("has no detail when no row fails", () => {
    expect(judged("rows_unique", tally("rows_unique", 0, 5))).not.toHaveProperty("detail");
  });

  it("keeps checks without anything to look at, but for those of tables that a pool may lack", () => {
    const names = judge([]).map(({ name }) => name);
    expect(names).toContain("input_adds_up");
    expect(names).not.toContain("line_accepted");
    expect(judged("line_accepted", tally("line_accepted", 0, 5))).toMatchObject({ count: 0, of: 5 });
  });

  it("knows every check that is counted", () => {
    expect(() => judge([tally("surprise", 0, 1)])).toThrow("no check is called surprise");
  });
});

it.each([
  [1, "100.0%"],
  [0.5, "50.0%"],
  [0.0123, "1.2%"],
  [0.01, "1.0%"],
  [0.001, "0.10%"],
  [0.000034, "0.0034%"],
])("a share of %d is written %s", (share, text) => {
  expect(shareText(share)).toBe(text);
});
