/** Every experiment gives the same bytes however many shards a pool has, read from a folder of as many. Slow, with `LONG=1`: other pools and other numbers of shards. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { mergeOf } from "../db/open/merge.ts";
import { Pool } from "../db/open/pool.ts";
import type { Experiment, Query } from "../experiment.ts";
import { exportPool } from "../export/export.ts";
import { isOfPool, relationNames } from "../relations/relations.ts";
import { withMerge } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { known } from "../stats/known.ts";
import { outputOf } from "./outputs.ts";
import { hasShared } from "./paths.ts";
import { referenceDatabase } from "./reference-pools.ts";
import { runOn } from "./run-on.ts";
import { sampleDatabase, samplePool } from "./sample.ts";

const LONG = process.env.LONG === "1";
const SHARDS = LONG ? [2, 7, 64] : [7];

/** Relations whose rows are neither of steps nor of sessions. */
const IN_EVERY_SHARD = new Set(["chars_per_token", "label_keys", "project_labels", "rates", "tool_activity", "visible_decode"]);

/** Relations of counts by model, which queries merge. */
const MERGED_BY_QUERIES = new Set(["final_counts", "price_coverage"]);

const experiments = (await loadExperiments(experimentIds())).map((experiment) => [experiment.id, experiment] as const);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "shards-"));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

describe.each([
  ["the sample", sampleDatabase, true],
  ["pool A", () => referenceDatabase("pool-a"), LONG && hasShared],
  ["pool X", () => referenceDatabase("pool-x"), LONG],
] as const)("%s gives the same bytes in shards", (_, database, isRead) => {
  const pools = new Map<number, Pool>();
  /** The first of two makes parts, which the second finds. Without LONG=1, lib/engine/engine.test.ts does that. */
  const keepers: Pool[] = [];
  beforeAll(async () => {
    if (!isRead) return;
    const db = await database();
    pools.set(1, await Pool.open(db));
    for (const shards of SHARDS) {
      const folder = await inFolder(db, shards);
      pools.set(shards, await Pool.open(folder, { shards }));
      if (!LONG) continue;
      const parts = { folder: `${folder}-parts` };
      keepers.push(await Pool.open(folder, { parts }), await Pool.open(folder, { parts }));
    }
  });
  afterAll(() => {
    for (const pool of [...pools.values(), ...keepers]) pool.close();
  });

  it.skipIf(!isRead).each(relationNames().filter((name) => !MERGED_BY_QUERIES.has(name)))("relation %s", async (name) => {
    // Each row has a hash, since a merge keeps no rows that are equal.
    const rows = `-- uses: ${name}
-- merge: key(row) ${IN_EVERY_SHARD.has(name) ? "max" : "sum"}(times)
SELECT hash(${name})::VARCHAR AS row, count(*) AS times FROM ${name} GROUP BY ALL`;
    const whole = await known(pools.get(1)).rows(rows);
    for (const shards of SHARDS) expect(await known(pools.get(shards)).rows(rows), `${shards} shards`).toEqual(whole);
  });

  it.skipIf(!isRead).each(experiments)("%s", async (_id, experiment) => {
    const whole = await outputOf(experiment, known(pools.get(1)));
    for (const shards of SHARDS) expect(await outputOf(experiment, known(pools.get(shards))), `${shards} shards`).toBe(whole);
    for (const keeper of keepers) expect(await outputOf(experiment, keeper), "parts").toBe(whole);
  });
});

async function inFolder(db: string, shards: number): Promise<string> {
  const out = path.join(scratch, `${path.basename(db)}-${shards}`);
  await exportPool({ db, out, format: "parquet", shards });
  return out;
}

describe("queries say how the answers of shards become one", () => {
  let sample: Pool;
  beforeAll(async () => {
    sample = await samplePool();
  });

  it.each(experiments)("%s", async (_id, experiment) => {
    const files = await listedIn(experiment, sample);
    expect(files.filter((file) => !isMerged(experiment, file))).toEqual([]);
  });
});

/** Queries whose rows an experiment reads as they are, or streams. */
async function listedIn(experiment: Experiment, pool: Pool): Promise<string[]> {
  const files = new Set<string>();
  const noted = <T>(query: Query | undefined, rows: T) => {
    if (query) files.add(query.file);
    return rows;
  };
  const noting: Pool = Object.create(pool, {
    rows: { value: (...[sql, params, query]: Parameters<Pool["rows"]>) => noted(query, pool.rows(sql, params, query)) },
    columns: { value: (...[sql, params, query]: Parameters<Pool["columns"]>) => noted(query, pool.columns(sql, params, query)) },
  });
  const { tables } = await runOn(experiment, noting);
  for (const { rows } of tables) if ("query" in rows) files.add(rows.query);
  // Those of experiments that it needs have run, too.
  return [...files].filter((file) => fs.existsSync(path.join(experiment.folder, file))).sort();
}

function isMerged(experiment: Experiment, file: string): boolean {
  const query = withMerge(experiment, file);
  return typeof query !== "string" || mergeOf(query, file) !== null || isOfPool(query);
}
