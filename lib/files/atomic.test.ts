import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { project } from "../testing/paths.ts";
import { Draft, removeLeftovers, removeLeftoversIn, sync, writeAtomically } from "./atomic.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "atomic-"));
afterAll(() => fs.rmSync(root, { recursive: true }));

let folders = 0;
let folder = "";
beforeEach(() => {
  folder = path.join(root, String(folders++));
  fs.mkdirSync(folder);
});

const at = (...parts: string[]) => path.join(folder, ...parts);
const read = (...parts: string[]) => fs.readFileSync(at(...parts), "utf8");

function folderWith(place: string, file: string): void {
  fs.mkdirSync(place);
  fs.writeFileSync(path.join(place, file), file);
}

describe("a draft", () => {
  it("is hidden in the folder of its target, which is created", () => {
    const draft = new Draft(at("new", "a.csv"));
    expect(path.dirname(draft.path)).toBe(at("new"));
    expect(path.basename(draft.path)).toMatch(/^\.a\.csv\..*\.partial$/);
    expect(fs.readdirSync(at("new"))).toEqual([]);
  });

  it("has a name of its own, also of the same target", () => {
    expect(new Set([new Draft(at("a")).path, new Draft(at("a")).path, new Draft(at("b")).path]).size).toBe(3);
  });

  it.each([true, false])("becomes the file, also where there is one (sync: %s)", (sync) => {
    fs.writeFileSync(at("a"), "old");
    const draft = new Draft(at("a"), { endings: [".wal"] });
    fs.writeFileSync(draft.path, "new");
    fs.writeFileSync(`${draft.path}.wal`, "log");
    draft.publish({ sync });
    expect([fs.readdirSync(folder), read("a")]).toEqual([["a"], "new"]);
  });

  it("becomes the folder, and nothing of an earlier one stays", () => {
    folderWith(at("a"), "old");
    const draft = new Draft(at("a"));
    folderWith(draft.path, "new");
    draft.publish();
    expect([fs.readdirSync(folder), fs.readdirSync(at("a"))]).toEqual([["a"], ["new"]]);
  });

  it("of a file never replaces a folder", () => {
    folderWith(at("a"), "mine");
    const draft = new Draft(at("a"));
    fs.writeFileSync(draft.path, "new");
    expect(() => draft.publish()).toThrow();
    draft.discard();
    expect([fs.readdirSync(folder), fs.readdirSync(at("a"))]).toEqual([["a"], ["mine"]]);
  });

  it("that cannot be published leaves an earlier folder where it was", () => {
    folderWith(at("a"), "old");
    const draft = new Draft(at("a"));
    expect(() => draft.publish()).toThrow("ENOENT");
    expect(fs.readdirSync(at("a"))).toEqual(["old"]);
  });

  it("leaves nothing when it is discarded, also twice", () => {
    const draft = new Draft(at("a"), { endings: [".work"] });
    folderWith(draft.path, "b");
    folderWith(`${draft.path}.work`, "c");
    draft.discard();
    draft.discard();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("goes with its process", async () => {
    const script = `import(${JSON.stringify(project("lib/files/atomic.ts"))}).then(({ Draft }) => {
      require("node:fs").writeFileSync(new Draft(${JSON.stringify(at("a"))}).path, "half");
      console.log(require("node:fs").readdirSync(${JSON.stringify(folder)}).length);
      process.exit(3);
    })`;
    const child = spawn(process.execPath, ["--import", "tsx", "-e", script], { cwd: project(), stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    expect([(await once(child, "close"))[0], said, fs.readdirSync(folder)]).toEqual([3, "1\n", []]);
  });
});

describe("leftovers", () => {
  const deadPid = spawnSync(process.execPath, ["-e", ""]).pid;

  /** Leaves what another process would have made. Returns its names. */
  function leave(target: string, { pid = deadPid, host }: { readonly pid?: number; readonly host?: string } = {}): string[] {
    const name = path.basename(new Draft(target).path);
    const [, front, ownHost, rest] = /^(.*)\.([^.]+)\.\d+(-\d+-\d+\.partial)$/.exec(name) as unknown as string[];
    const other = `${front}.${host ?? ownHost}.${pid}${rest}`;
    fs.writeFileSync(at(other), "half");
    fs.writeFileSync(at(`${other}.wal`), "half");
    folderWith(at(`${other}.earlier`), "half");
    return [other, `${other}.earlier`, `${other}.wal`];
  }

  it.each([
    ["of a dead process of this host are removed", {}, true],
    ["of a living process of this host stay", { pid: process.ppid }, false],
    ["of another host stay, whatever runs here", { host: "elsewhere" }, false],
  ])("%s", (_, of, removed) => {
    const left = leave(at("a.duckdb"), of);
    removeLeftovers(at("a.duckdb"));
    expect(fs.readdirSync(folder)).toEqual(removed ? [] : left);
  });

  it("are removed by the next draft of the same target, unless that is not to look for them", () => {
    const left = leave(at("a"));
    new Draft(at("a"), { tidy: false });
    expect(fs.readdirSync(folder)).toEqual(left);
    new Draft(at("a"));
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it("of other targets stay, unless all are meant", () => {
    const left = leave(at("a.duckdb"));
    fs.writeFileSync(at(".hidden.partial"), "mine");
    for (const other of ["duckdb", "b.duckdb", "a", "a.duckdb.x"]) removeLeftovers(at(other));
    expect(fs.readdirSync(folder)).toEqual([...left, ".hidden.partial"].sort());
    removeLeftoversIn(folder);
    expect(fs.readdirSync(folder)).toEqual([".hidden.partial"]);
  });

  it("of a folder that is not there are none", () => {
    expect(() => removeLeftovers(at("nowhere", "a"))).not.toThrow();
  });
});

it("a file that is written atomically replaces another and creates its folder", () => {
  writeAtomically(at("b", "a"), "old");
  writeAtomically(at("b", "a"), new Uint8Array([110, 101, 119]));
  expect([fs.readdirSync(at("b")), read("b", "a")]).toEqual([["a"], "new"]);
});

it("files and folders can be synced, more than are open at a time", async () => {
  const files = Array.from({ length: 130 }, (_, i) => at(String(i)));
  for (const file of files) fs.writeFileSync(file, "a");
  await sync([...files, folder]);
  await expect(sync([at("nowhere")])).rejects.toThrow("ENOENT");
});
