import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { claudeTurn, codexHeader, codexTurn, Home, outputTexts, PROJECT } from "./fixture.ts";

const A = "11111111-1111-4111-8111-111111111111";
const B = "22222222-2222-4222-8222-222222222222";
const THREAD = "019b7000-0000-7000-8000-000000000000";
const TURN = "019b7000-0001-7000-8000-000000000000";

let home: Home;
let archive: string;
beforeEach(() => {
  home = new Home();
  archive = path.join(home.root, "archive");
});
afterEach(() => home.remove());

const archived = (session: string) => path.join(archive, "home", ".claude", "projects", PROJECT, `${session}.jsonl`);
const keys = () => home.rows().map((row) => row.round_id);

it("keeps what the agent deletes, and counts it once", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  home.write(home.claude(B), claudeTurn("b", 0));
  home.write(home.codex(THREAD), [codexHeader(THREAD, 0), ...codexTurn(TURN, 1, 100)]);
  const first = await home.collect({ archive });
  expect(first.archive).toMatchObject({ copied: 3, appended: 0, versions: 0, kept: 0, problems: [] });
  const before = home.rows();
  fs.rmSync(home.claude(A));
  fs.rmSync(home.codex(THREAD));
  const second = await home.collect({ archive });
  expect(second.archive).toMatchObject({ copied: 0, appended: 0, versions: 0, bytes: 0, kept: 2 });
  expect(second.reading.gone).toBe(0);
  expect(second.providers.claude).toMatchObject({ rows: 2, duplicates: 0 });
  const byKey = (rows: typeof before) => [...rows].sort((a, b) => (a.trace_key < b.trace_key ? -1 : 1));
  expect(byKey(home.rows())).toEqual(byKey(before));
  expect(await home.collect({ archive })).toMatchObject({ written: "unchanged" });
  expect(outputTexts(home.output)).toEqual(await home.collectAfresh({ archive }));
});

it("appends what grew, and finishes an interrupted copy", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  await home.collect({ archive });
  home.append(home.claude(A), claudeTurn("a2", 10));
  expect((await home.collect({ archive })).archive).toMatchObject({ copied: 0, appended: 1, versions: 0, kept: 0 });
  expect(fs.readFileSync(archived(A))).toEqual(fs.readFileSync(home.claude(A)));
  fs.truncateSync(archived(A), 300);
  expect((await home.collect({ archive })).archive).toMatchObject({ appended: 1, versions: 0 });
  expect(fs.readFileSync(archived(A))).toEqual(fs.readFileSync(home.claude(A)));
});

it("keeps both versions of what was rewritten, and reads the older one for what only it has", async () => {
  home.write(home.claude(A), [...claudeTurn("both", 0), ...claudeTurn("old", 10)]);
  await home.collect({ archive });
  home.write(home.claude(A), [...claudeTurn("both", 0, 99), ...claudeTurn("new", 10)]);
  const report = await home.collect({ archive });
  expect(report.archive).toMatchObject({ versions: 1, kept: 1 });
  expect(fs.existsSync(`${archived(A)}.2`)).toBe(true);
  expect(keys()).toEqual(["msg_both", "msg_new", "msg_old"]);
  expect(home.rows().map((row) => row.session_id)).toEqual(Array(3).fill(`claude:${A}`));
  expect(home.rows()[0]?.claude_uncached_input_tokens).toBe(99);
  home.append(home.claude(A), claudeTurn("newer", 20));
  expect((await home.collect({ archive })).archive).toMatchObject({ appended: 1, versions: 0, kept: 1 });
  fs.rmSync(home.claude(A));
  expect((await home.collect({ archive })).archive).toMatchObject({ kept: 2 });
  expect(keys()).toEqual(["msg_both", "msg_new", "msg_newer", "msg_old"]);
  expect(home.rows().map((row) => row.session_file)).toEqual(Array(4).fill(home.claude(A)));
});

it("is enough when the home has nothing left, and respects filters", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  home.write(home.claude(B, ".claude", "-home-user-other"), claudeTurn("b", 0));
  home.write(home.codex(THREAD), [codexHeader(THREAD, 0), ...codexTurn(TURN, 1, 100)]);
  await home.collect({ archive });
  fs.rmSync(path.join(home.folder, ".claude"), { recursive: true });
  fs.rmSync(path.join(home.folder, ".codex"), { recursive: true });
  await home.collect({ archive });
  expect(home.rows()).toHaveLength(3);
  await home.collect({ archive, projects: ["other"], provider: "claude" });
  expect(keys()).toEqual(["msg_b"]);
  await home.collect({ archive, provider: "codex" });
  expect(home.rows().map((row) => row.provider)).toEqual(["codex"]);
});

it("a rollout that is packed or moved is not read from the archive as well", async () => {
  const { gzipSync } = await import("node:zlib");
  home.write(home.codex(THREAD), [codexHeader(THREAD, 0), ...codexTurn(TURN, 1, 100)]);
  await home.collect({ archive });
  home.write(`${home.codex(THREAD)}.gz`, gzipSync(fs.readFileSync(home.codex(THREAD))));
  fs.rmSync(home.codex(THREAD));
  expect((await home.collect({ archive })).archive).toMatchObject({ copied: 1, kept: 0 });
  expect(home.rows()).toHaveLength(1);
});

it("homes of the same name have folders of their own", async () => {
  const other = new Home(path.join(home.root, "elsewhere"));
  home.write(home.claude(A), claudeTurn("a", 0));
  other.write(other.claude(A), claudeTurn("other", 0));
  await home.collect({ archive, homes: [home.folder, other.folder] });
  expect(fs.readFileSync(archived(A), "utf8")).toContain("msg_a");
  expect(fs.readFileSync(archived(A).replace("/home/", "/home.2/"), "utf8")).toContain("msg_other");
  fs.rmSync(home.claude(A));
  fs.rmSync(other.claude(A));
  await home.collect({ archive, homes: [home.folder, other.folder] });
  expect(home.rows().map((row) => [row.home, row.round_id])).toEqual([
    [home.folder, "msg_a"],
    [other.folder, "msg_other"],
  ]);
});

it("can be read as a home itself", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  await home.collect({ archive });
  await home.collect({ homes: [path.join(archive, "home")] });
  expect(keys()).toEqual(["msg_a"]);
});

it("may not be where transcripts are looked for", async () => {
  home.write(home.claude(A), claudeTurn("a", 0));
  await expect(home.collect({ archive: path.join(home.folder, ".claude", "projects", "archive") })).rejects.toThrow(
    /--archive .* elsewhere/,
  );
});
