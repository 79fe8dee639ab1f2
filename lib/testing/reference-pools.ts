/** For tests: the pools whose published tables are at hand, and readers for these. Only where `hasShared` holds. */
import fs from "node:fs";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Experiment, ExperimentResult, Row } from "../experiment.ts";
import { queriesOf } from "../run/compute.ts";
import { parseFlags } from "../run/flags.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { shared } from "./paths.ts";

export const REFERENCE_POOLS = ["pool-a", "pool-x"] as const;
export type ReferencePool = (typeof REFERENCE_POOLS)[number];

/** Opens one of the pools; a pool that is there as a trace only is built first, once per run of the tests. */
export async function withReferencePool<T>(name: ReferencePool, use: (pool: Pool) => Promise<T>): Promise<T> {
  const published = shared("data", `${name}.reference.duckdb`);
  const pool = await Pool.open(fs.existsSync(published) ? published : await builtPool(name));
  try {
    return await use(pool);
  } finally {
    pool.close();
  }
}

function builtPool(name: ReferencePool): Promise<string> {
  return oncePerTestRun(inTestCache(`${name}.duckdb`), async (db) => {
    await buildDatabase({ inputs: [shared("data", `${name}.jsonl.gz`)], db });
  });
}

/** Runs an experiment on an open pool with the given flags, e.g. `{ "max-steps": 5 }`, and defaults for the others. */
export function runOn(experiment: Experiment, pool: Pool, flags: Record<string, unknown> = {}): Promise<ExperimentResult> {
  const options = parseFlags(experiment.flags, flags);
  return experiment.run({ db: queriesOf(experiment, pool), options, needs: {}, log: () => undefined });
}

/** The rows of a table, the first unless named. @throws when there is none or its rows are streamed */
export function rowsOf({ tables }: ExperimentResult, name = tables[0]?.name): readonly Row[] {
  const rows = tables.find((table) => table.name === name)?.rows;
  if (!rows || "query" in rows) throw new Error(`no rows of a table ${name} at hand`);
  return rows;
}

/** Text of a published file of an experiment, e.g. `headline.json`. */
export function published(pool: ReferencePool, experiment: Experiment, file: string): string {
  return fs.readFileSync(shared("golden", pool, experiment.id, file), "utf8");
}

/** The cells of all tables of a Markdown text, row by row, headings included; alignment rows and other lines are left out. */
export function markdownCells(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|") && !/^[|:\s-]+$/.test(line));
  return lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
