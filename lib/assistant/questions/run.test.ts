import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { samplePool } from "../../testing/sample.ts";
import { loadQuestions } from "./load.ts";
import { runQuestion } from "./run.ts";
import { answerLines } from "./view.ts";

/** Numbers that count nothing. */
const ORDINALS = ["step", "deepest", "hour_utc", "request_no"];

describe("every answer", async () => {
  let pool: Pool;
  beforeAll(async () => {
    pool = await samplePool();
  });

  it.each((await loadQuestions()).map((question) => [question.id, question] as const))(
    "%s has its coverage and units",
    async (_, question) => {
      const { rows, columns, window, accounting, fingerprint, leftOut, neighbors } = await runQuestion(pool, question);
      expect({ accounting, neighbors: neighbors.length }).toEqual({ accounting: pool.accounting, neighbors: 2 });
      expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
      expect(window).toEqual({
        first: expect.stringMatching(/^2\d{3}-\d\d-\d\dT.*Z$/),
        last: expect.stringMatching(/^2\d{3}-\d\d-\d\dT.*Z$/),
      });
      expect(leftOut.filter((sentence) => !/^[\d,]+ .*\.$/.test(sentence))).toEqual([]);
      const numbers = columns.filter(({ name }) => rows.some((row) => typeof row[name] === "number"));
      expect(numbers.filter(({ name, unit }) => unit === null && !ORDINALS.includes(name))).toEqual([]);
    },
  );
});

it("calls without a time are counted as left out, all others are in the answer", async () => {
  const pool = await samplePool();
  const questions = await loadQuestions();
  const waits = questions.find(({ id }) => id === "tools/waits");
  const { rows, leftOut } = await runQuestion(pool, waits ?? expect.fail("no such question"), { top: 1000 });
  const [, unmeasured = "0", all] = /^(\d+) of ([\d,]+) tool calls have no measured time\.$/.exec(leftOut.join("\n")) ?? [];
  const measured = rows.reduce((sum, { calls }) => sum + Number(calls), 0);
  expect(measured + Number(unmeasured)).toBe(Number((all ?? "").replaceAll(",", "")));
});

it("bars show an amount, not what the rows are ordered by from the first to the last", async () => {
  const pool = await samplePool();
  const question = (await loadQuestions()).find(({ id }) => id === "time/requests_by_steps") ?? expect.fail("no such question");
  const lines = answerLines(await runQuestion(pool, question), null).map(({ text }) => text);
  expect(lines.filter((line) => /[▁▂▃▄▅▆▇█]/.test(line))).toEqual([expect.stringMatching(/^requests /)]);
});
