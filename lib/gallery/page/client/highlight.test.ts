import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { highlight } from "./highlight.ts";

describe("highlight", () => {
  it.each([
    [
      "query.sql",
      "SELECT 'a' AS x, 1 -- why\nWHERE a AND count(b)",
      [
        ["SELECT", "keyword"],
        ["'a'", "string"],
        ["AS", "keyword"],
        ["1", "constant"],
        ["-- why", "comment"],
        ["AND", "keyword"],
        ["count", "function"],
      ],
    ],
    [
      "rule.ts",
      'const x: number = f("a"); // why\n/* two\nlines */ const y = `b $' + "{true} c`;",
      [
        ["const", "keyword"],
        ["f", "function"],
        ['"a"', "string"],
        ["// why", "comment"],
        ["/* two\nlines */", "comment"],
        ["`b", "string"],
        ["true", "constant"],
        ["c`", "string"],
      ],
    ],
  ])("finds the kinds in %s", (name, text, kinds) => {
    const pieces = highlight(name, text).map((piece) => [piece.text.trim(), piece.kind]);
    for (const kind of kinds) expect(pieces).toContainEqual(kind);
  });

  it.each(["highlight.ts", "colored-code.ts"])("loses nothing of %s", (file) => {
    const text = fs.readFileSync(new URL(file, import.meta.url), "utf8");
    expect(
      highlight(file, text)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  it("leaves what it doesn't know in one piece", () => {
    expect(highlight("notes.txt", "SELECT 1")).toEqual([{ text: "SELECT 1", kind: null }]);
  });
});
