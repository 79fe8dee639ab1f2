/** Databases that a stranger may send: none of them reads a file of this computer, and each is refused in one sentence. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { main } from "../../cli/main.ts";
import { makeDatabase } from "../../testing/database.ts";
import { hasShared, shared } from "../../testing/paths.ts";
import { quoteLiteral } from "../sql.ts";
import { databaseFiles, NodeEngine } from "./connection.ts";
import { Pool } from "./pool.ts";

const CANARY = "canary-7f3a";
let folder: string;
let canary: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "hostile-"));
  canary = path.join(folder, "canary.txt");
  fs.writeFileSync(canary, CANARY);
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A pool with one step, changed by statements in which CANARY stands for the path of a private file. */
async function database(name: string, ...changes: string[]): Promise<string> {
  const statements = [
    "CREATE TABLE rounds AS SELECT 1::BIGINT AS round_pk, 'codex' AS provider, 's' AS session_id",
    "CREATE TABLE tool_calls AS SELECT 1::BIGINT AS round_pk, 'Bash' AS tool_name",
    "CREATE TABLE timing_events AS SELECT 1::BIGINT AS round_pk, 'text' AS event_type",
    ...changes,
  ];
  const file = path.join(folder, `${name.replaceAll(/\W/g, "-")}.duckdb`);
  return makeDatabase(file, ...statements.map((sql) => sql.replaceAll("CANARY", canary)));
}

function open(file: string): Promise<Pool> {
  return Pool.open(file, { threads: 1 });
}

const REPLACED = "DROP TABLE tool_calls";
const READS = "CREATE MACRO readings() AS TABLE SELECT 1::BIGINT AS round_pk, content AS tool_name FROM read_text('CANARY')";

describe("a database is refused before a query on its tables runs when it holds", () => {
  it.each<[string, string[], string]>([
    [
      "a view over a file",
      [REPLACED, "CREATE VIEW tool_calls AS SELECT 1::BIGINT AS round_pk, content AS tool_name FROM read_text('CANARY')"],
      "the view tool_calls",
    ],
    ["a view over a macro", [REPLACED, READS, "CREATE VIEW tool_calls AS FROM readings()"], "the table macro readings"],
    [
      "a view over a folder",
      [REPLACED, "CREATE VIEW tool_calls AS SELECT 1::BIGINT AS round_pk, file AS tool_name FROM glob('CANARY*')"],
      "the view tool_calls",
    ],
    ["a view of another name", ["CREATE VIEW helper AS FROM rounds"], "the view helper"],
    ["a macro named like a function", ["CREATE MACRO sum(x) AS 7"], "the macro sum"],
    ["a table macro named like a reader", ["CREATE MACRO read_json(x) AS TABLE FROM read_text('CANARY')"], "the table macro read_json"],
    ["a schema of its own", ["CREATE SCHEMA other", "CREATE TABLE other.rounds AS FROM rounds"], "the schema other"],
    ["a type of its own", ["CREATE TYPE mood AS ENUM ('a', 'b')"], "the type mood"],
    ["a type named like ours", ["CREATE TYPE JSON AS INTEGER[]", "ALTER TABLE rounds ADD COLUMN model JSON"], "the type JSON"],
    [
      "a computed column",
      [REPLACED, "CREATE TABLE tool_calls (round_pk BIGINT, tool_name VARCHAR AS (concat('x', round_pk)))"],
      "column tool_name of tool_calls is computed",
    ],
    [
      "a computed column that we don't know",
      [REPLACED, "CREATE TABLE tool_calls (round_pk BIGINT, mine BIGINT AS (round_pk + 1))"],
      "column mine of tool_calls is computed",
    ],
    [
      "a default that is an expression",
      ["ALTER TABLE rounds ALTER provider SET DEFAULT concat('a', random())"],
      "column provider of rounds is computed",
    ],
    [
      "a check",
      ["CREATE TABLE sessions (transcript_id VARCHAR CHECK (transcript_id <> 'x'))"],
      "constraint sessions_transcript_id_check of sessions is computed",
    ],
    ["an index over an expression", ["CREATE INDEX upper_case ON rounds (upper(provider))"], "index upper_case of rounds is computed"],
    ["a column named like the position of a row", ["ALTER TABLE rounds ADD COLUMN rowid BIGINT"], "column rowid of rounds is named like"],
    ["an enumeration", ["ALTER TABLE rounds ADD COLUMN model ENUM('a', 'b')"], "column model of rounds is ENUM('a', 'b'), not VARCHAR"],
    ["a structure", ["ALTER TABLE rounds ADD COLUMN model STRUCT(a VARCHAR)"], "column model of rounds is STRUCT(a VARCHAR), not VARCHAR"],
    ["a list", ["ALTER TABLE rounds ADD COLUMN model VARCHAR[]"], "column model of rounds is VARCHAR[], not VARCHAR"],
    ["bytes", ["ALTER TABLE rounds ADD COLUMN model BLOB"], "column model of rounds is BLOB, not VARCHAR"],
    [
      "a table without its key",
      [REPLACED, "CREATE TABLE tool_calls AS SELECT 'Bash' AS tool_name"],
      "has no table tool_calls with a round_pk column",
    ],
    ["a name that steers a terminal", ['CREATE VIEW "\u001b[2J\u202e" AS FROM rounds'], "the view \\u{1b}[2J\\u{202e}"],
    ["a name that fills the screen", [`CREATE VIEW "${"x".repeat(100_000)}" AS FROM rounds`], `the view ${"x".repeat(80)}…. A database`],
  ])("%s", async (name, changes, message) => {
    const file = await database(name, ...changes);
    const error = await open(file).then(
      (pool) => pool.close(),
      (error: Error) => error.message,
    );
    expect(error).toContain(message);
    expect(error).toContain(path.basename(file));
    expect(error).not.toContain(CANARY);
    expect(error).not.toContain("\n");
  });
});

