import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepOutOfGit } from "./gitignore.ts";

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "gitignore-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const put = (name: string, text = "") => fs.writeFileSync(path.join(folder, name), text);
const text = () => fs.readFileSync(path.join(folder, ".gitignore"), "utf8");
const keepOut = (names?: string[]) => keepOutOfGit({ folder, flag: "--output", ...(names ? { names } : {}) });

describe("lines of .gitignore", () => {
  it.each<[what: string, before: Record<string, string>, names: string[] | undefined, text: string, changes: boolean]>([
    ["everything in a folder that is all private", { "a.txt": "" }, undefined, "*\n", false],
    ["everything in an empty folder", {}, ["rounds.jsonl"], "*\n", false],
    ["everything next to nothing else", { "rounds.jsonl": "", ".x.host.1-0-0.partial": "" }, ["rounds.jsonl"], "*\n", false],
    [
      "the names next to other files",
      { "a.txt": "" },
      ["rounds.jsonl", "rounds.jsonl.state"],
      "/rounds.jsonl\n/rounds.jsonl.state\n",
      false,
    ],
    ["what an earlier file lacks", { ".gitignore": "dist\n/rounds.jsonl" }, ["rounds.jsonl", "b"], "dist\n/rounds.jsonl\n/b\n", true],
    ["nothing where all is ignored", { ".gitignore": "*\n" }, ["rounds.jsonl"], "*\n", false],
    ["names with characters of patterns", { "a.txt": "" }, ["my [a]*?.jsonl"], "/my\\ \\[a\\]\\*\\?.jsonl\n", false],
  ])("%s", (_, before, names, after, changes) => {
    for (const [name, content] of Object.entries(before)) put(name, content);
    expect(keepOut(names)).toBe(changes);
    expect(text()).toBe(after);
    expect(keepOut(names)).toBe(false);
    expect(text()).toBe(after);
  });

  it("git ignores the names and nothing else", () => {
    const names = ["rounds.jsonl", "my [a]*?.jsonl", "#x", "!y"];
    for (const name of [...names, "a.txt"]) put(name);
    keepOut(names);
    const git = (...words: string[]) => spawnSync("git", words, { cwd: folder, encoding: "utf8" });
    git("init", "-q");
    expect(git("status", "--short", "--untracked-files=all").stdout).toBe("?? .gitignore\n?? a.txt\n");
  });
});
