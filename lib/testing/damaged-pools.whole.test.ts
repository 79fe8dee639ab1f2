/** Every experiment answers for a damaged pool, and gives the same bytes with several threads and in shards. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { experimentIds } from "../artifacts/experiment-folders.ts";
import { Pool } from "../db/open/pool.ts";
import { loadExperiments } from "../run/discover.ts";
import { known } from "../stats/known.ts";
import { type Damage, damagedCopy } from "./damaged-pools.ts";
import { outputOf } from "./outputs.ts";
import { referenceDatabase } from "./reference-pools.ts";

const POOLS: readonly Damage[] = [
  { seed: 1, share: 0.08, rate: 0.02 },
  { seed: 2, share: 0.05, rate: 0.2 },
];
/** As text where a value was missing, and not as part of a word. */
const NO_VALUE = /\b(undefined|NaN|Infinity)\b|\[object/;

const experiments = (await loadExperiments(experimentIds())).map((experiment) => [experiment.id, experiment] as const);
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "damaged-"));
afterAll(() => fs.rmSync(scratch, { recursive: true, force: true }));

describe.each(POOLS)("a pool with the damage %o", (damage) => {
  const pools: Pool[] = [];
  beforeAll(async () => {
    const db = path.join(scratch, `${damage.seed}.duckdb`);
    await damagedCopy(await referenceDatabase("pool-x"), db, damage);
    for (const options of [{ threads: 1 }, { threads: 4, shards: 3 }]) pools.push(await Pool.open(db, options));
  });
  afterAll(() => {
    for (const pool of pools) pool.close();
  });

  it.each(experiments)("%s", async (_id, experiment) => {
    const [output, other] = await Promise.all(pools.map((pool) => outputOf(experiment, pool)));
    expect(NO_VALUE.exec(known(output))).toBeNull();
    expect(other).toBe(output);
  });
});
