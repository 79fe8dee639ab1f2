import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { highlight, saveHighlights } from "./highlight.ts";

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

  it.each(["highlight.ts", "atlas.ts"])("loses nothing of %s", async (file) => {
    const text = fs.readFileSync(new URL(file, import.meta.url), "utf8");
    expect((await highlight(file, text)).map((piece) => piece.text).join("")).toBe(text);
  });

  it("leaves what it doesn't know in one piece", async () => {
    expect(await highlight("notes.txt", "SELECT 1")).toEqual([{ text: "SELECT 1", kind: null }]);
  });
});

describe("what an earlier build kept", () => {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), "highlights-"));
  const file = path.join(out, "highlights.json");
  afterAll(() => fs.rmSync(out, { recursive: true }));
  const code = "SELECT 1 -- one, 𝟙\nFROM steps";

  it("gives the same pieces", async () => {
    const made = await highlight("a.sql", code);
    saveHighlights(out);
    vi.resetModules();
    const again = await import("./highlight.ts");
    again.loadHighlights(out);
    expect(await again.highlight("a.sql", code)).toEqual(made);
  });

  it.each([
    ["is missing", null],
    ["is no JSON", "{"],
    ["does not fit", "changed"],
  ])("is not needed: the file %s", async (_, text) => {
    const made = await highlight("a.sql", code);
    saveHighlights(out);
    if (text === null) fs.rmSync(file);
    else fs.writeFileSync(file, text === "changed" ? fs.readFileSync(file, "utf8").replace(/\[\d+,/g, "[9999,") : text);
    vi.resetModules();
    const again = await import("./highlight.ts");
    again.loadHighlights(out);
    expect(await again.highlight("a.sql", code)).toEqual(made);
  });
});
