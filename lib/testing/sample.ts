/** Every experiment on the bundled sample, computed but not drawn. */

import { experimentIds } from "../artifacts/experiment-folders.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { project } from "./paths.ts";
import { runOn } from "./reference-pools.ts";

export interface SampleResult {
  readonly experiment: Experiment;
  readonly result: Result;
}

/** The pool of the sample, which is built once per run of the tests. */
export async function openSample(): Promise<Pool> {
  const db = await oncePerTestRun(inTestCache("sample.duckdb"), async (place) => {
    await buildDatabase({ inputs: [project("data", "sample.jsonl.gz")], db: place });
  });
  return Pool.open(db);
}

/** @param ids of the experiments to run; all by default */
export async function withSample<T>(use: (results: readonly SampleResult[]) => Promise<T>, ids = experimentIds()): Promise<T> {
  const pool = await openSample();
  try {
    const results: SampleResult[] = [];
    for (const experiment of await loadExperiments(ids)) results.push({ experiment, result: await runOn(experiment, pool) });
    return await use(results);
  } finally {
    pool.close();
  }
}
