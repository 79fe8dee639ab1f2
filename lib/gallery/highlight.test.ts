import fs from "node:fs";
import { describe, expect, it } from "vitest";
import { highlight } from "./highlight.ts";

describe("highlight", () => {
  it.each([
    [
      "query.sql",
      "SELECT 'a' AS x -- why",
      [
        ["SELECT", "keyword"],
        ["'a'", "string-expression"],
        ["AS", "keyword"],
        ["-- why", "comment"],
      ],
    ],
    [
      "rule.ts",
      'const x: number = f("a"); // why',
      [
        ["const", "keyword"],
        ["// why", "comment"],
      ],
    ],
  ])("tells kinds apart in %s", async (name, text, kinds) => {
    const pieces = (await highlight(name, text)).map((piece) => [piece.text.trim(), piece.kind]);
    for (const kind of kinds) expect(pieces).toContainEqual(kind);
  });

  it.each(["highlight.ts", "build.ts"])("loses nothing of %s", async (file) => {
    const text = fs.readFileSync(new URL(file, import.meta.url), "utf8");
    expect((await highlight(file, text)).map((piece) => piece.text).join("")).toBe(text);
  });

  it("leaves what it doesn't know in one piece", async () => {
    expect(await highlight("notes.txt", "SELECT 1")).toEqual([{ text: "SELECT 1", kind: null }]);
  });
});
