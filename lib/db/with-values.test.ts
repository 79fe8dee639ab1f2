import { expect, it } from "vitest";
import type { SqlParams } from "../experiment.ts";
import { withValues } from "./with-values.ts";

it.each<[string, string, SqlParams, string]>([
  ["text is quoted", "SELECT $name", { name: "it's" }, "SELECT 'it''s'"],
  ["numbers stand as they are", "SELECT $n::DOUBLE * $f", { n: 3, f: 0.5 }, "SELECT 3::DOUBLE * 0.5"],
  ["negative numbers are held together", "SELECT 5-$n", { n: -2 }, "SELECT 5-(-2)"],
  ["no value", "$model::VARCHAR IS NULL", { model: null }, "NULL::VARCHAR IS NULL"],
  ["truth", "WHERE $all", { all: true }, "WHERE TRUE"],
  ["a longer name is another parameter", "$a $a_b", { a: 1, a_b: 2 }, "1 2"],
  ["comments keep their words", "-- $n\n/* $n */ SELECT $n", { n: 1 }, "-- $n\n/* $n */ SELECT 1"],
  ["strings and quoted names keep theirs", `SELECT '$n', 'it''s $n', "$n"`, { n: 1 }, `SELECT '$n', 'it''s $n', "$n"`],
])("%s", (_, sql, params, expected) => {
  expect(withValues(sql, params)).toBe(expected);
});

it("a parameter without a value is an error", () => {
  expect(() => withValues("SELECT $n", {})).toThrow("parameter $n has no value");
});
