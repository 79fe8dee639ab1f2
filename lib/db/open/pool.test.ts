import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDatabase } from "../../testing/database.ts";
import { hasShared, shared } from "../../testing/paths.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../testing/pool.ts";
import { COMPANION_TABLES, READING_COLUMNS, TRACE_TABLES } from "../../trace/schema.ts";
import { Pool, type PoolSummary } from "./pool.ts";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "open-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function database(name: string, ...statements: string[]): Promise<string> {
  return makeDatabase(path.join(folder, name), ...statements);
}

async function opened(...made: Parameters<typeof database>): Promise<Pool> {
  return Pool.open(await database(...made), { threads: 1 });
}

const bare = {
  rounds: "CREATE TABLE rounds AS SELECT 1::BIGINT AS round_pk, 'codex' AS provider",
  tools:
    "CREATE TABLE tool_calls AS SELECT 1::BIGINT AS round_pk, NULL::JSON AS result_chars, '7'::JSON AS input_chars, '\"Bash\"'::JSON AS tool_name",
  events:
    "CREATE TABLE timing_events AS SELECT * FROM (VALUES (1::BIGINT, 'user_message'), (1, 'text'), (2, 'text')) t(round_pk, event_type)",
};

it("a relation that was freed is made again, also when asked for at once", async () => {
  const pool = await opened("freed.duckdb", bare.rounds, bare.tools, bare.events);
  const count = () => pool.rows("-- uses: step_times\nSELECT count(*) AS steps FROM step_times");
  const tables = () => pool.rows("SELECT table_name FROM duckdb_tables() WHERE database_name = 'memory'");
  await pool.freeRelation("step_times");
  expect(await count()).toEqual([{ steps: 1 }]);
  const freed = pool.freeRelation("step_times");
  expect(await count()).toEqual([{ steps: 1 }]);
  await freed;
  expect(await count()).toEqual([{ steps: 1 }]);
  const before = (await tables()).length;
  await pool.freeRelation("step_times");
  expect((await tables()).length).toBe(before - 1);
  pool.close();
});

it.each([1, 2])("relations of a large pool are compressed, in %d shards too, and go when they are freed", async (shards) => {
  const rounds =
    "CREATE TABLE rounds AS SELECT i AS round_pk, 'codex' AS provider, 's' || i // 100 AS session_id FROM range(220000) AS numbers(i)";
  const pool = await Pool.open(await database(`large-${shards}.duckdb`, rounds, bare.tools, bare.events), { shards, threads: 1 });
  const count = () =>
    pool.rows("-- uses: step_groups\n-- merge: key(label) sum(steps)\nSELECT label, count(*) AS steps FROM step_groups GROUP BY label");
  const packed = () => pool.rows("SELECT database_name FROM duckdb_databases() WHERE ends_with(database_name, '_step_groups')");
  const counted = await count();
  expect(counted).toEqual(["<unknown-model>", "codex", "codex:<unknown-model>"].map((label) => ({ label, steps: 220_000 })));
  expect(await packed()).toHaveLength(shards);
  await pool.freeRelation("step_groups");
  expect(await packed()).toEqual([]);
  expect(await count()).toEqual(counted);
  pool.close();
});

const SHAPES = { ...TRACE_TABLES, ...COMPANION_TABLES, rounds: { ...TRACE_TABLES.rounds, ...READING_COLUMNS } };

describe("a database of another builder", () => {
  it("gets every documented column with its type", async () => {
    const pool = await opened("bare.duckdb", bare.rounds, bare.tools, bare.events);
    for (const [table, columns] of Object.entries(SHAPES)) {
      const described = await pool.rows<{ column_name: string; column_type: string }>(`DESCRIBE ${table}`);
      expect(Object.fromEntries(described.map((c) => [c.column_name, c.column_type]))).toEqual(columns);
    }
    expect(await pool.rows('SELECT ingest_seq, "user", turn_id FROM rounds')).toEqual([{ ingest_seq: 1, user: null, turn_id: null }]);
    expect(await pool.rows("SELECT result_chars, input_chars, tool_name FROM tool_calls")).toEqual([
      { result_chars: null, input_chars: 7, tool_name: "Bash" },
    ]);
    expect(await pool.rows("SELECT event_index FROM timing_events ORDER BY round_pk, event_index")).toEqual(
      [1, 2, 1].map((event_index) => ({ event_index })),
    );
    for (const table of [...Object.keys(COMPANION_TABLES), "trace_source", "companion_source"])
      expect(await pool.rows(`SELECT * FROM ${table}`)).toEqual([]);
    pool.close();
  });

  it.each([
    ["is missing", async () => path.join(folder, "none.duckdb"), "No database at"],
    [
      "is not a DuckDB file",
      async () => {
        const file = path.join(folder, "text.duckdb");
        fs.writeFileSync(file, "hello, this is no database");
        return file;
      },
      "text.duckdb is not a DuckDB database",
    ],
    ["lacks a table", () => database("lacks.duckdb", bare.rounds, bare.tools), "has no table timing_events"],
  ])("is refused with a sentence when it %s", async (_, make, message) => {
    await expect(Pool.open(await make())).rejects.toThrow(message);
  });
});