it("no command reads a database that is refused", async () => {
  const said: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text) => {
      said.push(String(text));
      return true;
    });
  const db = await database("commands", REPLACED, READS, "CREATE VIEW tool_calls AS FROM readings()");
  const out = path.join(folder, "out");
  for (const words of [
    ["--only", "tool_call_counts"],
    ["validate", "--only", "tool_duplicate_audit"],
    ["export", "--format", "csv"],
  ])
    expect(await main([...words, "--db", db, "--out", out])).toBe(2);
  vi.restoreAllMocks();
  expect(said.filter((line) => line.includes("commands.duckdb is refused: it holds the table macro readings"))).toHaveLength(3);
  expect(said.filter((line) => line.includes(CANARY))).toEqual([]);
  const written = fs.existsSync(out) ? fs.readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()) : [];
  expect(written.filter(({ parentPath, name }) => fs.readFileSync(path.join(parentPath, name), "utf8").includes(CANARY))).toEqual([]);
});

it("a database may have tables, columns, keys and indexes of its own, which are not read", async () => {
  const file = await database(
    "plausible",
    "CREATE TABLE notes (noted TIMESTAMP DEFAULT now(), note VARCHAR CHECK (note <> ''))",
    "ALTER TABLE rounds ADD COLUMN labels STRUCT(a INTEGER)[]",
    "ALTER TABLE rounds ADD PRIMARY KEY (round_pk)",
    "ALTER TABLE tool_calls ALTER tool_name SET NOT NULL",
    "CREATE INDEX by_tool ON tool_calls (tool_name)",
    "CREATE TABLE sessions (transcript_id VARCHAR UNIQUE)",
    "CREATE TABLE round_details (round_pk BIGINT REFERENCES rounds (round_pk))",
  );
  const link = path.join(folder, "link.duckdb");
  fs.symlinkSync(file, link);
  for (const name of [file, link]) {
    const pool = await open(name);
    expect(await pool.rows("SELECT provider, tool_name FROM rounds JOIN tool_calls USING (round_pk)")).toEqual([
      { provider: "codex", tool_name: "Bash" },
    ]);
    await expect(pool.rows("SELECT * FROM notes")).rejects.toThrow("notes does not exist");
    pool.close();
  }
});

describe("what a stopped program left in the log next to a database", () => {
  const LEFT = ["CHECKPOINT", "PRAGMA disable_checkpoint_on_shutdown"];

  it("is read, also through a link", async () => {
    const file = await database("log", ...LEFT, "INSERT INTO rounds VALUES (2, 'claude', 's')");
    expect(fs.existsSync(`${file}.wal`)).toBe(true);
    const link = path.join(folder, "log-link.duckdb");
    fs.symlinkSync(file, link);
    for (const name of [file, link]) {
      const pool = await open(name);
      expect(await pool.rows("SELECT provider FROM rounds ORDER BY round_pk")).toEqual([{ provider: "codex" }, { provider: "claude" }]);
      pool.close();
    }
  });

  it("is refused as in the database itself", async () => {
    const view = "CREATE VIEW tool_calls AS SELECT 1::BIGINT AS round_pk, content AS tool_name FROM read_text('CANARY')";
    const file = await database("log-code", ...LEFT, REPLACED, view);
    await expect(open(file)).rejects.toThrow("log-code.duckdb is refused: it holds the view tool_calls");
  });
});

