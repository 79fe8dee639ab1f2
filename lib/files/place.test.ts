import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { UserError } from "./errors.ts";
import { closedAt, machineProblem, PlaceError, placeProblem } from "./place.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "place-"));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const file = path.join(folder, "a.csv");
const FULL = `No space is left on the disk that holds ${folder}; free some, or give another path with --out.`;
const closed = (reason: string) => `Can't write to ${folder} (${reason}); give another path with --out.`;

/** As Node throws it. */
function systemError(code: string, at?: string): Error {
  return Object.assign(new Error(`${code}: reason, open '${at}'`), { code, path: at });
}

const wrapped = (cause: unknown) => new Error("the query failed", { cause });

describe("a place", () => {
  it.each<[string, unknown, string | null]>([
    ["a full disk", systemError("ENOSPC"), FULL],
    ["a quota that is used up", systemError("EDQUOT"), FULL],
    ["a full disk, in the words of the engine", new Error('IO Error: Could not write file "x": No space left on device'), FULL],
    ["a full disk, from another thread", new Error("ENOSPC: no space left on device, write"), FULL],
    ["a full disk below another error", wrapped(wrapped(systemError("ENOSPC"))), FULL],
    ["a file that may not be written", systemError("EACCES", file), closed("EACCES")],
    ["a disk that is read-only", systemError("EROFS", file), closed("EROFS")],
    ["the same of another folder", systemError("EACCES", "/elsewhere/a.csv"), null],
    ["the same of no known path", systemError("EPERM"), null],
    [
      "the same in the words of the engine",
      new Error(`IO Error: Cannot open file "${file}": Read-only file system`),
      closed(`IO Error: Cannot open file "${file}": Read-only file system`),
    ],
    ["the words of the engine about another folder", new Error('IO Error: Cannot open file "/elsewhere": Permission denied'), null],
    ["a missing file", systemError("ENOENT", file), null],
    ["too many open files", systemError("EMFILE", file), null],
    ["a sentence already made, whatever caused it", new UserError("x", 2, { cause: systemError("EACCES", file) }), null],
    ["a sentence already made of a place", new PlaceError("x"), "x"],
    ["no error at all", "x", null],
  ])("with %s", (_, error, sentence) => {
    const problem = placeProblem(error, folder);
    expect(problem?.message ?? null).toBe(sentence);
    if (problem) expect([problem instanceof PlaceError, problem.exitCode]).toEqual([true, problem.message === "x" ? 2 : 1]);
  });

  it("names the flag for another one", () => {
    expect(placeProblem(systemError("ENOSPC"), folder, "--state")?.message).toMatch(/path with --state\.$/);
    expect(closedAt(folder, systemError("EROFS"), "--db or --out").message).toMatch(/path with --db or --out\.$/);
  });

  it.each<[string, unknown, string]>([
    ["a file in the way of a folder", systemError("ENOTDIR", file), closed("ENOTDIR")],
    ["a full disk", systemError("ENOSPC"), FULL],
    ["a sentence already made", new PlaceError("x"), "x"],
  ])("that cannot be created for %s", (_, error, sentence) => {
    expect(closedAt(folder, error).message).toBe(sentence);
  });
});

it.each<[string, unknown, string | null]>([
  ["a full disk", systemError("ENOSPC"), FULL],
  ["too many open files", systemError("EMFILE", file), `Can't write to ${folder}: EMFILE: reason, open '${file}'`],
  [
    "want of memory",
    new Error("Out of Memory Error: 1 GB\nSQL: SELECT 1"),
    "The database engine has too little memory. Out of Memory Error: 1 GB",
  ],
  ["a failure of the disk", new Error("IO Error: Could not read"), `Can't write to ${folder}: IO Error: Could not read`],
  ["a mistake of ours", new TypeError("x is not a function"), null],
  ["a sentence already made", new UserError("x"), null],
])("the machine refuses for %s", (_, error, sentence) => {
  expect(machineProblem(error, folder)?.message ?? null).toBe(sentence);
});
