import { describe, expect, it } from "vitest";
import { reportOf } from "../../testing/finished-run.ts";
import { headingOf, kindOf, providerWindows } from "./pool-words.ts";

const pool = (changes: Partial<ReturnType<typeof reportOf>["pool"]>) => reportOf([], changes).pool;

describe("a pool", () => {
  it.each([
    ["Synthetic sample", { synthetic: true, transcripts: 4 }],
    ["Collected history", { synthetic: false, transcripts: 4 }],
    ["Recorded traces", { synthetic: false, transcripts: 0 }],
    ["Recorded traces", { synthetic: false, transcripts: undefined as unknown as number }],
  ])("is called %s", (title, changes) => {
    expect(kindOf(pool(changes)).title).toBe(title);
  });

  it("of one's own says how much was collected", () => {
    expect(kindOf(pool({ synthetic: false, transcripts: 1200 })).about).toContain("1,200 transcripts");
  });

  it.each([
    [1300, "An atlas of 1,300 agent steps"],
    [1, "An atlas of 1 agent step"],
    [0, "An atlas of an empty pool"],
  ])("with %i steps", (rounds, heading) => {
    expect(headingOf(pool({ rounds }))).toBe(heading);
  });

  it("has a window for each provider with times", () => {
    expect(providerWindows(pool({}))).toEqual([
      { provider: "claude", span: "Jan 30, 2026 to Feb 1, 2026" },
      { provider: "codex", span: "Jan 31, 2026 to Feb 2, 2026" },
    ]);
    expect(providerWindows(pool({ windows: { odd: { first: null, last: null } } }))).toEqual([]);
  });
});