describe.skipIf(!hasShared)("the published database", () => {
  it("opens", async () => {
    const pool = await open(shared("data", "pool-a.reference.duckdb"));
    expect(await pool.rows("SELECT count(*) AS steps FROM rounds")).toEqual([{ steps: 13106 }]);
    pool.close();
  });
});

/** What SQL could do if code of a stranger did run after all. */
describe("the engine refuses", () => {
  let engine: NodeEngine;
  beforeAll(async () => {
    const hostile = await database("fenced", READS, "CREATE VIEW reader AS FROM readings()");
    await database("other");
    engine = await NodeEngine.create({ threads: 1, tempDirectory: path.join(folder, "spill") }, databaseFiles(hostile));
    await engine.run(`ATTACH ${quoteLiteral(hostile)} AS pool (READ_ONLY)`);
  });
  afterAll(() => engine.close());

  const EXTERNAL = /file system operations are disabled|external extensions is disabled/;
  const LOCKED = /the configuration has been locked/;
  const OUTSIDE = "'FOLDER/spill/../";
  it.each<[string, string, RegExp]>([
    ["a view over a file", "FROM pool.reader", EXTERNAL],
    ["a macro over a file", "FROM pool.readings()", EXTERNAL],
    ["read_text", `FROM read_text(${OUTSIDE}canary.txt')`, EXTERNAL],
    ["read_csv", `FROM read_csv(${OUTSIDE}canary.txt')`, EXTERNAL],
    ["read_json", `FROM read_json(${OUTSIDE}canary.txt')`, EXTERNAL],
    ["read_parquet", `FROM read_parquet(${OUTSIDE}canary.txt')`, EXTERNAL],
    ["parquet_metadata", `FROM parquet_metadata(${OUTSIDE}canary.txt')`, EXTERNAL],
    ["glob", `FROM glob(${OUTSIDE}*')`, EXTERNAL],
    ["a file as a table", `FROM ${OUTSIDE}canary.txt'`, /does not exist/],
    ["COPY to a file", `COPY (SELECT 1) TO ${OUTSIDE}out.csv'`, EXTERNAL],
    ["COPY from a file", `CREATE TABLE t (a VARCHAR); COPY t FROM ${OUTSIDE}canary.txt'`, EXTERNAL],
    ["EXPORT", `EXPORT DATABASE pool TO ${OUTSIDE}exported'`, EXTERNAL],
    ["IMPORT", `IMPORT DATABASE ${OUTSIDE}imported'`, EXTERNAL],
    ["another database", `ATTACH ${OUTSIDE}other.duckdb'`, EXTERNAL],
    ["a new database", `ATTACH ${OUTSIDE}new.duckdb'`, EXTERNAL],
    ["INSTALL", "INSTALL httpfs", EXTERNAL],
    ["LOAD", "LOAD httpfs", EXTERNAL],
    ["LOAD of a file", `LOAD ${OUTSIDE}x.duckdb_extension'`, EXTERNAL],
    ["a function of an extension", "FROM read_xlsx('x.xlsx')", /read_xlsx/],
    ["an address", "FROM read_csv('https://example.org/x.csv')", /file system operations are disabled|httpfs/],
    ["a secret that stays", "CREATE PERSISTENT SECRET s (TYPE http)", /Persistent secrets are/],
    ["the profile as a file", `PRAGMA profiling_output = ${OUTSIDE}profile.json'`, LOCKED],
    ["more folders", "SET allowed_directories = ['/']", LOCKED],
    ["more files", "SET allowed_paths = ['/etc/passwd']", LOCKED],
    ["external access", "SET enable_external_access = true", LOCKED],
    ["unlocking", "SET lock_configuration = false", LOCKED],
    ["unlocking by RESET", "RESET lock_configuration", LOCKED],
    ["another place for spilling", `SET temp_directory = ${OUTSIDE}'`, LOCKED],
    ["more memory", "SET memory_limit = '1TB'", LOCKED],
    ["another time zone", "SET TimeZone = 'Asia/Tokyo'", LOCKED],
    ["unsigned extensions", "SET allow_unsigned_extensions = true", LOCKED],
  ])("%s", async (_, sql, message) => {
    const before = fs.readdirSync(folder);
    await expect(engine.run(sql.replaceAll("FOLDER", folder))).rejects.toThrow(message);
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  it("nothing of what it needs itself", async () => {
    const file = path.join(folder, "written.csv");
    await engine.writeFile(file, (place) => engine.run(`COPY (SELECT round_pk FROM pool.main.rounds) TO ${quoteLiteral(place)} (HEADER)`));
    expect(fs.readFileSync(file, "utf8")).toBe("round_pk\n1\n");
    expect(await engine.rows("SELECT current_setting('TimeZone') AS zone")).toEqual([{ zone: "UTC" }]);
  });
});
