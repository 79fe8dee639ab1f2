import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../db/build/build.ts";
import { type ExportManifest, MANIFEST_FILE, readManifest } from "../db/build/parquet/manifest.ts";
import { Pool } from "../db/open/pool.ts";
import { quoteLiteral } from "../db/sql.ts";
import { known } from "../stats/known.ts";
import { call } from "../testing/call.ts";
import { fingerprintOf } from "../testing/runs.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { exportPool } from "./export.ts";

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "export-shards-")));
afterAll(() => fs.rmSync(root, { recursive: true }));

let places = 0;
const place = (ending = "") => path.join(root, `${places++}${ending}`);

/** A step of each session. */
async function traced(sessions: readonly string[]): Promise<string> {
  const trace = place(".jsonl");
  const lines = sessions.map((session_id, round_index) => ({
    provider: "claude",
    session_id,
    round_index,
    tools: [{ tool_name: "Bash" }],
  }));
  fs.writeFileSync(trace, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return (await buildDatabase({ inputs: [trace], db: place(".duckdb"), threads: 1 })).db;
}

async function exported(db: string, shards: number): Promise<string> {
  const out = place();
  await exportPool({ db, out, format: "parquet", shards, threads: 2 });
  return out;
}

async function sessionsIn(files: readonly string[]): Promise<string[]> {
  const instance = await DuckDBInstance.create(":memory:");
  try {
    const connection = await instance.connect();
    const list = files.map(quoteLiteral).join(", ");
    const read = await connection.runAndReadAll(`SELECT DISTINCT session_id FROM read_parquet([${list}]) ORDER BY 1`);
    return read.getRows().map(([session]) => String(session));
  } finally {
    instance.closeSync();
  }
}

const manifestOf = (folder: string): ExportManifest => known(readManifest(folder) ?? undefined);

/** Hash by file. */
function hashesOf(folder: string, table = "rounds"): Map<string, string> {
  return new Map(manifestOf(folder).tables[table]?.files.map(({ file, sha256 }) => [file, sha256]));
}

describe("an export in shards", () => {
  it("has helpers with their parents and says what each file holds", async () => {
    const folder = await exported(await traced(["a", "b", "c", "a/subagents/x", "d", "a/subagents/y", "e"]), 3);
    const { shards, accounting, tables } = manifestOf(folder);
    expect({ shards, accounting }).toEqual({ shards: 3, accounting: "published" });
    const files = known(tables.rounds).files;
    expect(files.map(({ file, shard }) => [file, shard])).toEqual([0, 1, 2].map((i) => [`rounds/shard-${i}.parquet`, i]));
    const inShards = await Promise.all(files.map(({ file }) => sessionsIn([path.join(folder, file)])));
    expect(inShards.flat().sort()).toEqual(["a", "a/subagents/x", "a/subagents/y", "b", "c", "d", "e"]);
    expect(inShards.find((sessions) => sessions.includes("a"))).toEqual(expect.arrayContaining(["a/subagents/x", "a/subagents/y"]));
    for (const { file, bytes } of files) expect(fs.statSync(path.join(folder, file)).size).toBe(bytes);
  });

  it("of a pool that grew keeps the bytes of shards without a new session", async () => {
    const sessions = ["a", "b", "c", "d", "e", "f", "g"];
    const before = hashesOf(await exported(await traced(sessions), 8));
    const after = hashesOf(await exported(await traced([...sessions, "new"]), 8));
    expect([...after].filter(([file, hash]) => before.get(file) !== hash)).toHaveLength(1);
  });

  it("is the same pool, and build-db makes the same database of it", async () => {
    const db = await sampleDatabase();
    const folder = await exported(db, 5);
    const again = (await buildDatabase({ inputs: [folder], db: place(".duckdb"), threads: 2 })).db;
    const whole = await fingerprintOf(db);
    expect(manifestOf(folder).fingerprint).toBe(whole);
    expect(await fingerprintOf(folder)).toBe(whole);
    expect(await fingerprintOf(again)).toBe(whole);
  });

  it("may have more shards than sessions", async () => {
    const pool = await Pool.open(await exported(await traced(["a"]), 9));
    expect((await pool.summary()).rounds).toBe(1);
    pool.close();
  });
});

describe("a folder that is not as it was written is refused", () => {
  const FILE = "rounds/shard-1.parquet";

  it.each<[string, (folder: string) => unknown, RegExp]>([
    [
      "a file is cut",
      (folder) => fs.truncateSync(path.join(folder, FILE), 100),
      /rounds\/shard-1\.parquet has 100 bytes, not \d+: the mani/,
    ],
    [
      "a file is missing",
      (folder) => fs.rmSync(path.join(folder, FILE)),
      /^UserError: \d+\/rounds\/shard-1\.parquet is missing: the manifest/,
    ],
    [
      "a file is not Parquet",
      (folder) => overwrite(folder, Buffer.alloc(bytesOf(folder), "x")),
      /^UserError: The Parquet files of rounds can't/,
    ],
    ["a file has other columns", (folder) => otherColumns(folder), /shard-1\.parquet has other columns than .*shard-0\.parquet: .* Export/],
    [
      "the schema is a later one",
      (folder) => change(folder, { schemaVersion: 99 }),
      /is of schema version 99, and this program reads up to/,
    ],
    ["files are CSV", (folder) => change(folder, { format: "csv" }), /is an export of csv files, which --db can't read\. Export it with/],
    ["a file is elsewhere", (folder) => change(folder, { tables: elsewhere }), /manifest\.json does not list tables and files of this fol/],
  ])("%s", async (_, damage, expected) => {
    const folder = await exported(await traced(["a", "b", "c"]), 2);
    await damage(folder);
    const opened = Pool.open(folder).then(
      (pool) => pool.close(),
      (error: Error) => `${error.name}: ${error.message.replaceAll(`${root}/`, "")}`,
    );
    expect(await opened).toMatch(expected);
  });

  const elsewhere = { rounds: { rows: 1, files: [{ file: "../rounds.parquet", rows: 1, bytes: 1, sha256: "" }] } };

  const bytesOf = (folder: string) => fs.statSync(path.join(folder, FILE)).size;

  function overwrite(folder: string, bytes: Uint8Array): void {
    fs.writeFileSync(path.join(folder, FILE), bytes);
  }

  function change(folder: string, changes: object): void {
    fs.writeFileSync(path.join(folder, MANIFEST_FILE), JSON.stringify({ ...manifestOf(folder), ...changes }));
  }

  /** As if a file of another version were among them, and the manifest were right. */
  async function otherColumns(folder: string): Promise<void> {
    const file = path.join(folder, FILE);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    await connection.run(`COPY (SELECT 1::BIGINT AS round_pk) TO ${quoteLiteral(file)} (FORMAT parquet)`);
    instance.closeSync();
    const { tables } = manifestOf(folder);
    const files = known(tables.rounds).files.map((one) => (one.file === FILE ? { ...one, bytes: bytesOf(folder) } : one));
    change(folder, { tables: { ...tables, rounds: { rows: 3, files } } });
  }
});

it.each([
  [["--format", "csv"], "--shards divides Parquet files by conversation; leave out --format csv, or leave out --shards."],
  [["--partition", "model"], "--shards divides Parquet files by conversation; leave out --partition, or leave out --shards."],
])("--shards with %j is refused", async (words, expected) => {
  const { status, stderr } = await call("export", "--db", await sampleDatabase(), "--out", place(), "--shards", "2", ...words);
  expect(status).toBe(2);
  expect(stderr).toContain(expected);
});
