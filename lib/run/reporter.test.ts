import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { createReporter, type Outcome, type Reporter } from "./reporter.ts";

const ARTIFACTS = { tables: [{ rows: 1_204 }, { rows: 6 }], figures: [{}] } as unknown as Outcome["artifacts"];
const RAN: Outcome = {
  id: "a/b",
  state: "ran",
  seconds: 1.24,
  artifacts: ARTIFACTS,
  timings: { queryMs: 300.4, computeMs: 20, renderMs: 850 },
};
const FRESH: Outcome = { id: "a/c", state: "fresh", seconds: 0, artifacts: ARTIFACTS };
const FAILED: Outcome = { id: "a/d", state: "failed", seconds: 0.5, artifacts: null, error: "no such column" };

/** What is written while a run of three experiments goes on, with two parts of which one has nothing to do. */
async function written(isTTY: boolean): Promise<string> {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200, rows: 50, cursorTo: () => true, clearLine: () => true });
  const chunks: string[] = [];
  stream.on("data", (chunk) => chunks.push(String(chunk)));
  await run(createReporter(2, stream as unknown as NodeJS.WriteStream));
  return chunks.join("");
}

async function run(reporter: Reporter): Promise<void> {
  reporter.begin(3);
  reporter.start(FAILED.id);
  reporter.postpone(FAILED.id);
  for (const outcome of [RAN, FRESH, FAILED]) {
    reporter.start(outcome.id);
    reporter.finish(outcome);
  }
  await reporter.part("writing a database", async (onStart) => onStart());
  await reporter.part("building the gallery", async () => undefined);
  reporter.end();
}

describe("progress", () => {
  it("is a line per experiment and per part that has something to do, where it is not a terminal", async () =>
    expect((await written(false)).split("\n")).toEqual([
      "later   a/d (out of memory; runs again alone at the end)",
      "ran     a/b (1/3, 1.2 s; query 300 ms, compute 20 ms, render 850 ms) 1,210 rows, 1 figure",
      "fresh   a/c (2/3, 0.0 s) 1,210 rows, 1 figure",
      "failed  a/d (3/3, 0.5 s): no such column",
      "writing a database",
      "",
    ]));

  it("is a bar on a terminal that covers all parts and guesses no time before an experiment is done", async () => {
    const frames = (await written(true)).split(/(?=[█░]{40})/).slice(1);
    expect(frames[0]).toMatch(/0\/5 {2}/);
    expect(frames.filter((frame) => /0\/5/.test(frame)).join("")).not.toContain("left");
    expect(frames.some((frame) => /1\/5 {2}\d+s left {2}a\/c/.test(frame))).toBe(true);
    expect(frames.some((frame) => frame.includes("3/5  writing a database"))).toBe(true);
    expect(frames.at(-1)).toContain("5/5");
    expect(frames.filter((frame) => /[345]\/5/.test(frame)).join("")).not.toContain("left");
  });
});
