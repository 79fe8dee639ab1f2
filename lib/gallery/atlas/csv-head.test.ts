import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { TableArtifact } from "../../artifacts/artifacts.ts";
import type { ColumnInfo } from "../../experiment.ts";
import { UserError } from "../../files/errors.ts";
import { readCsvHead } from "./csv-head.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-csv-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

/** A table with this text. */
function table(text: string, rows: number, columns: readonly ColumnInfo[] = []): TableArtifact {
  const file = "table.csv";
  fs.writeFileSync(path.join(folder, file), text);
  return { file, bytes: text.length, sha256: "", name: "table", title: "Table", caption: null, columns, rows };
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
    ["distinguishes an empty last cell from the line end", "a\n1\n\n", 2, 50, [["1"], [""]]],
    ["takes a file without a final line end", "a\n1\n2", 2, 50, [["1"], ["2"]]],
    ["gives no rows of an empty table", "a,b\n", 0, 50, []],
  ])("%s", async (_, text, rowCount, limit, rows) => {
    expect((await readCsvHead(folder, table(text, rowCount), limit)).rows).toEqual(rows);
  });

  it("has the declared columns, and those of numbers are numeric", async () => {
    const columns: ColumnInfo[] = [
      { name: "version", says: "A version, which may look like a number", type: "text" },
      { name: "n", says: "A count", type: "number", unit: "steps" },
      { name: "none", says: "Nothing in this pool" },
    ];
    expect((await readCsvHead(folder, table("version,n,none\n1,2,\n", 1, columns), 50)).columns).toEqual([
      { name: "version", numeric: false, amount: false },
      { name: "n", numeric: true, amount: true },
      { name: "none", numeric: false, amount: false },
    ]);
  });

  it("doesn't read on: the rest of the file may be larger than memory", async () => {
    const large = table(`a\n${"1\n".repeat(60)}`, 1_000_000);
    fs.truncateSync(path.join(folder, large.file), 20 * 2 ** 30);
    const { rows } = await readCsvHead(folder, large, 50);
    expect(rows).toHaveLength(50);
  });

  it("names a file that is missing", async () => {
    const gone = { ...table("", 1), file: "gone.csv" };
    await expect(readCsvHead(folder, gone, 50)).rejects.toThrow(UserError);
    await expect(readCsvHead(folder, gone, 50)).rejects.toThrow(/gone\.csv can't be read/);
  });
});
