import { describe, expect, it } from "vitest";
import type { Outcome } from "../artifacts/run-report.ts";
import { type Ended, exitStatus, summaryLines } from "./summary.ts";

const POOL = {
  name: "sample",
  rounds: 1_204,
  sessions: 1,
  providers: ["claude", "codex"],
  firstTime: "2026-01-03T10:00:00.000Z",
  lastTime: "2026-02-10T11:00:00.000Z",
} as unknown as Ended["pool"];

const artifacts = (figures: number, notes: string[] = [], alarm: string | null = null) =>
  ({ figures: Array.from({ length: figures }), tables: [{}, {}], notes, alarm }) as unknown as Outcome["artifacts"];
const drawn: Outcome = { id: "session/drawn", state: "ran", artifacts: artifacts(2) };
const fresh: Outcome = { id: "session/fresh", state: "fresh", artifacts: artifacts(1) };
const empty: Outcome = { id: "session/empty", state: "ran", artifacts: artifacts(0, ["", "No session in this pool was compacted."]) };
const alarmed: Outcome = { id: "session/alarmed", state: "fresh", artifacts: artifacts(1, [], "1 of 9 dimensions drifted.") };
const failed: Outcome = { id: "tool_calls/failed", state: "failed", artifacts: null, error: "no such column" };
const skipped: Outcome = { id: "tool_calls/skipped", state: "skipped", artifacts: null, error: "not started after a failure" };

const lines = (outcomes: readonly Outcome[], pool: Partial<Ended["pool"]> = {}) =>
  summaryLines({ pool: { ...POOL, ...pool }, outcomes, out: "out", logFolder: "out/logs" });

describe("the end of a run says", () => {
  it("what was drawn from what, and where it is", () =>
    expect(lines([drawn, fresh])).toEqual([
      "Pool sample: 1,204 agent steps in 1 session of claude and codex, 2026-01-03 to 2026-02-10.",
      "2 experiments: 1 ran, 1 fresh; 3 figures and 4 tables are in out.",
    ]));

  it("what had nothing to draw, what failed, and why", () =>
    expect(lines([drawn, empty, failed, skipped]).slice(1)).toEqual([
      "4 experiments: 2 ran, 1 failed, 1 not started after a failure; 2 figures and 4 tables are in out.",
      "Nothing to draw: 1",
      "  session/empty  No session in this pool was compacted.",
      "Failed: 1",
      "  tool_calls/failed  no such column",
      "Logs are in out/logs.",
    ]));

  it("what was found that a flag asks to fail for", () =>
    expect(lines([alarmed]).slice(2)).toEqual(["Found: 1", "  session/alarmed  1 of 9 dimensions drifted."]));

  it("that the pool is empty, once", () =>
    expect(lines([empty, empty], { rounds: 0 })).toEqual([
      "The pool sample is empty: it has no agent step, so there was nothing to draw.",
      "2 experiments: 2 ran; 0 figures and 4 tables are in out.",
    ]));

  it("no more than a screen can hold", () => expect(lines(Array.from({ length: 40 }, () => empty)).at(-1)).toBe("  ... and 30 more"));

  it.each([
    ["one day", { lastTime: POOL.firstTime }, "of claude and codex, 2026-01-03."],
    ["no times", { firstTime: null, lastTime: null }, "of claude and codex."],
    ["no provider", { providers: [] }, "of no provider, 2026-01-03 to 2026-02-10."],
  ])("%s", (_, pool, ending) => expect(lines([drawn], pool)[0]).toBe(`Pool sample: 1,204 agent steps in 1 session ${ending}`));
});

it.each([
  [[drawn, fresh, empty], 0],
  [[drawn, failed], 1],
  [[drawn, skipped], 1],
  [[drawn, alarmed], 1],
])("exit status %#", (outcomes, status) => expect(exitStatus(outcomes)).toBe(status));
