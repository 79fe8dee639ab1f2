import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { query } from "../experiment.ts";
import { Stopwatch } from "./stopwatch.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setTimeout"] }));
afterEach(() => void vi.useRealTimers());

const wait = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const slow = (milliseconds: number) => async () => {
  await wait(milliseconds);
  return [];
};
const [A, B] = [query("a.sql", {}), query("b.sql", {})];
const db = { rows: slow(100), columns: slow(30) } as never;

it("counts queries that run side by side once, and the rest of the run as computing", async () => {
  const watch = new Stopwatch();
  const run = watch.run(db, async (asked) => {
    await Promise.all([asked.rows(A), asked.columns(B)]);
    await wait(7);
    await asked.columns(B);
  });
  await vi.runAllTimersAsync();
  await run;
  expect(watch.taken).toEqual({ queryMs: 130, computeMs: 7, renderMs: 0 });
});

it("adds what is asked for after the run to the queries, and drawing on several threads up", async () => {
  const watch = new Stopwatch();
  const work = watch.run(db, (asked) => asked.rows(A)).then(() => watch.query(slow(50)));
  watch.drew(40);
  watch.drew(2);
  await vi.runAllTimersAsync();
  await work;
  expect(watch.taken).toEqual({ queryMs: 150, computeMs: 0, renderMs: 42 });
});

it("stops at a failure", async () => {
  const watch = new Stopwatch();
  const failed = watch.run(db, async () => {
    await wait(5);
    throw new Error("no");
  });
  failed.catch(() => undefined);
  await vi.runAllTimersAsync();
  await expect(failed).rejects.toThrow("no");
  expect(watch.taken).toEqual({ queryMs: 0, computeMs: 5, renderMs: 0 });
});
