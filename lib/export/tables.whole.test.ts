import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import Papa from "papaparse";
import { afterAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../db/build/build.ts";
import { readManifest } from "../db/build/parquet/manifest.ts";
import { Pool } from "../db/open/pool.ts";
import { quoteLiteral, quoteName } from "../db/sql.ts";
import { spreadsheetText } from "../files/spreadsheet.ts";
import { fingerprintOf } from "../testing/runs.ts";
import { sampleDatabase } from "../testing/sample.ts";
import { COMPANION_TABLES, type Columns, PRIVATE_COLUMNS, SOURCE_TABLES, TRACE_TABLES } from "../trace/schema.ts";
import { type ExportOptions, exportPool } from "./export.ts";
import { PARTITIONS } from "./formats.ts";

/** Pools there and back; `FUZZ_RUNS=1000` for a thorough run. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 4);

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "export-")));
/** Reads what was written. */
const reader = await DuckDBInstance.create(":memory:");
afterAll(() => {
  reader.closeSync();
  fs.rmSync(root, { recursive: true });
});

let places = 0;
const place = (ending = "") => path.join(root, `${places++}${ending}`);

const { parquet_source: _, ...SOURCES } = SOURCE_TABLES;
const { tool_inputs: _private, ...PUBLIC_COMPANIONS } = COMPANION_TABLES;
/** Those that an export has. */
const TABLES: Readonly<Record<string, Columns>> = { ...TRACE_TABLES, ...PUBLIC_COMPANIONS, ...SOURCES };

/** Writes a database and returns its path. */
async function database(fill: (connection: DuckDBConnection) => Promise<void>): Promise<string> {
  const file = place(".duckdb");
  const instance = await DuckDBInstance.create(file);
  try {
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    await fill(connection);
  } finally {
    instance.closeSync();
  }
  return file;
}

const createSql = (table: string) =>
  `CREATE TABLE ${table} (${Object.entries(TABLES[table] as Columns)
    .map(([name, type]) => `${quoteName(name)} ${type}`)
    .join(", ")})`;

const statements = (...sql: string[]) =>
  database(async (connection) => {
    for (const table of Object.keys(TRACE_TABLES)) await connection.run(createSql(table));
    for (const statement of sql) await connection.run(statement);
  });

const traced = async (lines: readonly unknown[]) => {
  const trace = place(".jsonl");
  fs.writeFileSync(trace, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return (await buildDatabase({ inputs: [trace], db: place(".duckdb"), threads: 1 })).db;
};

async function exported(db: string, options: Partial<ExportOptions> = {}): Promise<string> {
  const out = place();
  await exportPool({ db, out, format: "parquet", threads: 1, ...options });
  return out;
}

/** Few steps at a time, as if the pool were large. */
const rebuilt = (...inputs: string[]) => rebuiltBy(3, inputs);

async function rebuiltBy(stepsPerRange: number, inputs: readonly string[]): Promise<string> {
  return (await buildDatabase({ inputs, db: place(".duckdb"), threads: 2, stepsPerRange })).db;
}

let sampleAgain: Promise<string> | undefined;

/** The sample, exported in many files and built again, once for all tests. */
function rebuiltSample(): Promise<string> {
  sampleAgain ??= sampleDatabase()
    .then((db) => exported(db, { partition: "provider", stepsPerFile: 2_000 }))
    .then((folder) => rebuiltBy(1_500, [folder]));
  return sampleAgain;
}

/** Every table as it is stored: columns, types, and rows in order as text; only the names of the files read are left out. */
async function contents(db: string): Promise<Record<string, unknown>> {
  const connection = await reader.connect();
  const database = `pool_${places++}`;
  await connection.run(`ATTACH ${quoteLiteral(db)} AS ${database} (READ_ONLY)`);
  try {
    await connection.run(`USE ${database}`);
    const tables = (
      await connection.runAndReadAll("SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY 1")
    )
      .getRows()
      .map(([name]) => String(name));
    const found: Record<string, unknown> = {};
    for (const table of tables.filter((name) => name !== "parquet_source")) {
      const types = (await connection.runAndReadAll(`DESCRIBE ${table}`)).getRows().map(([name, type]) => `${name} ${type}`);
      const order = Object.hasOwn(TABLES[table] as Columns, "round_pk") ? "round_pk, rowid" : "rowid";
      found[table] = { types, rows: (await connection.runAndReadAll(`FROM ${table} ORDER BY ${order}`)).getRowsJson() };
    }
    return found;
  } finally {
    await connection.run("USE memory");
    await connection.run(`DETACH ${database}`);
    connection.closeSync();
  }
}

function bytesOf(folder: string): Record<string, string> {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), fs.readFileSync(file, "base64")]),
  );
}

