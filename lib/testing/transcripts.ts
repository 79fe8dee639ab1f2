/** For tests: the shared transcripts, collected and built once per run of the tests. Only where `hasShared` holds. */
import fs from "node:fs";
import { collect } from "../collect/collect.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Accounting } from "../trace/readings.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { shared } from "./paths.ts";

/** Lets `use` work with rows as the published extractor reads them from a folder, opened in either reading. */
export async function withTranscripts<T>(
  folder: "transcripts" | "transcripts-2026",
  accounting: Accounting,
  use: (pool: Pool) => Promise<T>,
): Promise<T> {
  const db = await oncePerTestRun(inTestCache(`${folder}.duckdb`), async (place) => {
    const trace = inTestCache(`${folder}.jsonl`);
    await collect({ homes: [shared(folder, "home")], output: trace, environment: {}, reading: "published", resume: false, say: () => {} });
    fs.rmSync(place, { force: true });
    await buildDatabase({ inputs: [trace], db: place });
  });
  const pool = await Pool.open(db, { accounting });
  try {
    return await use(pool);
  } finally {
    pool.close();
  }
}