const at = (second: number) => `2026-01-01T00:00:0${second}Z`;
const iso = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const steps: StepLiteral[] = [
  { provider: "codex", session_id: "a", timing_events: [{ timestamp: at(3) }], tools: [{ emitted_at: at(2), result_at: at(4) }] },
  { provider: "claude", session_id: "b", timing_events: [{ timestamp: at(6) }, { timestamp: at(5) }] },
  { provider: "claude", session_id: "b", tools: [{ emitted_at: at(7) }] },
  { provider: "gemini", session_id: "c" },
  { session_id: "d", timing_events: [{ timestamp: at(1) }] },
];

function summaryOf(literals: readonly StepLiteral[], transcripts: readonly TranscriptLiteral[] = []): Promise<PoolSummary> {
  return withPool(literals, (pool) => pool.summary(), transcripts);
}

describe("the summary", () => {
  it("counts steps and gives the window of each provider", async () => {
    expect(await summaryOf(steps, [{ transcript_id: "t" }, { transcript_id: "u" }])).toMatchObject({
      rounds: 5,
      toolCalls: 2,
      timingEvents: 4,
      transcripts: 2,
      providers: ["claude", "codex", "gemini"],
      stepsByProvider: { claude: 2, codex: 1, gemini: 1 },
      windows: {
        claude: { first: iso(5), last: iso(7) },
        codex: { first: iso(2), last: iso(4) },
        gemini: { first: null, last: null },
      },
      firstTime: iso(1),
      lastTime: iso(7),
    });
  });

  it("of no steps is empty", async () => {
    const { fingerprint, ...rest } = await summaryOf([]);
    expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
    expect(rest).toMatchObject({ rounds: 0, transcripts: 0, providers: [], stepsByProvider: {}, windows: {}, firstTime: null });
  });

  it("has another fingerprint for every content of the tables that a database may lack", async () => {
    const [first, ...others] = steps as [StepLiteral, ...StepLiteral[]];
    const described = (response_id: string) => [{ ...first, details: { response_id } }, ...others];
    const summaries = await Promise.all([
      summaryOf(steps),
      summaryOf(steps, [{ transcript_id: "t" }]),
      summaryOf(steps, [{ transcript_id: "u" }]),
      summaryOf(described("r")),
      summaryOf(described("s")),
    ]);
    expect(new Set(summaries.map(({ fingerprint }) => fingerprint)).size).toBe(summaries.length);
  });

  it("has the same fingerprint whether these tables are empty or absent", async () => {
    const tables = Object.entries(COMPANION_TABLES).map(
      ([table, columns]) =>
        `CREATE TABLE ${table} (${Object.entries(columns)
          .map(([name, type]) => `"${name}" ${type}`)
          .join(", ")})`,
    );
    const fingerprints: string[] = [];
    for (const [name, more] of [
      ["absent.duckdb", []],
      ["empty.duckdb", tables],
    ] as const) {
      const pool = await opened(name, bare.rounds, bare.tools, bare.events, ...more);
      fingerprints.push((await pool.summary()).fingerprint);
      pool.close();
    }
    expect(fingerprints[0]).toBe(fingerprints[1]);
  });
});

describe("queries", () => {
  it.each([
    ["an integer beyond 2^53", "SELECT 9007199254740993 AS n", "cast it to DOUBLE or VARCHAR"],
    ["a timestamp", "SELECT TIMESTAMP '2026-01-01' AS at", "timestamps: epoch_us"],
    ["a failed query with its SQL", "SELECT nope FROM rounds", "SQL: SELECT nope FROM rounds"],
  ])("refuse %s", async (_, sql, message) => {
    const pool = await opened(`q${sql.length}.duckdb`, bare.rounds, bare.tools, bare.events);
    await expect(pool.rows(sql)).rejects.toThrow(message);
    pool.close();
  });
});

describe.skipIf(!hasShared)("the published database", () => {
  it("has the fingerprint of its rows", async () => {
    const pool = await Pool.open(shared("data", "pool-a.reference.duckdb"), { threads: 1 });
    expect(await pool.summary()).toMatchObject({
      rounds: 13106,
      sessions: 193,
      toolCalls: 15379,
      timingEvents: 51402,
      synthetic: false,
      firstTime: "2025-11-01T17:34:41.875Z",
      transcripts: 0,
      fingerprint: "36cf29e7809641b54ee9aac2b72a81b2",
    });
    pool.close();
  });
});
