import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { SMALL_EXPORT, writeParquet } from "../db/build/parquet/fixture.ts";
import { resolveDatabase } from "./database.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "database-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

let folders = 0;
const LONG_AGO = new Date("2020-01-01T00:00:00Z");

/** A folder with a trace of one row and the other files, all older than any database. */
function place(files: Readonly<Record<string, string>> = {}): string {
  const folder = path.join(root, String(folders++));
  fs.mkdirSync(folder);
  for (const [name, text] of Object.entries({ "t.jsonl": '{"trace_key":"a"}\n', ...files })) put(folder, name, text, LONG_AGO);
  return folder;
}

function put(folder: string, name: string, text: string, time: Date): void {
  fs.writeFileSync(path.join(folder, name), text);
  fs.utimesSync(path.join(folder, name), time, time);
}

/** Whether the database had to be built. */
async function builds(folder: string, inputs: readonly string[] = ["t.jsonl"], companions?: boolean): Promise<boolean> {
  let built = false;
  await resolveDatabase({
    db: undefined,
    inputs: inputs.map((input) => path.join(folder, input)),
    out: path.join(folder, "out"),
    skipBadLines: false,
    ...(companions === undefined ? {} : { companions }),
    say: (line) => {
      built ||= line.startsWith("building ");
    },
  });
  return built;
}

const SOON = new Date(Date.now() + 3_600_000);
const beside = { "t.sessions.jsonl": '{"transcript_id":"t"}\n', "t.details.jsonl": '{"trace_key":"a"}\n' };

describe("whether a database is built again", () => {
  it.each<[string, Readonly<Record<string, string>>, (folder: string) => void, boolean]>([
    ["nothing changed", beside, () => {}, false],
    ["the trace changed", {}, (folder) => put(folder, "t.jsonl", "{}\n", SOON), true],
    ["a companion file changed", beside, (folder) => put(folder, "t.sessions.jsonl", "{}\n", SOON), true],
    ["a companion file came, however old", {}, (folder) => put(folder, "t.sessions.jsonl", "{}\n", LONG_AGO), true],
    ["a companion file went", beside, (folder) => fs.rmSync(path.join(folder, "t.details.jsonl")), true],
    ["a file came that is no companion", {}, (folder) => put(folder, "u.sessions.jsonl", "{}\n", SOON), false],
  ])("%s", async (_, files, change, expected) => {
    const folder = place(files);
    expect(await builds(folder)).toBe(true);
    change(folder);
    expect(await builds(folder)).toBe(expected);
  });

  it("companion files are wanted and were not read, or the other way round", async () => {
    const folder = place(beside);
    expect(await builds(folder)).toBe(true);
    expect(await builds(folder, ["t.jsonl"], false)).toBe(true);
    expect(await builds(folder, ["t.jsonl"], false)).toBe(false);
    expect(await builds(folder, ["t.jsonl"], true)).toBe(true);
    expect(await builds(folder)).toBe(false);
  });

  it("a glob also matches companion files", async () => {
    const folder = place(beside);
    expect([await builds(folder, ["*.jsonl"]), await builds(folder, ["*.jsonl"])]).toEqual([true, false]);
  });
});

it("a database of another trace that is named is not replaced", async () => {
  const folder = place({ "u.jsonl": "{}\n" });
  const db = path.join(folder, "named.duckdb");
  const request = { db, out: folder, skipBadLines: false, say: () => {} };
  await resolveDatabase({ ...request, inputs: [path.join(folder, "t.jsonl")] });
  await expect(resolveDatabase({ ...request, inputs: [path.join(folder, "u.jsonl")] })).rejects.toThrow(
    `${db} was built from t.jsonl; leave out --input to use it as it is, or replace it with build-db.`,
  );
});

describe("a database of Parquet files", () => {
  it.each([["pool"], ["pool/*.parquet"]])("given as %s is built again when they change", async (input) => {
    const folder = place();
    await writeParquet(path.join(folder, "pool"), { ...SMALL_EXPORT, "trace_source.parquet": "SELECT '/elsewhere/t.jsonl' AS path" });
    expect([await builds(folder, [input]), await builds(folder, [input])]).toEqual([true, false]);
    expect(fs.existsSync(path.join(folder, "out", "pool.duckdb"))).toBe(true);
    fs.utimesSync(path.join(folder, "pool", "rounds.parquet"), SOON, SOON);
    expect(await builds(folder, [input])).toBe(true);
    fs.rmSync(path.join(folder, "out", "pool.duckdb"));
    expect(await builds(folder, [input])).toBe(true);
    await writeParquet(path.join(folder, "pool"), { "tool_calls-1.parquet": SMALL_EXPORT["tool_calls.parquet"] });
    expect(await builds(folder, [input])).toBe(true);
  });
});

it("a database holds no path, and one of a trace of the same name elsewhere is built again", async () => {
  const [one, two] = [place(), place()];
  fs.appendFileSync(path.join(two, "t.jsonl"), '{"round_index":1}\n');
  const out = path.join(one, "out");
  const say: string[] = [];
  const resolve = (folder: string) =>
    resolveDatabase({ db: undefined, inputs: [path.join(folder, "t.jsonl")], out, skipBadLines: false, say: (line) => say.push(line) });
  const db = await resolve(one);
  expect(fs.readFileSync(db).includes(path.dirname(one))).toBe(false);
  for (const folder of [one, two, two]) await resolve(folder);
  expect(say.filter((line) => line.startsWith("building ")).map((line) => line.includes(two))).toEqual([false, true]);
});

it("two runs at once build a database once", async () => {
  const folder = place();
  const said: string[] = [];
  const request = { db: undefined, inputs: [path.join(folder, "t.jsonl")], out: path.join(folder, "out"), skipBadLines: false };
  const run = () => resolveDatabase({ ...request, say: (line) => said.push(line) });
  const [first, second] = await Promise.all([run(), run()]);
  expect(first).toBe(second);
  expect(said.filter((line) => line.startsWith("building "))).toHaveLength(1);
  expect(said.filter((line) => line.startsWith(`waiting for ${first}, which process ${process.pid} on `))).toHaveLength(1);
});
