import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import type { Query } from "../../experiment.ts";
import { firstLineOf } from "../../files/errors.ts";
import { withPool } from "../../testing/pool.ts";
import type { Pool } from "./pool.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "query-errors-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const QUERY: Query<{ n: number }> = { file: "query.sql", columns: { n: "number" } };

const WAYS: readonly [string, (pool: Pool, sql: string) => Promise<unknown>][] = [
  ["rows", (pool, sql) => pool.rows(sql, {}, QUERY)],
  ["columns", (pool, sql) => pool.columns(sql, {}, QUERY)],
  ["a streamed table", (pool, sql) => pool.copyCsv(sql, path.join(folder, "n.csv"), {}, QUERY.file)],
];

it.each([
  [
    "a misspelled relation",
    "-- uses: step_timez\nSELECT 1 AS n",
    /^query\.sql uses the relation step_timez, .* Did you mean step_times\?$/,
  ],
  [
    "a path for a relation",
    "-- uses: ../relations/step_times\nSELECT 1 AS n",
    /^query\.sql uses the relation \.\.\/relations\/step_times, /,
  ],
  [
    "a relation without -- uses:",
    "SELECT 1 AS n\n\nFROM step_times",
    /^query\.sql:3: Catalog Error: .* It is a relation: add "-- uses: step_times" to query\.sql\.$/,
  ],
  ["a misspelled table", "SELECT 1 AS n FROM round", /^query\.sql:1: Catalog Error: .* does not exist! Did you mean "rounds"\?$/],
  ["a misspelled column", "SELECT\nmodle AS n FROM rounds", /^query\.sql:2: Binder Error: .*"modle" .* Candidate bindings: "model"/],
  ["a syntax error", "SELECT 1 AS n\nFRM rounds WHERE", /^query\.sql:2: Parser Error: syntax error at or near "FRM"$/],
  ["a value of another kind", "SELECT CAST(model AS INTEGER) AS n FROM rounds", /^query\.sql(:1)?: Conversion Error: Could not convert/],
])("%s is said with its place, however the query is read", async (_what, sql, expected) => {
  await withPool([{ model: "a" }], async (pool) => {
    for (const [way, read] of WAYS)
      expect([way, await read(pool, sql).then(() => "read", firstLineOf)]).toEqual([way, expect.stringMatching(expected)]);
  });
});
