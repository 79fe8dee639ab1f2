import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "../../files/errors.ts";
import { isNumeric, readCsvHead, shortNumber } from "./csv-head.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-csv-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function csv(text: string): string {
  const file = path.join(folder, "table.csv");
  fs.writeFileSync(file, text);
  return file;
}

describe("readCsvHead", () => {
  it.each([
    [
      "stops at the limit",
      "a,b\n1,x\n2,y\n3,z\n",
      3,
      2,
      [
        ["1", "x"],
        ["2", "y"],
      ],
    ],
    ["reads all of a short file", "a,b\n1,x\n", 1, 50, [["1", "x"]]],
    ["reads quoted line ends and quotes", 'a,b\n1,"x\n""y"""\n', 1, 50, [["1", 'x\n"y"']]],
    ["tells an empty last cell from the line end", "a\n1\n\n", 2, 50, [["1"], [""]]],
    ["takes a file without a final line end", "a\n1\n2", 2, 50, [["1"], ["2"]]],
    ["gives no rows of an empty table", "a,b\n", 0, 50, []],
  ])("%s", async (_, text, rowCount, limit, rows) => {
    expect((await readCsvHead(csv(text), rowCount, limit)).rows).toEqual(rows);
  });

  it("finds the columns and which of them are numbers", async () => {
    const { columns } = await readCsvHead(csv("name,n,maybe,none\nx,1,,\ny,-2.5e3,4,\n"), 2, 50);
    expect(columns).toEqual([
      { name: "name", numeric: false },
      { name: "n", numeric: true },
      { name: "maybe", numeric: true },
      { name: "none", numeric: false },
    ]);
  });

  it("doesn't read on: the rest of the file may be larger than memory", async () => {
    const file = csv(`a\n${"1\n".repeat(60)}`);
    fs.truncateSync(file, 20 * 2 ** 30);
    const { rows } = await readCsvHead(file, 1_000_000, 50);
    expect(rows).toHaveLength(50);
  });

  it("names a file that is missing", async () => {
    await expect(readCsvHead(path.join(folder, "gone.csv"), 1, 50)).rejects.toThrow(UserError);
    await expect(readCsvHead(path.join(folder, "gone.csv"), 1, 50)).rejects.toThrow(/gone\.csv can't be read/);
  });
});

describe("isNumeric", () => {
  it.each([
    [["1", "2"], true],
    [["1", ""], true],
    [["", ""], false],
    [[], false],
    [["1", "x"], false],
    [["true"], false],
    [["2026-01-01"], false],
    [["1_000"], false],
    [["0x10"], false],
    [["-.5", "1e-7"], true],
  ])("%j is %s", (cells, numeric) => {
    expect(isNumeric(cells)).toBe(numeric);
  });
});

describe("shortNumber", () => {
  it.each([
    ["0.3333333333333333", "0.333333"],
    ["12.5", "12.5"],
    ["100.0", "100"],
    ["123456789", "123456789"],
    ["12345678.9", "12345679"],
    ["9007199254740993", "9007199254740993"],
    ["1e-7", "1e-7"],
    ["1.2345678e-9", "1.23457e-9"],
    ["", ""],
    ["text.with.dots", "text.with.dots"],
  ])("%s as %s", (cell, short) => {
    expect(shortNumber(cell)).toBe(short);
  });
});
