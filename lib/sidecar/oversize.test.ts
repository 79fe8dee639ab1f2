import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { outlineOfFile, outlineOfText, splitText, stubText } from "./oversize.ts";

describe("parts", () => {
  it.each([
    ["", 4, [""]],
    ["abcd", 4, ["abcd"]],
    ["abcde", 4, ["abcd", "e"]],
    ["a\nbcdef", 4, ["a\nbc", "def"]],
    ["ab\ncdef", 4, ["ab\n", "cdef"]],
    ["a😀b", 4, ["a", "😀", "b"]],
    ["éé", 3, ["é", "é"]],
  ])("%j by %i bytes", (text, limit, pieces) => expect(splitText(text, limit)).toEqual(pieces));

  it("join to the text, and none is too long", () => {
    fc.assert(
      fc.property(anyText({ maxLength: 300 }), fc.integer({ min: 4, max: 50 }), (text, limit) => {
        const pieces = splitText(text, limit);
        expect(pieces.join("")).toBe(text);
        for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

describe("outlines", () => {
  const lines = Array.from({ length: 30 }, (_, i) => `${i}\n`).join("");
  it.each([
    ["data/a.csv", "", 0, ""],
    ["data/a.csv", "a,b\n", 0, "a,b\n"],
    ["data/a.csv", "a,b\n1,2\n3,4\n", 2, "a,b\n1,2\n3,4\n"],
    ["data/a.csv", "a,b\n1,2\n3,4", 2, "a,b\n1,2\n"],
    ["data/a.csv", 'a,b\n1,"2\n""3"\n', 1, 'a,b\n1,"2\n""3"\n'],
    ["data/a.csv", 'a\n"open\n', 1, "a\n"],
    ["code/a.ts", 'const a = "\n";\n', 2, 'const a = "\n";\n'],
    ["data/a.csv", lines, 29, lines.slice(0, lines.indexOf("21\n"))],
    ["data/a.csv", `${"x".repeat(9000)}\n1\n`, 1, ""],
  ])("%s %#", async (key, text, rows, head) => {
    const outline = outlineOfText(key, text);
    const sha256 = createHash("sha256").update(text).digest("hex");
    expect(outline).toEqual({ extent: { rows, bytes: Buffer.byteLength(text), sha256 }, head });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-"));
    fs.writeFileSync(path.join(folder, "file"), text);
    expect(await outlineOfFile(key, path.join(folder, "file"))).toEqual(outline);
    fs.rmSync(folder, { recursive: true });
  });

  it("of a file in many reads equals that of its text", async () => {
    const text = `id,note\n${Array.from({ length: 20_000 }, (_, i) => `${i},"line\n""${i}"" é"\n`).join("")}`;
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-"));
    fs.writeFileSync(path.join(folder, "file"), text);
    const outline = await outlineOfFile("data/a.csv", path.join(folder, "file"));
    expect(outline).toEqual(outlineOfText("data/a.csv", text));
    expect(outline.extent.rows).toBe(20_000);
    fs.rmSync(folder, { recursive: true });
  });

  it("make a stub", () => {
    const stub = stubText("data/a.csv", { extent: { rows: 5, bytes: 99, sha256: "ab" }, head: "a,b\n1,2\n" });
    expect(stub).toBe(
      "# truncated: data/a.csv is a table of another figure, or too long for this one\n# rows: 5\n# bytes: 99\n# sha256: ab\n# it begins with:\na,b\n1,2\n",
    );
  });
});