const message = (work: Promise<unknown>) =>
  work.then(
    () => "",
    (error: Error) => `${error.name}: ${error.message.replaceAll(`${root}/`, "")}`,
  );

const hidden = () => fs.readdirSync(root).filter((name) => name.startsWith("."));

describe("a pool comes back as it was", () => {
  const ODD_TEXTS = [
    "",
    " ",
    "a,b",
    '"',
    "\n",
    "\r\n",
    "\\",
    "NULL",
    "ü😀",
    "\u0000",
    "'; --",
    "a".repeat(200),
    "__HIVE_DEFAULT_PARTITION__",
    "a/b",
    "..",
    "%",
    "A",
    "a",
  ];
  const ODD_NUMBERS = [0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)];
  // Microseconds; the ends of what the engine holds.
  const ODD_TIMES = [
    0n,
    1n,
    -1n,
    1_777_777_777_123_456n,
    -62_135_596_800_000_000n,
    253_402_300_799_999_999n,
    9_223_372_036_854_775_806n,
    -9_223_372_022_400_000_000n,
  ];

  const valuesOf = {
    BIGINT: fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map(String),
    VARCHAR: fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: "grapheme" })).map(quoteLiteral),
    TIMESTAMP: fc
      .oneof(fc.constantFrom(...ODD_TIMES), fc.bigInt({ min: -(2n ** 61n), max: 2n ** 61n }))
      .map((us) => `make_timestamp(${us}::BIGINT)`),
    BOOLEAN: fc.constantFrom("true", "false"),
  };
  const row = (table: string, keys: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
    fc.tuple(
      ...Object.entries(TABLES[table] as Columns).map(([name, type]) =>
        name === "round_pk"
          ? keys
          : PRIVATE_COLUMNS.has(`${table}.${name}`)
            ? fc.constant("NULL")
            : fc.option(valuesOf[type as keyof typeof valuesOf], { nil: "NULL", freq: 4 }),
      ),
    );
  const pools = fc
    .uniqueArray(fc.oneof(fc.constantFrom(...ODD_NUMBERS), fc.bigInt({ min: -20n, max: 20n })), { maxLength: 6 })
    .chain((keys) => {
      const children = (table: string) =>
        keys.length === 0 ? fc.constant<string[][]>([]) : fc.array(row(table, fc.constantFrom(...keys.map(String))), { maxLength: 8 });
      return fc.record({
        rounds: fc.tuple(...keys.map((key) => row("rounds", fc.constant(String(key))))),
        tool_calls: children("tool_calls"),
        timing_events: children("timing_events"),
        round_details: fc.option(fc.tuple(...keys.map((key) => row("round_details", fc.constant(String(key)))))),
        sessions: fc.option(
          fc.uniqueArray(row("sessions", fc.constant("")), {
            maxLength: 5,
            selector: (cells) => cells[Object.keys(COMPANION_TABLES.sessions).indexOf("transcript_id")],
          }),
        ),
        session_events: fc.option(
          fc.uniqueArray(row("session_events", fc.constant("")), { maxLength: 5, selector: (cells) => cells.slice(0, 3).join() }),
        ),
        trace_source: fc.array(row("trace_source", fc.constant("")), { minLength: 1, maxLength: 1 }),
        companion_source: fc.option(fc.array(row("companion_source", fc.constant("")), { maxLength: 3 })),
      });
    });

  it("whatever its values and partitions", { timeout: 300_000 + RUNS * 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        pools,
        fc.constantFrom(undefined, ...PARTITIONS),
        fc.constantFrom(2, 500),
        async (tables, partition, stepsPerFile) => {
          const options = { stepsPerFile, ...(partition ? { partition } : {}) };
          const db = await database(async (connection) => {
            for (const [table, rows] of Object.entries<string[][] | null>(tables)) {
              if (rows === null) continue;
              await connection.run(createSql(table));
              if (rows.length > 0)
                await connection.run(`INSERT INTO ${table} VALUES ${rows.map((cells) => `(${cells.join(", ")})`).join(", ")}`);
            }
          });
          const folder = await exported(db, options);
          const again = await rebuilt(folder);
          expect(await contents(again)).toEqual(await contents(db));
          const fingerprint = await fingerprintOf(db);
          expect([await fingerprintOf(again), readManifest(folder)?.fingerprint]).toEqual([fingerprint, fingerprint]);
          expect(bytesOf(await exported(again, options))).toEqual(bytesOf(folder));
        },
      ),
      { numRuns: RUNS },
    );
  });

  it("but for what is private", async () => {
    const titled = "INSERT INTO sessions (transcript_id, title) VALUES ('t', 'Sell the shop')";
    const called =
      "CREATE TABLE tool_inputs AS SELECT 1 AS round_pk, 1 AS tool_index, 'h' AS input_hash, '/shop' AS target, 'read' AS verb";
    const step = "INSERT INTO rounds (round_pk) VALUES (1)";
    for (const format of ["parquet", "csv"] as const) {
      const folder = place();
      const { manifest } = await exportPool({ db: await statements(createSql("sessions"), titled, step, called), out: folder, format });
      expect(Object.keys(manifest.tables)).toEqual(["rounds", "tool_calls", "timing_events", "sessions"]);
      if (format === "csv") expect(fs.readFileSync(path.join(folder, "sessions.csv"), "utf8")).not.toMatch(/title|shop/i);
      else expect(JSON.stringify(await contents(await rebuilt(folder)))).not.toMatch(/shop/i);
    }
  });

  it("when it is of no rows", async () => {
    const db = await traced([]);
    for (const partition of [undefined, "provider"] as const) {
      const folder = await exported(db, partition ? { partition } : {});
      expect(await contents(await rebuilt(folder))).toEqual(await contents(db));
    }
  });

  it("when it is the sample, in the order in which the parts of a step are stored", async () => {
    expect(await contents(await rebuiltSample())).toEqual(await contents(await sampleDatabase()));
  });

  it("when other tools have built it, with the columns that are documented", async () => {
    const db = await database(async (connection) => {
      await connection.run(
        "CREATE TABLE rounds AS SELECT unnest([2, 1])::INTEGER AS round_pk, 'p' AS provider, 'x' AS other, '\"m\"'::JSON AS model",
      );
      await connection.run("CREATE TABLE tool_calls AS SELECT 1 AS round_pk, TIMESTAMPTZ '2026-01-02 03:04:05+01' AS result_at");
      await connection.run("CREATE TABLE timing_events AS SELECT unnest([2, 1, 1]) AS round_pk, unnest(['c', 'a', 'b']) AS event_type");
    });
    const again = await rebuilt(await exported(db));
    expect(await fingerprintOf(again)).toBe(await fingerprintOf(db));
    const pool = await Pool.open(again);
    expect(await pool.rows("SELECT round_pk, ingest_seq, provider, model FROM rounds")).toEqual([
      { round_pk: 1, ingest_seq: 1, provider: "p", model: "m" },
      { round_pk: 2, ingest_seq: 2, provider: "p", model: "m" },
    ]);
    expect(await pool.rows("SELECT round_pk, event_index, event_type FROM timing_events")).toEqual([
      { round_pk: 1, event_index: 1, event_type: "a" },
      { round_pk: 1, event_index: 2, event_type: "b" },
      { round_pk: 2, event_index: 1, event_type: "c" },
    ]);
    pool.close();
  });
});

