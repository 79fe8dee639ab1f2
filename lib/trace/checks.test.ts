import { expect, it } from "vitest";
import { auditReport, type Check, checkHeadlines, checksDocument, checksTable } from "./checks.ts";

const check = (name: string, level: Check["level"], count: number): Check => ({ name, level, count, of: 10, title: `No ${name}.` });
const HOLDS = check("gaps", "violation", 0);
const WARNS = { ...check("duplicates", "warning", 2), detail: "line 3" };
const BREAKS = check("negatives", "violation", 1);

it.each([
  ["nothing", [], true],
  ["what holds", [HOLDS], true],
  ["a warning", [HOLDS, WARNS], true],
  ["a violation", [HOLDS, WARNS, BREAKS], false],
])("%s passes: %s", (_, checks, passed) => {
  expect(checksDocument(checks).value.passed).toBe(passed);
});

it("gives each check its state", () => {
  const checks = [HOLDS, WARNS, BREAKS];
  expect(checksDocument(checks).value.checks.map(({ state }) => state)).toEqual(["passed", "warning", "violation"]);
  expect(checksTable(checks).rows).toMatchObject([
    { state: "passed", detail: null },
    { state: "warning", detail: "line 3" },
    { count: 1, of: 10 },
  ]);
  expect(auditReport(["# Audit"], checks).text.split("\n").at(-2)).toBe("| No negatives. | violation | 1 | 10 |  |");
});

it.each([
  ["all hold", [HOLDS], ["1 of 1"]],
  ["some do not", [HOLDS, WARNS, BREAKS], ["1 of 3", "1", "1"]],
])("headlines when %s", (_, checks, values) => {
  expect(checkHeadlines(checks).map(({ value }) => value)).toEqual(values);
});
