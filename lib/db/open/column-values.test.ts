import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { messageOf } from "../../files/errors.ts";
import { appendPlainValues, PackedNumbers } from "./column-values.ts";
import { plainValue } from "./values.ts";

let instance: DuckDBInstance;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:");
});
afterAll(() => instance.closeSync());

/** More rows than a chunk holds; every seventh is NULL where `nulls` says so. */
const ROWS = 5000;

it.each([
  ["BIGINT", "(i * 1234567890123 - 3000000000000000)::BIGINT"],
  ["BIGINT at the edge of what a number holds", "(CASE WHEN i % 2 = 0 THEN 9007199254740991 ELSE -9007199254740991 END)::BIGINT"],
  ["small BIGINT", "(i - 2500)::BIGINT"],
  ["INTEGER", "(i - 2500)::INTEGER"],
  ["DOUBLE", "(CASE WHEN i % 3 = 0 THEN 'nan'::DOUBLE WHEN i % 3 = 1 THEN '-inf'::DOUBLE ELSE -i / 7 END)"],
  ["FLOAT", "(i / 7)::FLOAT"],
  ["BOOLEAN", "(i % 2 = 0)"],
  ["TINYINT", "(i % 100)::TINYINT"],
  ["UBIGINT", "i::UBIGINT"],
  ["HUGEINT", "i::HUGEINT"],
  ["VARCHAR", "(CASE WHEN i % 2 = 0 THEN 'ä 中 ' ELSE 'a text longer than twelve bytes ' END || i)"],
  ["ENUM", "(CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END)::ENUM('a', 'b')"],
  ["list of BIGINT", "[i, NULL, -i]::BIGINT[]"],
  ["STRUCT", "{ a: i::BIGINT, b: 'x' }"],
])("%s: the same values as one by one", async (_type, expression) => {
  for (const sql of [expression, `CASE WHEN i % 7 <> 0 THEN ${expression} END`, `CASE WHEN i < 0 THEN ${expression} END`]) {
    const { fast, slow } = await bothWays(sql);
    expect(fast).toHaveLength(ROWS);
    expect(fast).toStrictEqual(slow);
  }
});

it("an integer that no number can carry is refused by name", async () => {
  await expect(bothWays("9007199254740992::BIGINT")).rejects.toThrow("column v holds 9007199254740992");
  await expect(bothWays("(-9007199254740992)::BIGINT")).rejects.toThrow("column v holds -9007199254740992");
});

it("a sum that no number can carry becomes the nearest one", async () => {
  const connection = await instance.connect();
  const result = await connection.run("SELECT sum(v) AS v FROM (VALUES (9007199254740992), (3)) AS t(v)");
  const values: unknown[] = [];
  const chunk = await result.fetchChunk();
  if (chunk) appendPlainValues(values, chunk, 0, "v");
  expect(values).toEqual([9007199254740996]);
  connection.closeSync();
});

it.each([
  ["DOUBLE", "-i / 7"],
  ["BIGINT", "i * 1234567890123"],
  ["INTEGER", "(i - 2500)::INTEGER"],
  ["HUGEINT", "i::HUGEINT"],
])("%s: packed, the same numbers", async (_type, expression) => {
  const { fast, packed } = await bothWays(expression);
  expect(Array.from(packed.take())).toEqual(fast);
});

it.each(["DOUBLE", "BIGINT"])("a NULL among packed numbers of the type %s is refused by name", async (type) => {
  await expect(bothWays(`nullif(i, 2100)::${type}`)).resolves.toMatchObject({ refused: "column v holds null instead of a number" });
});

async function bothWays(expression: string): Promise<{ fast: unknown[]; slow: unknown[]; packed: PackedNumbers; refused: string | null }> {
  const connection = await instance.connect();
  const result = await connection.run(`SELECT ${expression} AS v FROM range(${ROWS}) AS numbers(i)`);
  const fast: unknown[] = [];
  const slow: unknown[] = [];
  const packed = new PackedNumbers("v");
  let refused: string | null = null;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    appendPlainValues(fast, chunk, 0, "v");
    for (const value of chunk.getColumnValues(0)) slow.push(plainValue(value, "v"));
    try {
      packed.append(chunk, 0);
    } catch (error) {
      refused ??= messageOf(error);
    }
  }
  connection.closeSync();
  return { fast, slow, packed, refused };
}
