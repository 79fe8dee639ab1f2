import { describe, expect, it } from "vitest";
import { codeText, unpackedEntries } from "./code.ts";
import { onePixel } from "./fixture.ts";
import { planExtraction } from "./plan.ts";
import { readSidecar } from "./read.ts";
import { compressedTextChunk } from "./text-chunk-writer.ts";

const LONG = `experiments/llm_generation/${"long_name_".repeat(9)}/query.sql`;
const unpacked = async (text: string) => unpackedEntries(await readSidecar(onePixel([compressedTextChunk("sidecar:code.json", text)])));
const pathsOf = async (text: string) => planExtraction(await unpacked(text)).files.map(({ path }) => path);

describe("source files", () => {
  it("come back with their folders, also where a path is longer than a keyword", async () => {
    const files = [
      { path: "experiments/a/b/chart.ts", text: "export const arrow = '→';\n" },
      { path: LONG, text: "SELECT 1\n" },
    ];
    expect((await unpacked(codeText(files))).map(({ key, text }) => ({ path: key.replace("code/", ""), text }))).toEqual(files);
    expect(await pathsOf(codeText(files))).toEqual(files.map(({ path }) => `code/${path}`));
  });

  it.each([
    ["../../x", []],
    ["/etc/passwd", []],
    ["a/../../x", []],
    ["a//x", []],
    ["a\\x", []],
    ["a/.bashrc", []],
    ["a/nul.txt/x", []],
    [`${"a/".repeat(9)}x`, []],
    ["__proto__", ["code/__proto__"]],
    ["a/b/c.ts", ["code/a/b/c.ts"]],
  ])("named %s are unpacked to %j", async (path, expected) => expect(await pathsOf(codeText([{ path, text: "x" }]))).toEqual(expected));

  it("don't become a folder where there is a file", async () => {
    const text = codeText(["a", "A/b", "c"].map((path) => ({ path, text: path })));
    expect(await pathsOf(text)).toEqual(["code/a", "code/c"]);
  });

  it.each([
    ["text", "no JSON"],
    ["a list", "[1]"],
    ["numbers", '{"a": 1, "b": "x"}'],
    ["nothing", "{}"],
    ["too much", JSON.stringify(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [i, ""])))],
  ])("that are %s stay one entry", async (_, text) => expect((await unpacked(text)).map(({ key }) => key)).toEqual(["code.json"]));
});
