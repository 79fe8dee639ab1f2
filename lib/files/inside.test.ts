import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { areFilesOf, inside, isPathBelow, isSegment, readInside } from "./inside.ts";

let folder: string;
let root: string;
let outside: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "inside-"));
  root = path.join(folder, "root");
  outside = path.join(folder, "outside");
  fs.mkdirSync(path.join(root, "a", "b"), { recursive: true });
  fs.mkdirSync(outside);
  fs.writeFileSync(path.join(outside, "canary.txt"), "SECRET");
  fs.writeFileSync(path.join(root, "a", "text.txt"), "ours");
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("names of files", () => {
  it.each([
    ["table.csv", true],
    [".leaving.json", true],
    ["...", true],
    ["café-日本.png", true],
    ["", false],
    [".", false],
    ["..", false],
    ["a/b", false],
    ["a\\b", false],
    ["/etc/passwd", false],
    ["C:\\x", false],
    ["nul\0byte", false],
    ["line\nfeed", false],
    ["right\u202eto-left", false],
    ["x".repeat(256), false],
    [null, false],
    [["a"], false],
  ])("%j: %s", (name, expected) => expect(isSegment(name)).toBe(expected));

  it.each([
    ["a/b/c.csv", true],
    ["a//b", false],
    ["/a", false],
    ["a/", false],
    ["a/../../b", false],
    [7, false],
  ])("path %j: %s", (name, expected) => expect(isPathBelow(name)).toBe(expected));
});

describe("places below a folder", () => {
  it.each(["../outside/canary.txt", "a/../../outside/canary.txt", "/etc/passwd", "..", ""])("refuses %j", (name) =>
    expect(() => inside(root, name)).toThrow(/is not the name of a file in that folder/),
  );

  it.each([
    ["a link to a file", "leak.txt", () => fs.symlinkSync(path.join(outside, "canary.txt"), path.join(root, "leak.txt"))],
    ["a link to a folder on the way", "door/canary.txt", () => fs.symlinkSync(outside, path.join(root, "door"))],
    ["a link that leads nowhere", "nowhere", () => fs.symlinkSync(path.join(outside, "new.txt"), path.join(root, "nowhere"))],
    ["a link that stays below", "near", () => fs.symlinkSync(path.join(root, "a"), path.join(root, "near"))],
  ])("refuses %s", (_, name, make) => {
    make();
    expect(() => inside(root, name)).toThrow(/is a link, and links below/);
    expect(() => readInside(root, name)).toThrow(/is a link/);
    expect(areFilesOf(root, [name])).toBe(false);
  });

  it("follows a link that is the folder itself", () => {
    const door = path.join(folder, "door");
    fs.symlinkSync(root, door);
    expect(readInside(door, "a/text.txt")).toBe("ours");
  });

  it("reads files, and null where there is none", () => {
    expect(readInside(root, "a/text.txt")).toBe("ours");
    expect(readInside(root, "a/none.txt")).toBeNull();
    expect(areFilesOf(path.join(root, "a"), ["text.txt", "none.txt"])).toBe(true);
    expect(areFilesOf(root, ["a"])).toBe(false);
  });

  it.skipIf(process.platform === "win32")("doesn't wait for a pipe", () => {
    execFileSync("mkfifo", [path.join(root, "pipe")]);
    expect(() => readInside(root, "pipe")).toThrow(/is not a file/);
    expect(areFilesOf(root, ["pipe"])).toBe(false);
  });

  it("never reaches what is outside, whatever the names and links", () => {
    const segment = fc.constantFrom("a", "b", "..", ".", "", "link", "door", "canary.txt", "outside", "text.txt");
    const name = fc.array(segment, { maxLength: 6 }).map((segments) => segments.join("/"));
    const link = fc.record({
      at: fc.constantFrom("link", "a/link", "a/b/link", "door", "a/door"),
      to: fc.constantFrom("..", "../outside", "../../outside", "../outside/canary.txt", "../../outside/canary.txt", "a", "link"),
    });
    fc.assert(
      fc.property(fc.array(link, { maxLength: 3 }), fc.array(name, { maxLength: 10 }), (links, names) => {
        const tree = fs.mkdtempSync(path.join(root, "tree-"));
        fs.mkdirSync(path.join(tree, "a", "b"), { recursive: true });
        fs.cpSync(outside, path.join(tree, "..", "outside"), { recursive: true });
        for (const { at, to } of links)
          try {
            fs.symlinkSync(to, path.join(tree, at));
          } catch {
            // Two links in one place.
          }
        for (const each of names)
          try {
            const place = inside(tree, each);
            const real = fs.existsSync(place) ? fs.realpathSync(place) : place;
            expect(path.relative(fs.realpathSync(tree), real).startsWith("..")).toBe(false);
            expect(readInside(tree, each)).not.toBe("SECRET");
          } catch (error) {
            expect(String(error)).toMatch(/is a link|not the name|is not a file|ENOTDIR/);
          }
      }),
      { numRuns: 200 },
    );
  });
});
