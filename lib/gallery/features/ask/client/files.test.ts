import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it } from "vitest";
import { csvOf, parquetOf } from "./files.ts";
import type { Column } from "./values.ts";

const ANSWER: Column[] = [
  { name: "name", type: "VARCHAR", kind: "text", values: ['a,"b"', "", null] },
  { name: "tokens", type: "BIGINT", kind: "integer", values: [9_007_199_254_740_993n, 5, null] },
  { name: "cost", type: "DECIMAL(10, 2)", kind: "decimal", values: ["1.50", "-0.25", null] },
  { name: "speed", type: "DOUBLE", kind: "real", values: [0.5, 1e300, null] },
  { name: "at", type: "TIMESTAMP", kind: "time", values: [1_767_225_600_123_456n, 0n, null] },
  { name: "day", type: "DATE", kind: "date", values: [20_454, 0, null] },
  { name: "ok", type: "BOOLEAN", kind: "boolean", values: [true, false, null] },
  { name: "Name", type: "HUGEINT", kind: "integer", values: [2n ** 100n, 1, null] },
];

it("a CSV file tells empty text from no value", () => {
  expect(csvOf(ANSWER)).toBe(
    [
      "name,tokens,cost,speed,at,day,ok,Name",
      '"a,""b""",9007199254740993,1.50,0.5,2026-01-01 00:00:00.123456,2026-01-01,true,1267650600228229401496703205376',
      '"",5,-0.25,1e+300,1970-01-01 00:00:00,1970-01-01,false,1',
      ",,,,,,,",
      "",
    ].join("\n"),
  );
});

it("a CSV file has no text that a spreadsheet runs, and numbers stay numbers", () => {
  const texts: Column = { name: "=name", type: "VARCHAR", kind: "text", values: ['=HYPERLINK("http://x","y")', "-5", "@a"] };
  const numbers: Column = { name: "n", type: "DOUBLE", kind: "real", values: [-1, -0.5, -1e300] };
  expect(csvOf([texts, numbers])).toBe(["'=name,n", `"'=HYPERLINK(""http://x"",""y"")",-1`, "-5,-0.5", "'@a,-1e+300", ""].join("\n"));
});

it("a Parquet file holds the same values in their own types", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-ask-"));
  const file = path.join(folder, "answer.parquet");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    fs.writeFileSync(file, Buffer.from(parquetOf(ANSWER)));
    const types = await connection.runAndReadAll(`SELECT column_name, column_type FROM (DESCRIBE FROM '${file}')`);
    expect(types.getRowsJson()).toEqual([
      ["name", "VARCHAR"],
      ["tokens", "BIGINT"],
      ["cost", "DOUBLE"],
      ["speed", "DOUBLE"],
      ["at", "TIMESTAMP"],
      ["day", "DATE"],
      ["ok", "BOOLEAN"],
      ["Name_2", "VARCHAR"],
    ]);
    const rows = await connection.runAndReadAll(`FROM '${file}'`);
    expect(rows.getRowsJson()).toEqual([
      ['a,"b"', "9007199254740993", 1.5, 0.5, "2026-01-01 00:00:00.123456", "2026-01-01", true, "1267650600228229401496703205376"],
      ["", "5", -0.25, 1e300, "1970-01-01 00:00:00", "1970-01-01", false, "1"],
      [null, null, null, null, null, null, null, null],
    ]);
  } finally {
    connection.closeSync();
    instance.closeSync();
    fs.rmSync(folder, { recursive: true });
  }
});
