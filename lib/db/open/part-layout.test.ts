import { expect, it } from "vitest";
import { NodeEngine } from "./connection.ts";
import { restoreSql, storedColumns, storeSql } from "./part-layout.ts";

/** Types of what is stored, and the rows before and after, in any order. */
async function stored(rows: string, selected = "*") {
  const engine = await NodeEngine.create();
  const columnsOf = (table: string) =>
    engine.rows<{ name: string; type: string }>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`);
  const textsOf = (from: string) =>
    engine.rows<{ text: string }>(
      `SELECT each::VARCHAR || typeof(each) AS text FROM (SELECT ${selected} FROM (${from})) AS each ORDER BY text`,
    );
  try {
    await engine.run(`CREATE TABLE before AS ${rows}`);
    const columns = await storedColumns(engine, "before", await columnsOf("before"));
    await engine.run(`CREATE TABLE stored AS ${storeSql("before", columns)}`);
    const types = (await columnsOf("stored")).map(({ type }) => type);
    return { types, before: await textsOf("FROM before"), after: await textsOf(`SELECT ${restoreSql(columns)} FROM stored`) };
  } finally {
    engine.close();
  }
}

it.each([
  ["whole numbers", "SELECT unnest([1, -3, NULL, 9007199254740992]::DOUBLE[]) AS value", ["BIGINT"]],
  ["thousandths", "SELECT unnest([0.001, 12.5, -0.1]::DOUBLE[]) AS value", ["BIGINT"]],
  ["billionths", "SELECT unnest([0.1, 1e-9]::DOUBLE[]) AS value", ["BIGINT"]],
  ["other fractions", "SELECT unnest([1 / 3, 2]::DOUBLE[]) AS value", ["DOUBLE"]],
  ["a negative zero", "SELECT unnest(['-0', '1']::DOUBLE[]) AS value", ["DOUBLE"]],
  ["what isn't finite", "SELECT unnest(['nan', 'inf', '1']::DOUBLE[]) AS value", ["DOUBLE"]],
  ["numbers that are too large", "SELECT unnest([1e300, 9007199254740994]::DOUBLE[]) AS value", ["DOUBLE"]],
  ["wide integers that fit", "SELECT unnest([1, -9223372036854775807]::HUGEINT[]) AS value", ["BIGINT"]],
  ["wide integers that don't", "SELECT unnest([1, 9223372036854775808]::HUGEINT[]) AS value", ["DECIMAL(38,0)"]],
  ["wide integers in lists", "SELECT [1, 2]::HUGEINT[] AS value", ["DECIMAL(38,0)[]"]],
  ["whole numbers, then thousandths", "SELECT if(i < 5000, i, i / 1000)::DOUBLE AS value FROM range(6000) AS rows(i)", ["BIGINT"]],
  ["thousandths, then other fractions", "SELECT if(i < 5000, i / 1000, i / 7)::DOUBLE AS value FROM range(6000) AS rows(i)", ["DOUBLE"]],
  ["no rows", "SELECT 1.5::DOUBLE AS value, 'a' AS name WHERE false", ["BIGINT", "VARCHAR"]],
  ["values by block", "SELECT unnest([3, 1]) AS reduced_block, unnest([0.5, 0.25]::DOUBLE[]) AS reduced_value", ["INTEGER", "BIGINT"]],
])("%s come back exactly", async (_, rows, expected) => {
  const { types, before, after } = await stored(rows);
  expect(types).toEqual(expected);
  expect(after).toEqual(before);
});

it.each(["reduced_0", "reduced_1"])("the column %s of values that are ranked comes back in each group", async (column) => {
  const rows =
    "SELECT * FROM (VALUES ('a', 2::DOUBLE, 0.5::DOUBLE), ('a', 1, NULL), (NULL, 7, 0.25), ('a', 2, 0.125)) AS rows(\"group\", reduced_0, reduced_1)";
  const { types, before, after } = await stored(rows, `"group", ${column}`);
  expect(types).toEqual(["VARCHAR", "BIGINT", "BIGINT"]);
  expect(before).toHaveLength(4);
  expect(after).toEqual(before);
});
