/** Statements that try to get out of the fence, each refused or harmless, with the time and memory of the process held. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../../db/build/build.ts";
import { messageOf } from "../../files/errors.ts";
import { known } from "../../stats/known.ts";
import { tracedStep } from "../../testing/runs.ts";
import { sampleDatabase } from "../../testing/sample.ts";
import { type Fence, type FenceOptions, openFence } from "./fence.ts";
import { memoryOf } from "./memory-of.ts";
import { describeTable, FENCED_TABLES } from "./schema.ts";

const CANARY = "canary-7f3a";
const MIB = 2 ** 20;
/** A busy machine takes long. */
const LONG = { timeoutMs: 300_000, openMs: 300_000 };
/** Small, so that the test is quick. */
const SHORT = { ...LONG, timeoutMs: 500, graceMs: 300, memoryBytes: 700 * MIB };
const SLACK_MS = 300_000;

let folder: string;
let db: string;
let fence: Fence;
let shortFence: Fence;
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "fence-"));
  for (const file of ["canary.txt", "canary.csv", "canary.json", "canary.sql"]) fs.writeFileSync(path.join(folder, file), CANARY);
  db = await sampleDatabase();
  fence = openFence({ db, limits: LONG });
  shortFence = openFence({ db, limits: SHORT });
});
afterAll(() => {
  fence.close();
  shortFence.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const NO_TABLE = /^Unknown table/;
const NO_FUNCTION = /^The (table )?function [\w.]+ can't be used here/;
const ONE_SELECT = "Only one SELECT statement, or EXPLAIN of one, can run here.";
const STOPPED = /^The query took (longer than|more than) .* and was stopped/;
const ANSWER = "an answer";
/** Out of time, out of memory, or too long for a text of JavaScript. */
const NO_ANSWER = /^(?!\{"columns")./;

/** FOLDER is that of the canary, DB the pool's file. */
const CORPUS: readonly [what: string, sql: string, result: RegExp | string][] = [
  // Files.
  ["reads a text file", "SELECT * FROM read_text('FOLDER/canary.txt')", NO_FUNCTION],
  ["reads bytes", "SELECT * FROM read_blob('FOLDER/canary.txt')", NO_FUNCTION],
  ["reads CSV", "SELECT * FROM read_csv('FOLDER/canary.csv')", NO_FUNCTION],
  ["reads CSV by its short name", "FROM read_csv_auto('FOLDER/canary.csv', header := false)", NO_FUNCTION],
  ["reads JSON", "FROM read_json('FOLDER/canary.json')", NO_FUNCTION],
  ["reads lines of JSON", "FROM read_ndjson_objects('FOLDER/canary.json')", NO_FUNCTION],
  ["reads Parquet", "FROM read_parquet('FOLDER/*.parquet')", NO_FUNCTION],
  ["reads the footer of Parquet", "FROM parquet_metadata('FOLDER/canary.csv')", NO_FUNCTION],
  ["sniffs CSV", "FROM sniff_csv('FOLDER/canary.csv')", NO_FUNCTION],
  ["lists a folder", "FROM glob('FOLDER/*')", NO_FUNCTION],
  ["opens another database", "FROM read_duckdb('DB')", NO_FUNCTION],
  ["names a file as a table", "FROM 'FOLDER/canary.csv'", NO_TABLE],
  ["names a file as a quoted table", 'FROM "FOLDER/canary.csv"', NO_TABLE],
  ["names a file in a subquery", "SELECT (SELECT count(*) FROM 'FOLDER/canary.csv')", NO_TABLE],
  [
    "names a file after a WITH of the same name elsewhere",
    `FROM (WITH "FOLDER/canary.csv" AS (SELECT 1) SELECT 1), 'FOLDER/canary.csv'`,
    /file system operations are disabled/,
  ],
  [
    "hides a reader in a macro's argument",
    "SELECT list_transform([1], lambda x: (SELECT content FROM read_text('FOLDER/canary.txt')))",
    NO_FUNCTION,
  ],
  ["reads a file as a join", "FROM step_facts JOIN read_text('FOLDER/canary.txt') ON true", NO_FUNCTION],
  ["reads a file by its position", "SELECT * FROM range(1), LATERAL (FROM read_text('FOLDER/canary.txt'))", NO_FUNCTION],
  ["writes a file", "COPY (SELECT 1) TO 'FOLDER/out.csv'", ONE_SELECT],
  ["fills a table from a file", "COPY step_facts FROM 'FOLDER/canary.csv'", ONE_SELECT],
  ["writes a file inside a WITH", "WITH x AS (COPY (SELECT 1) TO 'FOLDER/out.csv') SELECT 1", /CTE needs a SELECT/],
  ["explains a COPY", "EXPLAIN ANALYZE COPY (SELECT 1) TO 'FOLDER/out.csv'", ONE_SELECT],
  ["exports a database", "EXPORT DATABASE 'FOLDER/out'", ONE_SELECT],
  ["imports a database", "IMPORT DATABASE 'FOLDER'", /./],
  ["reads SQL from a file", "PRAGMA import_database('FOLDER')", /./],
  // The network and extensions.
  ["reads an address", "FROM 'https://127.0.0.1:9/x.csv'", NO_TABLE],
  ["reads a bucket", "FROM read_parquet('s3://bucket/x.parquet')", NO_FUNCTION],
  ["installs an extension", "INSTALL httpfs", ONE_SELECT],
  ["loads an extension", "LOAD 'FOLDER/x.duckdb_extension'", ONE_SELECT],
  ["calls a function of an extension", "SELECT http_get('http://127.0.0.1:9')", NO_FUNCTION],
  ["scans another kind of database", "FROM sqlite_scan('FOLDER/canary.txt', 't')", NO_FUNCTION],
  ["lists extensions", "FROM duckdb_extensions()", NO_FUNCTION],
  // Settings, environment, secrets.
  ["changes a setting", "SET enable_external_access = true", ONE_SELECT],
  ["unlocks the settings", "SET lock_configuration = false", ONE_SELECT],
  ["resets a setting", "RESET allowed_paths", ONE_SELECT],
  ["sets a variable", "SET VARIABLE x = 1", ONE_SELECT],
  ["reads a setting", "SELECT current_setting('allowed_paths')", NO_FUNCTION],
  ["reads a setting under its whole name", "SELECT system.main.current_setting('allowed_paths')", NO_FUNCTION],
  ["reads a setting in upper case and quotes", `SELECT "CURRENT_SETTING"('allowed_paths')`, NO_FUNCTION],
  ["reads a setting by a method", "SELECT ('allowed_paths').current_setting()", NO_FUNCTION],
  ["reads a setting in a lambda", "SELECT list_transform(['allowed_paths'], lambda x: current_setting(x))", NO_FUNCTION],
  ["reads all settings", "FROM duckdb_settings()", NO_FUNCTION],
  ["reads the environment", "SELECT getenv('PATH')", NO_FUNCTION],
  ["reads secrets", "FROM duckdb_secrets()", NO_FUNCTION],
  ["makes a secret", "CREATE SECRET s (TYPE s3, KEY_ID 'a')", ONE_SELECT],
  // Catalogs.
  ["asks for paths of databases", "FROM duckdb_databases()", NO_FUNCTION],
  ["asks for paths through a view", "FROM duckdb_databases", NO_TABLE],
  ["asks for paths by a pragma", "PRAGMA database_list", ONE_SELECT],
  ["asks for paths by a pragma as a table", "FROM pragma_database_size()", NO_FUNCTION],
  [
    "hides a system view behind a WITH of its name",
    "FROM (WITH duckdb_databases AS (SELECT 1) FROM duckdb_databases), duckdb_databases",
    /^WITH can't define/,
  ],
  ["reads the information schema", "FROM information_schema.columns", NO_TABLE],
  ["reads the catalog of another engine", "FROM pg_catalog.pg_class", NO_TABLE],
  ["reads the list of tables", "FROM sqlite_master", NO_TABLE],
  ["shows databases", "SHOW DATABASES", /^SHOW can't be used here/],
  ["shows tables in a subquery", "FROM (SHOW ALL TABLES)", /^SHOW can't be used here/],
  ["reads the stored tables", "SELECT cwd FROM pool.main.rounds", NO_TABLE],
  ["reads the tables behind the views", "SELECT cwd FROM memory.main.rounds", NO_TABLE],
  ["reads another schema", "FROM stored.rounds", NO_TABLE],
  ["reads a table without a place among the fenced ones", "FROM rounds", NO_TABLE],
  ["reads a column that views leave out", "SELECT cwd FROM sessions", /Binder Error: Referenced column "cwd" not found/],
  ["asks for temporary files", "FROM duckdb_temporary_files()", NO_FUNCTION],
  ["asks for logs", "FROM duckdb_logs_parsed('QueryLog')", NO_FUNCTION],
  ["asks for the query itself", "SELECT current_query()", NO_FUNCTION],
  // SQL out of texts.
  ["runs a text", "FROM query('SELECT * FROM pool.main.rounds')", NO_FUNCTION],
  ["names a table by a text", "FROM query_table('pool.main.rounds')", NO_FUNCTION],
  ["runs serialized SQL", "FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", NO_FUNCTION],
  ["plans a text", "SELECT json_serialize_plan('SELECT * FROM read_text(''FOLDER/canary.txt'')')", NO_FUNCTION],
  ["runs a pragma with serialized SQL", "PRAGMA json_execute_serialized_sql('{}')", ONE_SELECT],
  ["scans a pointer", "FROM arrow_scan(1, 2, 3)", NO_FUNCTION],
  ["makes up the state of an aggregate", "SELECT finalize('\\x00'::BLOB)", NO_FUNCTION],
  // More than one statement, or another one.
  ["stacks statements", "SELECT 1; SELECT 2", ONE_SELECT],
  ["stacks behind a comment", "SELECT 1 -- ;\n; DROP VIEW step_facts", ONE_SELECT],
  ["stacks behind a string", "SELECT ';'; SET threads = 64", ONE_SELECT],
  ["hides a statement in a nested comment, which it stays", "SELECT 1 /* /* */ ; DETACH pool --*/", ANSWER],
  ["has a NUL", "SELECT 1\0; DETACH pool", "The statement has a NUL character."],
  ["is empty", "", ONE_SELECT],
  ["is a comment", "-- nothing", ONE_SELECT],
  ["detaches the pool", "DETACH pool", ONE_SELECT],
  ["attaches a database", "ATTACH 'FOLDER/new.duckdb'", ONE_SELECT],
  ["uses another schema", "USE memory.main", ONE_SELECT],
  ["makes a temporary table", "CREATE TEMP TABLE t AS SELECT 1", ONE_SELECT],
  ["makes a temporary view", "CREATE OR REPLACE TEMP VIEW step_facts AS SELECT 1", ONE_SELECT],
  ["makes a macro", "CREATE MACRO f() AS TABLE FROM read_text('FOLDER/canary.txt')", ONE_SELECT],
  ["makes a type", "CREATE TYPE t AS ENUM ('a')", ONE_SELECT],
  ["changes the pool", "DELETE FROM pool.main.rounds", ONE_SELECT],
  ["changes the pool inside a WITH", "WITH x AS (DELETE FROM pool.main.rounds RETURNING *) FROM x", /CTE needs a SELECT|Parser Error/],
  ["inserts", "INSERT INTO pool.main.rounds SELECT 1", ONE_SELECT],
  ["merges", "MERGE INTO pool.main.rounds USING calls ON true WHEN MATCHED THEN DELETE", ONE_SELECT],
  ["prepares a statement", "PREPARE p AS SELECT 1", ONE_SELECT],
  ["executes a prepared statement", "EXECUTE p", ONE_SELECT],
  ["has a parameter", "SELECT $1", /^The statement has parameters/],
  ["calls a function as a statement", "CALL duckdb_settings()", ONE_SELECT],
  ["begins a transaction", "BEGIN", ONE_SELECT],
  ["writes a checkpoint", "FORCE CHECKPOINT pool", ONE_SELECT],
  ["vacuums", "VACUUM", ONE_SELECT],
  ["takes a number from a sequence", "SELECT nextval('s')", NO_FUNCTION],
  ["writes to the log", "SELECT write_log('x')", NO_FUNCTION],
  ["pivots with a type of its own", "PIVOT step_facts ON provider USING count(*)", ONE_SELECT],
  ["explains a stacked statement", "EXPLAIN SELECT 1; SELECT 2", ONE_SELECT],
  ["is very long", `SELECT ${"1+".repeat(20_000)}1`, /^The statement is longer/],
  ["is nested very deeply", `SELECT ${"(".repeat(5_000)}1${")".repeat(5_000)}`, /./],
  // What must work.
  ["describes a table", "DESCRIBE step_facts", ANSWER],
  ["describes a query", "FROM (DESCRIBE SELECT provider FROM calls)", ANSWER],
  ["summarizes a table", "SUMMARIZE calls", ANSWER],
  ["explains", "EXPLAIN SELECT count(*) FROM calls", ANSWER],
  ["explains with times", "explain analyze with a as (from calls) select count(*) from a", ANSWER],
  ["begins with a comment", "-- how many\n/* steps */ SELECT count(*) FROM step_facts;", ANSWER],
  ["reads a table in capitals", 'SELECT count(*) FROM "STEP_FACTS"', ANSWER],
  [
    "uses its own names for tables",
    "WITH calls AS (SELECT tool FROM calls), x AS (FROM calls) SELECT tool, count(*) FROM x GROUP BY ALL",
    ANSWER,
  ],
  [
    "uses windows, lambdas, filters and lists",
    "SELECT row_number() OVER (ORDER BY tool), list_transform([1, 2], lambda x: x + 1), count(*) FILTER (is_error), quantile_cont(effective_ms, [0.5, 0.99]) FROM calls GROUP BY tool",
    ANSWER,
  ],
  ["uses times", "SELECT date_trunc('day', make_timestamp(first_us)) AS day, now() > make_timestamp(0) FROM step_facts LIMIT 1", ANSWER],
  ["uses rows of its own", "SELECT a, upper(b) FROM (VALUES (1, 'x'), (2, NULL)) v(a, b), unnest([1, 2]), generate_series(1, 3)", ANSWER],
  ["pivots with names that are given", "FROM (PIVOT calls ON provider IN ('claude', 'codex') USING count(*))", ANSWER],
];

/** They take time and memory. */
const COSTLY: typeof CORPUS = [
  ["never ends", "WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT count(*) FROM t", STOPPED],
  ["grows without end", "WITH RECURSIVE t AS (SELECT 'x' AS a UNION ALL SELECT a || a FROM t) SELECT count(*) FROM t", NO_ANSWER],
  ["joins everything with everything", "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = -1", STOPPED],
  ["sleeps", "SELECT pg_sleep(60)", NO_FUNCTION],
  ["sleeps in a join", "FROM range(10) JOIN (SELECT sleep_ms(60000)) ON true", NO_FUNCTION],
  ["makes a huge cell", "SELECT repeat('x', 2000000000)", NO_ANSWER],
  ["makes a huge list", "SELECT range(200000000)", NO_ANSWER],
  ["counts more than fits", "SELECT count(DISTINCT repeat('x', 200) || range) FROM range(100000000)", NO_ANSWER],
  ["fails with a huge message", "SELECT repeat('x', 1000000)::INTEGER", /^Conversion Error.{0,700}$/s],
];

it("has at least 60 statements, each once", () => {
  expect(CORPUS.length).toBeGreaterThan(100);
  expect(new Set(CORPUS.map(([what]) => what)).size).toBe(CORPUS.length);
});

describe("a statement that", () => {
  it.each([...CORPUS, ...COSTLY])("%s", async (what, sql, expected) => {
    const asked = COSTLY.some(([costly]) => costly === what) ? shortFence : fence;
    const began = Date.now();
    const endWatch = watchMemory(asked);
    const result = await resultOf(asked, sql.replaceAll("FOLDER", folder).replaceAll("DB", db));
    const peak = await endWatch();
    if (expected === ANSWER) expect(result).toMatch(/^\{"columns":/);
    else if (typeof expected === "string") expect(result).toBe(expected);
    else expect(result).toMatch(expected);
    expect(result).not.toContain(CANARY);
    if (!sql.includes("FOLDER")) expect(result).not.toContain(folder);
    if (!sql.includes("DB")) expect(result).not.toContain(db);
    expect(Date.now() - began).toBeLessThan(SHORT.timeoutMs + SHORT.graceMs + SLACK_MS);
    // Some can be asked for between two looks.
    expect(peak).toBeLessThan(2 * SHORT.memoryBytes);
  });

  it("comes after all of them still finds the pool, and nothing was written", async () => {
    const { rows } = await fence.run("SELECT count(*) > 0 FROM step_facts");
    expect(rows).toEqual([[true]]);
    expect(fs.readdirSync(folder).sort()).toEqual(["canary.csv", "canary.json", "canary.sql", "canary.txt"]);
  });
});

it.skipIf(!fs.existsSync("/proc/self/environ"))("the process has no environment", async () => {
  await fence.run("SELECT 1");
  expect(fs.readFileSync(`/proc/${fence.pid}/environ`, "utf8")).not.toMatch(/PATH=|HOME=|TOKEN|KEY/);
});

describe("an answer is cut", () => {
  it.each<[string, string, number | undefined, number, string | null]>([
    ["at the rows that are asked for", "FROM range(1000)", 7, 7, "Only the first 7 rows are here."],
    ["at 500 rows", "FROM range(100000)", 9_999, 500, "Only the first 500 rows are here."],
    [
      "at 64 KB",
      "SELECT range, repeat('x', 190), repeat('y', 190), repeat('z', 190) FROM range(400)",
      undefined,
      112,
      "Only the first 112 rows are here: the rest doesn't fit.",
    ],
    ["within cells", "SELECT repeat('ä', 201)", undefined, 1, "Texts are cut after 200 characters."],
    ["within lists", "SELECT range(1000)", undefined, 1, "Texts are cut after 200 characters."],
    ["nowhere when it fits", "SELECT range, repeat('x', 200) FROM range(100)", undefined, 100, null],
  ])("%s", async (_, sql, asked, rows, cut) => {
    const answer = await fence.run(sql, { rows: asked });
    expect([answer.rows.length, answer.cut]).toEqual([rows, cut]);
    for (const row of answer.rows) for (const cell of row) if (typeof cell === "string") expect(cell.length).toBeLessThanOrEqual(200);
  });

  it("after numbers became plain ones", async () => {
    const { rows } = await fence.run(
      "SELECT 1::HUGEINT, 9007199254740993, 1.25, 'nan'::DOUBLE, true, NULL, DATE '2026-01-31', [1, NULL], {'a': 'b'}",
    );
    expect(rows).toEqual([
      [1, "9007199254740993", 1.25, "NaN", true, null, "2026-01-31", '["1",null]'.replaceAll('"1"', "1"), '{"a":"b"}'],
    ]);
  });
});

describe("the process", () => {
  const own = (limits: FenceOptions["limits"] = {}) => openFence({ db, limits: { ...LONG, ...limits } });

  it("is a new one after it was killed", async () => {
    const { pid } = await started(fence);
    process.kill(pid, "SIGKILL");
    await expect.poll(() => fence.pid).toBeNull();
    expect((await started(fence)).pid).not.toBe(pid);
  });

  it("is a new one after it was killed within a query", async () => {
    const lasting = own();
    try {
      const { pid } = await started(lasting);
      const asked = lasting.run(ENDLESS);
      process.kill(pid, "SIGKILL");
      await expect(asked).rejects.toThrow("The process of queries ended unexpectedly. Ask again: the next query gets a new one.");
      await started(lasting);
    } finally {
      lasting.close();
    }
  });

  it("is killed when it takes more memory than it may", async () => {
    const small = own({ memoryBytes: 10 * MIB });
    await expect(small.run("SELECT 1")).rejects.toThrow("The query took more than 10 MiB of memory and was stopped.");
    expect(small.pid).toBeNull();
    small.close();
  });

  it("stops a query that is canceled and answers the next one", async () => {
    const lasting = own();
    try {
      await started(lasting);
      const canceled = new AbortController();
      const asked = lasting.run(ENDLESS, { signal: canceled.signal });
      const next = lasting.run("SELECT 1");
      canceled.abort();
      await expect(asked).rejects.toThrow("abort");
      expect((await next).rows).toEqual([[1]]);
    } finally {
      lasting.close();
    }
  });

  it("is given back when nothing is asked for a while", async () => {
    const lasting = own({ idleMs: 1 });
    await lasting.run("SELECT 1");
    await expect.poll(() => lasting.pid).toBeNull();
    expect((await lasting.run("SELECT 2")).rows).toEqual([[2]]);
    lasting.close();
  });

  it("says what is wrong with the pool", async () => {
    const none = openFence({ db: path.join(folder, "none.duckdb") });
    await expect(none.run("SELECT 1")).rejects.toThrow(/^No database at /);
    none.close();
  });
});

describe("tables", () => {
  it.each(Object.entries(FENCED_TABLES))(
    "%s has the columns that are documented, and each is explained or plain",
    async (name, { columns }) => {
      const { rows } = await fence.run(`SELECT column_name FROM (DESCRIBE ${name})`);
      expect(rows.flat()).toEqual(columns);
      expect(describeTable(name)).toContain(columns.join(", "));
    },
  );

  it("have projects by pseudonyms or numbers, unless names are asked for", async () => {
    const file = await databaseOf("-home-me-secret", "project_0a1b2c3d", null);
    const sql = "SELECT project FROM step_facts ORDER BY round_pk";
    for (const [names, expected] of [
      [false, ["project 1", "project_0a1b2c3d", "<unknown-project>"]],
      [true, ["-home-me-secret", "project_0a1b2c3d", "<unknown-project>"]],
    ] as const) {
      const open = openFence({ db: file, names, limits: LONG });
      expect((await open.run(sql)).rows.flat()).toEqual(expected);
      open.close();
    }
  });
});

const ENDLESS = "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = -1";

/** A pool with a step of each project. */
async function databaseOf(...projects: readonly (string | null)[]): Promise<string> {
  const place = fs.mkdtempSync(path.join(folder, "pool-"));
  const [trace, file] = [path.join(place, "t.jsonl"), path.join(place, "t.duckdb")];
  const steps = projects.map((project, i) => JSON.stringify({ ...tracedStep(i, "user_message", i * 60_000), project }));
  fs.writeFileSync(trace, `${steps.join("\n")}\n`);
  await buildDatabase({ inputs: [trace], db: file });
  return file;
}

async function started(asked: Fence): Promise<{ readonly pid: number }> {
  await asked.run("SELECT 1");
  return { pid: known(asked.pid) };
}

/** The answer as JSON, or the sentence of the refusal. */
async function resultOf(asked: Fence, sql: string): Promise<string> {
  try {
    return JSON.stringify(await asked.run(sql));
  } catch (error) {
    return messageOf(error);
  }
}

/** Watches the process while something runs; what it returns ends that and gives the largest memory. */
function watchMemory(asked: Fence): () => Promise<number> {
  let peak = 0;
  let isOver = false;
  const looks = (async () => {
    while (!isOver) {
      peak = Math.max(peak, (asked.pid === null ? null : await memoryOf(asked.pid)) ?? 0);
      await pause(5);
    }
  })();
  return async () => {
    isOver = true;
    await looks;
    return peak;
  };
}
