import { describe, expect, it } from "vitest";
import { experimentIds } from "../../artifacts/experiment-folders.ts";
import { isRelation, relationsOf } from "../../relations/relations.ts";
import { loadQuestions, questionOf } from "./load.ts";
import { valuesFor } from "./parameters.ts";

const WORDS = `# What is it?

How to read it,
on two lines.

- Experiment: session/session_map
- Leaves out: unpriced steps, undated steps

## Parameters

- min_calls: integer, 10. Fewest calls
- session: text, "". Id of the session

## Other wordings

- this
- that
`;
const SQL = `-- uses: steps
-- Columns: tool       its name
--          cost_usd   on two
--                     lines
SELECT 1 WHERE $since AND $min_calls AND $session`;

it("a question is its words and its query", () => {
  expect(questionOf("a/b", WORDS, SQL)).toEqual({
    id: "a/b",
    title: "What is it?",
    otherWays: ["this", "that"],
    reading: "How to read it, on two lines.",
    experiment: "session/session_map",
    sql: SQL,
    parameters: [
      { name: "since", type: "date", default: "", says: expect.any(String) },
      { name: "min_calls", type: "integer", default: 10, says: "Fewest calls" },
      { name: "session", type: "text", default: "", says: "Id of the session" },
    ],
    columns: [
      { name: "tool", unit: null, says: "its name" },
      { name: "cost_usd", unit: "USD", says: "on two lines" },
    ],
    leavesOut: ["unpriced steps", "undated steps"],
  });
});

it.each([
  ["a heading", WORDS.replace("?", "."), SQL, "a/b/question.md does not begin with a question as its heading"],
  ["columns", WORDS, "SELECT 1", "a/b/query.sql does not list its columns"],
  ["a parameter", WORDS, `${SQL} AND $other`, "a/b/question.md does not say what $other of its query is"],
  ["a type", WORDS.replace("integer", "number of"), SQL, "a/b/question.md has a parameter that can't be read: min_calls"],
  ["what is left out", WORDS.replace("undated", "lost"), SQL, 'a/b/question.md leaves out "lost steps"; there are unpriced steps'],
])("says what is wrong with %s", (_, words, sql, message) => {
  expect(() => questionOf("a/b", words, sql)).toThrow(message);
});

describe("parameters", () => {
  const question = questionOf("a/b", WORDS, SQL);

  it("have defaults, and take texts for numbers", () => {
    expect(valuesFor(question, { min_calls: "3" })).toEqual({ since: "", min_calls: 3, session: "" });
    expect(valuesFor(question, { since: "2026-02-28" })).toMatchObject({ since: "2026-02-28" });
  });

  it.each([
    [{ sinse: "2026-01-01" }, 'a/b has no parameter "sinse". Did you mean since?'],
    [{ since: "2026-02-30" }, 'The parameter since takes a day such as 2026-01-31, not "2026-02-30".'],
    [{ min_calls: "-1" }, 'The parameter min_calls takes a whole number of 0 or more, not "-1".'],
  ])("refuse %j", (given, message) => {
    expect(() => valuesFor(question, given)).toThrow(message);
  });
});

describe("the questions", async () => {
  const questions = await loadQuestions();

  it("are at least sixty, each with other wordings and a reading", () => {
    expect(questions.length).toBeGreaterThanOrEqual(60);
    expect(questions.filter(({ otherWays, reading }) => otherWays.length < 2 || reading === "").map(({ id }) => id)).toEqual([]);
  });

  it("name relations and experiments that exist, and titles only once", () => {
    const experiments = experimentIds();
    const missing = questions.filter(
      ({ sql, experiment }) => !relationsOf(sql).every(isRelation) || (experiment !== null && !experiments.includes(experiment)),
    );
    expect(missing.map(({ id }) => id)).toEqual([]);
    expect(new Set(questions.map(({ title }) => title)).size).toBe(questions.length);
  });
});
