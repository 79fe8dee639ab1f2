import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasShared, shared } from "../testing.ts";
import { Pool } from "./open.ts";
import { TRACE_TABLES } from "./schema.ts";

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "open-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

async function database(name: string, ...statements: string[]): Promise<string> {
  const file = path.join(folder, name);
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  return file;
}

const bare = {
  rounds: "CREATE TABLE rounds AS SELECT 1::BIGINT AS round_pk, 'codex' AS provider",
  tools:
    "CREATE TABLE tool_calls AS SELECT 1::BIGINT AS round_pk, NULL::JSON AS result_chars, '7'::JSON AS input_chars, '\"Bash\"'::JSON AS tool_name",
  events:
    "CREATE TABLE timing_events AS SELECT * FROM (VALUES (1::BIGINT, 'user_message'), (1, 'text'), (2, 'text')) t(round_pk, event_type)",
};

describe("a database of another builder", () => {
  it("gets every documented column with its type", async () => {
    const pool = await Pool.open(await database("bare.duckdb", bare.rounds, bare.tools, bare.events));
    for (const [table, columns] of Object.entries(TRACE_TABLES)) {
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
    expect(await pool.rows("SELECT path FROM trace_source")).toEqual([]);
    pool.close();
  });

  it.each([
    ["is missing", async () => path.join(folder, "none.duckdb"), "No database at"],
    [
      "is no DuckDB file",
      async () => {
        const file = path.join(folder, "text.duckdb");
        fs.writeFileSync(file, "hello, this is no database");
        return file;
      },
      "can't be opened as a DuckDB database",
    ],
    ["lacks a table", () => database("lacks.duckdb", bare.rounds, bare.tools), "has no table timing_events"],
  ])("is refused with a sentence when it %s", async (_, make, message) => {
    await expect(Pool.open(await make())).rejects.toThrow(message);
  });
});

describe("queries", () => {
  it.each([
    ["an integer beyond 2^53", "SELECT 9007199254740993 AS n", "cast it to DOUBLE or VARCHAR"],
    ["a timestamp", "SELECT TIMESTAMP '2026-01-01' AS at", "timestamps: epoch_us"],
    ["a failed query with its SQL", "SELECT nope FROM rounds", "SQL: SELECT nope FROM rounds"],
    ["an unknown relation", "-- uses: nope\nSELECT 1", "no relation nope"],
  ])("refuse %s", async (_, sql, message) => {
    const pool = await Pool.open(await database(`q${sql.length}.duckdb`, bare.rounds, bare.tools, bare.events));
    await expect(pool.rows(sql)).rejects.toThrow(message);
    pool.close();
  });
});

describe.skipIf(!hasShared)("the published database", () => {
  it("has the fingerprint of its rows", async () => {
    const pool = await Pool.open(shared("data", "pool-a.reference.duckdb"));
    expect(await pool.summary()).toMatchObject({
      rounds: 13106,
      sessions: 193,
      toolCalls: 15379,
      timingEvents: 51402,
      synthetic: false,
      firstTime: "2025-11-01T17:34:41.875Z",
    });
    pool.close();
  });
});
