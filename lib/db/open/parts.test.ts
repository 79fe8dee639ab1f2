import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exportPool } from "../../export/export.ts";
import { makeDatabase } from "../../testing/database.ts";
import { Pool } from "./pool.ts";

const root = fs.mkdtempSync(path.join(os.tmpdir(), "parts-"));
const folder = path.join(root, "pool");
afterAll(() => fs.rmSync(root, { recursive: true }));

beforeAll(async () => {
  const db = await makeDatabase(
    path.join(root, "pool.duckdb"),
    "CREATE TABLE rounds AS SELECT i AS round_pk, 'codex' AS provider, 's' || i AS session_id FROM range(20) AS numbers(i)",
    "CREATE TABLE tool_calls AS SELECT 0::BIGINT AS round_pk, 'Bash' AS tool_name",
    "CREATE TABLE timing_events AS SELECT 0::BIGINT AS round_pk, 'text' AS event_type",
  );
  await exportPool({ db, out: folder, format: "parquet", shards: 2 });
});

/** Answers `first` for the shard that has the session s0, and `second` for the other. */
const asked = (first: string, second: string) =>
  `-- merge: all by session_id
WITH shard AS (SELECT bool_or(session_id = 's0') AS is_first FROM rounds),
answers AS (SELECT session_id, CASE WHEN is_first THEN ${first} ELSE ${second} END AS value FROM rounds, shard)
FROM answers WHERE value IS NOT NULL`;

async function valuesOf(sql: string, parts: string) {
  const pool = await Pool.open(folder, { parts: { folder: parts }, threads: 1 });
  try {
    const rows = await pool.rows<{ value: number }>(sql);
    return { values: [...new Set(rows.map(({ value }) => value))].sort((a, b) => a - b), used: pool.partsUsed() };
  } finally {
    pool.close();
  }
}

describe("parts of shards that are stored in different ways are read as they were:", () => {
  const pairs: readonly (readonly [string, string, number[]])[] = [
    ["1::DOUBLE", "2.5::DOUBLE", [1, 2.5]],
    ["1::DOUBLE", "1e300::DOUBLE", [1, 1e300]],
    ["1::DOUBLE", "1::DOUBLE / 3", [1 / 3, 1]],
    ["0.001::DOUBLE", "1::DOUBLE / 3", [0.001, 1 / 3]],
    ["7::HUGEINT", "(2::HUGEINT ** 53)::HUGEINT", [7, 2 ** 53]],
    ["NULL::DOUBLE", "2.5::DOUBLE", [2.5]],
  ];
  it.each(pairs.flatMap(([a, b, values]) => [[a, b, values] as const, [b, a, values] as const]))("%s and %s", async (a, b, values) => {
    const parts = fs.mkdtempSync(path.join(root, "kept-"));
    const sql = asked(a, b);
    expect(await valuesOf(sql, parts)).toEqual({ values, used: { found: 0, made: new Map([0, 1].map((shard) => [shard, 1])) } });
    expect(await valuesOf(sql, parts)).toEqual({ values, used: { found: 2, made: new Map() } });
  });
});
