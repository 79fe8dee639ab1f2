/** For tests: the shared transcripts, collected and built once per run of the tests. Only where `hasShared` holds. */
import fs from "node:fs";
import { collect } from "../collect/collect.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Accounting } from "../trace/readings.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { shared } from "./paths.ts";

type Folder = "transcripts" | "transcripts-2026";

/** Open until the process ends, so that the test files of a worker share the relations. */
const opened = new Map<string, Promise<Pool>>();

/** Lets `use` work with the transcripts of a folder in either reading of the pool; `rows` is the reading in which they were collected. */
export async function withTranscripts<T>(
  folder: Folder,
  accounting: Accounting,
  use: (pool: Pool) => Promise<T>,
  rows: Accounting = "published",
): Promise<T> {
  const name = `${folder} ${rows} ${accounting}`;
  const pool = opened.get(name) ?? openTranscripts(folder, rows, accounting);
  opened.set(name, pool);
  return use(await pool);
}

async function openTranscripts(folder: Folder, rows: Accounting, accounting: Accounting): Promise<Pool> {
  return Pool.open(await transcriptsDatabase(folder, rows), { accounting, threads: 1 });
}

/** The trace that the transcripts of a folder were collected into. */
export async function transcriptsTrace(folder: Folder, rows: Accounting): Promise<string> {
  await transcriptsDatabase(folder, rows);
  return traceOf(folder, rows);
}

function traceOf(folder: Folder, rows: Accounting): string {
  return inTestCache(`${folder}-${rows}.jsonl`);
}

/** The database file of the transcripts of a folder. */
export async function transcriptsDatabase(folder: Folder, rows: Accounting): Promise<string> {
  return oncePerTestRun(inTestCache(`${folder}-${rows}.duckdb`), async (place) => {
    const trace = traceOf(folder, rows);
    await collect({ homes: [shared(folder, "home")], output: trace, environment: {}, reading: rows, resume: false, say: () => {} });
    fs.rmSync(place, { force: true });
    await buildDatabase({ inputs: [trace], db: place });
  });
}
