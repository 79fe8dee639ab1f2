import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { expect, it } from "vitest";
import { convert, roundDecimal } from "./convert.ts";

it.each([
  ["BIGINT", '"12"', "12"],
  ["BIGINT", '" 12 "', "12"],
  ["BIGINT", "12.0", "12"],
  ["BIGINT", "1.5", "2"],
  ["BIGINT", "2.5", "3"],
  ["BIGINT", "-2.5", "-3"],
  ["BIGINT", "0.4", "0"],
  ["BIGINT", "1e3", "1000"],
  ["BIGINT", "1e-400", "0"],
  ["BIGINT", "9223372036854775807", "9223372036854775807"],
  ["BIGINT", "-9223372036854775808", "-9223372036854775808"],
  ["BOOLEAN", '"true"', "true"],
  ["BOOLEAN", '"False"', "false"],
  ["BOOLEAN", "1", "true"],
  ["BOOLEAN", "0", "false"],
  ["VARCHAR", "1.50", '"1.50"'],
  ["VARCHAR", "true", '"true"'],
  ["TIMESTAMP", "1700000000", '"1700000000"'],
] as const)("%s of %s is %s", (use, source, expected) => {
  expect(convert("x", use, source)).toBe(expected);
});

it.each([
  ["BIGINT", '"abc"', 'wrong type: `x` is "abc", not an integer'],
  ["BIGINT", '""', 'wrong type: `x` is "", not an integer'],
  ["BIGINT", "true", "wrong type: `x` is true, not an integer"],
  ["BIGINT", "NaN", "wrong type: `x` is NaN, not an integer"],
  ["BIGINT", "[1]", "wrong type: `x` is [1], not an integer"],
  ["BIGINT", "9223372036854775808", "out of range: `x` is 9223372036854775808, beyond 64 bits"],
  ["BIGINT", "1e300", "out of range: `x` is 1e300, beyond 64 bits"],
  ["BOOLEAN", '"maybe"', 'wrong type: `x` is "maybe", not true or false'],
  ["BOOLEAN", "2", "wrong type: `x` is 2, not true or false"],
  ["VARCHAR", '{"a":1}', 'wrong type: `x` is {"a":1}, not a text'],
  ["VARCHAR", '"\\ud83d"', "wrong type: `x` holds half a surrogate pair, which is not text"],
  ["TIMESTAMP", "[]", "wrong type: `x` is [], not a text"],
] as const)("%s of %s is refused", (use, source, message) => {
  expect(() => convert("x", use, source)).toThrow(message);
});

it("rounds as DuckDB casts text", async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const numbers = fc.sample(
    fc
      .tuple(fc.maxSafeInteger(), fc.nat(99_999), fc.integer({ min: -8, max: 2 }))
      .map(([whole, fraction, exponent]) => `${whole}.${fraction}e${exponent}`),
    { numRuns: 500, seed: 1 },
  );
  const result = await connection.runAndReadAll(
    `SELECT unnest(list_transform(${JSON.stringify(numbers).replaceAll('"', "'")}, lambda n: TRY_CAST(n AS BIGINT)))`,
  );
  const cast = result.getColumns()[0] as (bigint | null)[];
  for (const [i, number] of numbers.entries()) if (cast[i] !== null) expect(roundDecimal(number), number).toBe(cast[i]);
  expect(cast.filter((value) => value !== null).length).toBeGreaterThan(400);
});