it("exports of parts of a trace, united, are the whole", async () => {
  const lines = Array.from({ length: 30 }, (_, i) => ({
    provider: i % 3 ? "a" : "b",
    session_id: `s${i % 4}`,
    round_index: i,
    tools: Array.from({ length: i % 3 }, (_, tool_index) => ({ tool_index, tool_name: `t${i}` })),
    timing_events: [{ event_type: "text", timestamp: `2026-01-02T03:04:${10 + i}.123456Z` }],
  }));
  const whole = await contents(await traced(lines));
  const parts = [lines.slice(0, 11), lines.slice(11, 12), lines.slice(12)];
  const folders = await Promise.all(parts.map(async (part, i) => exported(await traced(part), i === 0 ? { partition: "provider" } : {})));
  const united = await contents(await rebuilt(...folders));
  expect({ ...united, trace_source: null }).toEqual({ ...whole, trace_source: null });
});

describe("the folder", () => {
  const step = { provider: "claude", tools: [{ tool_name: "Bash" }], timing_events: [{ event_type: "text" }] };

  it("has a file per table and a manifest", async () => {
    const folder = await exported(await traced([step, step]));
    expect(Object.keys(bytesOf(folder))).toEqual([
      "manifest.json",
      "rounds.parquet",
      "timing_events.parquet",
      "tool_calls.parquet",
      "trace_source.parquet",
    ]);
    expect(readManifest(folder)).toMatchObject({
      schemaVersion: 2,
      format: "parquet",
      partition: null,
      tables: { rounds: { rows: 2, files: [{ file: "rounds.parquet", rows: 2 }] }, tool_calls: { rows: 2 }, trace_source: { rows: 1 } },
    });
  });

  it("has a folder per value of a partition", async () => {
    const folder = await exported(await traced([step, { provider: "a b" }, {}]), { partition: "provider" });
    expect(Object.keys(bytesOf(folder)).filter((file) => file.startsWith("rounds"))).toEqual([
      "rounds/provider=__HIVE_DEFAULT_PARTITION__/part-2.parquet",
      "rounds/provider=a%20b/part-0.parquet",
      "rounds/provider=claude/part-1.parquet",
    ]);
    expect(readManifest(folder)?.tables.tool_calls?.files.map(({ rows }) => rows)).toEqual([0, 1, 0]);
  });

  it("has a file per so many steps, and only of steps that there are", async () => {
    const lines = [step, step, { provider: "b" }, step, step].map((line, i) => ({ ...line, round_index: i }));
    const db = await traced(lines);
    const files = async (options: Partial<ExportOptions>) =>
      readManifest(await exported(db, { stepsPerFile: 2, ...options }))?.tables.tool_calls?.files.map(
        ({ file, rows }) => `${file} ${rows}`,
      );
    expect(await files({})).toEqual(["tool_calls/part-0.parquet 2", "tool_calls/part-1.parquet 1", "tool_calls/part-2.parquet 1"]);
    expect(await files({ partition: "provider" })).toEqual([
      "tool_calls/provider=claude/part-0.parquet 2",
      "tool_calls/provider=b/part-1.parquet 0",
      "tool_calls/provider=claude/part-2.parquet 1",
      "tool_calls/provider=claude/part-3.parquet 1",
    ]);
  });

  it("is read by the engine alone, by its partitions", async () => {
    const folder = await exported(await traced([step, { provider: "a b" }, {}]), { partition: "provider" });
    const connection = await reader.connect();
    const rows = async (table: string) =>
      (
        await connection.runAndReadAll(
          `SELECT provider, count(*) FROM read_parquet('${folder}/${table}/*/*.parquet', hive_partitioning = true) GROUP BY 1 ORDER BY 1`,
        )
      ).getRowsJson();
    expect(await rows("rounds")).toEqual([
      ["a b", "1"],
      ["claude", "1"],
      [null, "1"],
    ]);
    expect(await rows("tool_calls")).toEqual([["claude", "1"]]);
    connection.closeSync();
  });

  it("is the same bytes whatever the threads and wherever it is", async () => {
    const db = await sampleDatabase();
    const [one, two] = [await exported(db, { threads: 1 }), await exported(db, { threads: 2 })];
    expect(bytesOf(one)).toEqual(bytesOf(two));
    expect(fs.readFileSync(path.join(one, "manifest.json"), "utf8")).not.toContain(root);
  });

  it("names no paths when it is passed on", async () => {
    const db = await statements("CREATE TABLE trace_source AS SELECT '/home/me/a.jsonl' || chr(10) || '/home/you/b.jsonl' AS path");
    const again = await contents(await rebuilt(await exported(db, { release: true })));
    expect(again.trace_source).toMatchObject({ rows: [["a.jsonl\nb.jsonl"]] });
  });

  it("may be CSV, for other programs", async () => {
    const db = await traced([
      { ...step, model: "", tools: [{ tool_name: 'a,"b', result_at: "2026-01-02T03:04:05.000006Z", is_error: true }] },
    ]);
    const folder = await exported(db, { format: "csv" });
    expect(fs.readFileSync(path.join(folder, "tool_calls.csv"), "utf8")).toBe(
      'round_pk,tool_index,tool_name,tool_call_id,emitted_at,result_at,tool_wall_latency_ms,tool_internal_latency_ms,is_error,input_chars,result_chars\n1,,"a,""b",,,2026-01-02T03:04:05.000006Z,,,true,,\n',
    );
    expect(await message(rebuilt(folder))).toMatch(
      /^UserError: \d+ is an export as csv, which is not read\. Export the pool with --format parquet\.$/,
    );
  });

  it("as CSV for a spreadsheet has no text that it runs", async () => {
    const names = ['=HYPERLINK("http://x")', "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "-", "-5", "a=1"];
    const db = await traced([{ ...step, tools: names.map((tool_name, tool_index) => ({ tool_index, tool_name })) }]);
    const namesIn = (folder: string) => {
      const { data } = Papa.parse<{ tool_name: string }>(fs.readFileSync(path.join(folder, "tool_calls.csv"), "utf8"), {
        header: true,
        skipEmptyLines: true,
        newline: "\n",
      });
      return data.map(({ tool_name }) => tool_name);
    };
    expect(namesIn(await exported(db, { format: "csv" }))).toEqual(names);
    expect(namesIn(await exported(db, { format: "csv", reader: "spreadsheet" }))).toEqual(names.map(spreadsheetText));
    expect(names.map(spreadsheetText).slice(-3)).toEqual(["'-", "-5", "a=1"]);
  });

  it("is replaced when it is an earlier export", async () => {
    const folder = await exported(await traced([step]), { partition: "provider" });
    await exportPool({ db: await traced([{}]), out: folder, format: "parquet" });
    expect(Object.keys(bytesOf(folder))).toEqual([
      "manifest.json",
      "rounds.parquet",
      "timing_events.parquet",
      "tool_calls.parquet",
      "trace_source.parquet",
    ]);
    expect(hidden()).toEqual([]);
  });

  it.each<[string, (folder: string) => void, RegExp]>([
    [
      "that is of no export",
      (folder) => fs.writeFileSync(path.join(folder, "notes.txt"), ""),
      /^UserError: \d+ holds notes\.txt, which is not part of an earlier export/,
    ],
    [
      "with another program's manifest",
      (folder) => fs.writeFileSync(path.join(folder, "manifest.json"), "{}"),
      /holds manifest\.json, which is not part of/,
    ],
    [
      "with a file deep inside",
      (folder) => {
        fs.mkdirSync(path.join(folder, "rounds/x"), { recursive: true });
        fs.writeFileSync(path.join(folder, "rounds/x/y"), "");
      },
      /holds rounds\/x\/y/,
    ],
  ])("%s is not replaced", async (_, fill, expected) => {
    const folder = place();
    fs.mkdirSync(folder);
    fill(folder);
    const before = bytesOf(folder);
    expect(await message(exportPool({ db: await traced([step]), out: folder, format: "parquet" }))).toMatch(expected);
    expect(bytesOf(folder)).toEqual(before);
    expect(hidden()).toEqual([]);
  });

  it("that is an export with something besides is not replaced", async () => {
    const folder = await exported(await traced([step]));
    fs.writeFileSync(path.join(folder, "mine.parquet"), "");
    expect(await message(exportPool({ db: await traced([step]), out: folder, format: "parquet" }))).toMatch(/holds mine\.parquet/);
  });

  it("may be there already when it is empty, and is not there when something fails", async () => {
    const folder = place();
    fs.mkdirSync(folder);
    await exportPool({ db: await traced([step]), out: folder, format: "parquet" });
    expect(Object.keys(bytesOf(folder))).toHaveLength(5);
    const other = place();
    expect(await message(exportPool({ db: place(".duckdb"), out: other, format: "parquet" }))).toMatch(/^UserError: No database at/);
    expect(fs.existsSync(other)).toBe(false);
    expect(hidden()).toEqual([]);
  });

  it("cannot be a file", async () => {
    const db = await traced([step]);
    expect(await message(exportPool({ db, out: db, format: "parquet" }))).toMatch(/duckdb is a file\. Give a folder/);
  });

  it("that lacks a file is not read, unless the others are named", async () => {
    const folder = await exported(await traced([step, { provider: "b" }]), { partition: "provider" });
    fs.rmSync(path.join(folder, "rounds/provider=b"), { recursive: true });
    expect(await message(rebuilt(folder))).toMatch(
      /^UserError: \d+\/rounds\/provider=b\/part-0\.parquet is missing: the manifest of \d+ lists it\./,
    );
    expect(await contents(await rebuilt(`${folder}/*/provider=claude/*.parquet`))).toMatchObject({
      rounds: { rows: [["1", "1", "claude", ...Array(27).fill(null)]] },
    });
  });

  it("of a later version is refused", async () => {
    const folder = await exported(await traced([step]));
    const file = path.join(folder, "manifest.json");
    fs.writeFileSync(file, JSON.stringify({ ...readManifest(folder), schemaVersion: 99 }));
    expect(await message(rebuilt(folder))).toMatch(/manifest\.json is of schema version 99, and this program reads up to 2\. Update it\.$/);
  });
});

describe("a database that could not be read back is refused", () => {
  it.each<[string, string, string]>([
    ["a step twice", "INSERT INTO rounds (round_pk) VALUES (1), (1)", "round_pk 1 is in more than one row of rounds"],
    ["a call of no step", "INSERT INTO tool_calls (round_pk) VALUES (5)", "1 row of tool_calls belongs to no row of rounds: round_pk 5"],
    ["a step without key", "INSERT INTO rounds (round_pk) VALUES (NULL)", "1 row of rounds has no round_pk"],
  ])("%s", async (_, sql, expected) => {
    const db = await statements(sql);
    const out = place();
    expect(await message(exportPool({ db, out, format: "parquet" }))).toBe(
      `UserError: ${path.basename(db)} cannot be exported: ${expected}. Build it again from its traces.`,
    );
    expect(fs.existsSync(out)).toBe(false);
  });
});
