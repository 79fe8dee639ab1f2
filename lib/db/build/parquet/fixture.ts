/** Parquet files for tests, written by SQL. */

import fs from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quoteLiteral } from "../../sql.ts";

/** A step with a tool call and an event each; what a test does not care about. */
export const SMALL_EXPORT = {
  "rounds.parquet": "SELECT 1::BIGINT AS round_pk, 'claude' AS provider UNION ALL SELECT 2, 'codex'",
  "tool_calls.parquet": "SELECT 1::BIGINT AS round_pk, 'Bash' AS tool_name",
  "timing_events.parquet": "SELECT 2::BIGINT AS round_pk, 'text' AS event_type",
} as const;

/** Writes all files of a process. */
const writer = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
await writer.run("SET TimeZone = 'UTC'");

/** Writes the result of each query to a file below the folder. */
export async function writeParquet(folder: string, queries: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, query] of Object.entries(queries)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    await writer.run(`COPY (${query}) TO ${quoteLiteral(file)} (FORMAT parquet)`);
  }
}
