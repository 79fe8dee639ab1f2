import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveInputs } from "./inputs.ts";

describe("inputs", () => {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "inputs-")));
  const at = (name: string) => path.join(folder, name);
  beforeAll(() => {
    for (const name of ["b.jsonl", "a.jsonl", "[ab].jsonl", "c.txt"]) fs.writeFileSync(at(name), "");
    fs.mkdirSync(at("empty"));
    fs.symlinkSync(at("a.jsonl"), at("link.jsonl"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  it.each([
    ["files keep the order of the arguments", ["b.jsonl", "a.jsonl"], ["b.jsonl", "a.jsonl"]],
    ["matches of a glob are sorted", ["?.jsonl"], ["a.jsonl", "b.jsonl"]],
    ["a path that exists is not a glob", ["[ab].jsonl"], ["[ab].jsonl"]],
    ["a file is read once, at its first place", ["b.jsonl", "?.jsonl", "b.jsonl"], ["b.jsonl", "a.jsonl"]],
    ["a link is the file it leads to", ["link.jsonl", "a.jsonl"], ["link.jsonl"]],
  ])("%s", (_, inputs, expected) => {
    expect(resolveInputs(inputs.map(at)).map((file) => path.relative(folder, file.path))).toEqual(expected);
  });

  it("takes standard input once", () => {
    expect(resolveInputs(["-", at("a.jsonl"), "-"]).map((file) => file.name)).toEqual(["-", at("a.jsonl")]);
  });

  it.each([
    ["nope.jsonl", /^No trace file matches .*nope\.jsonl\. Check the path/],
    ["*.nope", /^No trace file matches .*\*\.nope\. Check the path/],
    ["empty", /empty is a folder without Parquet files\. Name the traces in it, for example ".*empty\/\*\.jsonl\*"\.$/],
  ])("%s is refused", (input, message) => {
    expect(() => resolveInputs([at(input)])).toThrow(message);
  });

  it.each(["../a.jsonl", "x/../../a.jsonl", "/etc/hosts", 7])("an export whose manifest names %s is refused", (file) => {
    const root = at("export");
    fs.mkdirSync(root, { recursive: true });
    const manifest = {
      kind: "trace-atlas export",
      schemaVersion: 1,
      format: "parquet",
      tables: { rounds: { rows: 1, files: [{ file, rows: 1 }] } },
    };
    fs.writeFileSync(path.join(root, "manifest.json"), JSON.stringify(manifest));
    expect(() => resolveInputs([root])).toThrow("does not list tables and files of this folder");
  });

  it("needs an input", () => {
    expect(() => resolveInputs([])).toThrow("No trace was given");
  });
});
