import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Draft } from "../files/atomic.ts";
import { writeExtraction, writeWhole } from "./extract.ts";
import { planExtraction } from "./plan.ts";

const FILES = planExtraction([
  { key: "readme", text: "# R\n" },
  { key: "data/a.csv", text: "a\n" },
]).files;

let base = "";
let folder = "";
beforeEach(() => {
  base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "sidecar-")));
  folder = path.join(base, "out");
});
afterEach(() => fs.rmSync(base, { recursive: true }));

const read = (...parts: string[]) => fs.readFileSync(path.join(base, ...parts), "utf8");
/** Every file and link below a folder, relative to it. */
const tree = (root: string) =>
  (fs.readdirSync(root, { recursive: true }) as string[]).filter((name) => !fs.lstatSync(path.join(root, name)).isDirectory()).sort();

describe("plan", () => {
  it("keeps what may be written and says why the rest may not", () => {
    const keys = ["readme", "code/../../x", "data/a.csv", "../../etc/passwd", "other"];
    const { files, warnings } = planExtraction(keys.map((key) => ({ key, text: key })));
    expect(files.map((file) => file.path)).toEqual(["README.md", "data/a.csv"]);
    expect(warnings.map((warning) => warning.split(" ", 1)[0])).toEqual(['"code/../../x"', '"../../etc/passwd"', '"other"']);
  });

  it("keeps the last of names that are one file on some systems", () => {
    const { files, warnings } = planExtraction([
      { key: "data/A.csv", text: "1" },
      { key: "data/a.csv", text: "2" },
    ]);
    expect(files.map((file) => file.text)).toEqual(["2"]);
    expect(warnings).toEqual(['"data/A.csv" is not unpacked: "data/a.csv" would overwrite it']);
  });
});

describe("writing", () => {
  it("makes folders and leaves nothing else behind", () => {
    const deep = path.join(base, "new", "out");
    expect(writeExtraction(deep, FILES, { force: false })).toEqual([path.join(deep, "README.md"), path.join(deep, "data", "a.csv")]);
    expect(tree(base)).toEqual(["new/out/README.md", "new/out/data/a.csv"]);
    expect(read("new", "out", "data", "a.csv")).toBe("a\n");
    expect(fs.statSync(path.join(deep, "README.md")).mode & 0o111).toBe(0);
  });

  it("overwrites with force only, and without it writes nothing at all", () => {
    fs.mkdirSync(path.join(folder, "data"), { recursive: true });
    fs.writeFileSync(path.join(folder, "data", "a.csv"), "mine");
    expect(() => writeExtraction(folder, FILES, { force: false })).toThrow(/a\.csv exists already/);
    expect(tree(base)).toEqual(["out/data/a.csv"]);
    expect(read("out", "data", "a.csv")).toBe("mine");
    writeExtraction(folder, FILES, { force: true });
    expect(read("out", "data", "a.csv")).toBe("a\n");
    expect(() => writeExtraction(folder, FILES, { force: false })).toThrow(/README\.md and 1 more exist already/);
  });

  it.each<[string, string, string]>([
    ["the folder", "out", "elsewhere"],
    ["a folder below", "out/data", "elsewhere"],
    ["a folder below, to nowhere", "out/data", "elsewhere/b"],
    ["the file", "out/data/a.csv", "elsewhere/a.csv"],
    ["the file, to nowhere", "out/data/a.csv", "elsewhere/b.csv"],
  ])("never goes through a link in place of %s", (_, link, target) => {
    fs.mkdirSync(path.join(base, "elsewhere"));
    fs.writeFileSync(path.join(base, "elsewhere", "a.csv"), "mine");
    fs.mkdirSync(path.dirname(path.join(base, link)), { recursive: true });
    fs.symlinkSync(path.join(base, target), path.join(base, link));
    for (const force of [false, true])
      expect(() => writeExtraction(folder, FILES, { force })).toThrow(/is a link|not a plain file|exists? already/);
    expect(tree(path.join(base, "elsewhere"))).toEqual(["a.csv"]);
    expect(read("elsewhere", "a.csv")).toBe("mine");
  });

  it.each([
    ["a file in place of the folder", () => fs.writeFileSync(folder, "x"), /is a link or not a folder|ENOTDIR/],
    ["a folder in place of a file", () => fs.mkdirSync(path.join(folder, "README.md"), { recursive: true }), /not a plain file/],
  ])("refuses %s", (_, plant, message) => {
    plant();
    expect(() => writeExtraction(folder, FILES, { force: true })).toThrow(message);
  });

  it("replaces a hard link, so that the other name keeps its content", () => {
    fs.writeFileSync(path.join(base, "mine"), "mine");
    fs.linkSync(path.join(base, "mine"), path.join(base, "file"));
    writeWhole(path.join(base, "file"), "new", { force: true });
    expect([read("mine"), read("file")]).toEqual(["mine", "new"]);
  });

  it("does not follow a link planted under the name of its unfinished file", () => {
    const mine = path.join(base, "mine");
    const next = new Draft(path.join(base, "file")).path.replace(/\d+(?=\.partial$)/, (serial) => String(Number(serial) + 1));
    fs.symlinkSync(mine, next);
    expect(() => writeWhole(path.join(base, "file"), "new", { force: true })).toThrow("EEXIST");
    expect(fs.existsSync(mine)).toBe(false);
  });

  it("stays in its folder, whatever the keys", () => {
    const name = fc.oneof(fc.string({ unit: fc.constantFrom(..."./\\: aA~") }), fc.constantFrom("..", "../x", "/x", "a.csv", "A.csv"));
    const key = fc.tuple(fc.constantFrom("", "code/", "data/", "../"), name).map(([first, rest]) => first + rest);
    fc.assert(
      fc.property(fc.array(key, { maxLength: 6 }), (keys) => {
        const { files } = planExtraction(keys.map((each) => ({ key: each, text: each })));
        writeExtraction(path.join(folder, "deep"), files, { force: true });
        expect(fs.readdirSync(base)).toEqual(["out"]);
        expect(fs.readdirSync(folder)).toEqual(["deep"]);
      }),
      { numRuns: 50 },
    );
  });
});
