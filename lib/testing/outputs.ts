/** All that an experiment writes but its pictures, to compare pools. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment, StreamedRows } from "../experiment.ts";
import { withMerge } from "../run/compute.ts";
import { runOn } from "./run-on.ts";

export async function outputOf(experiment: Experiment, pool: Pool): Promise<string> {
  const { provides: _, ...result } = await runOn(experiment, pool);
  const tables: unknown[] = [];
  for (const table of result.tables)
    tables.push("query" in table.rows ? { ...table, rows: await streamed(experiment, table.rows, pool) } : table);
  return JSON.stringify({ ...result, tables }, null, 1);
}

/** By experiment; closes the pool. */
export async function outputsOf(experiments: readonly Experiment[], pool: Pool): Promise<Record<string, string>> {
  try {
    const outputs: Record<string, string> = {};
    for (const experiment of experiments) outputs[experiment.id] = await outputOf(experiment, pool);
    return outputs;
  } finally {
    pool.close();
  }
}

async function streamed(experiment: Experiment, { query, params }: StreamedRows, pool: Pool): Promise<string> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "streamed-"));
  try {
    const file = path.join(scratch, "rows.csv");
    await pool.copyCsv(withMerge(experiment, query), file, params, query);
    return fs.readFileSync(file, "utf8");
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}
