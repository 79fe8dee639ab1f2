/** Every experiment on the bundled sample, computed but not drawn; on pool X where the sample has nothing to show. */

import { experimentIds } from "../artifacts/experiment-folders.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import type { Result } from "../run/compute.ts";
import { loadExperiments } from "../run/discover.ts";
import { inTestCache, oncePerTestRun } from "./once.ts";
import { project } from "./paths.ts";
import { runOn, withReferencePool } from "./reference-pools.ts";

export interface SampleResult {
  readonly experiment: Experiment;
  readonly result: Result;
}

/** Path of the database of the sample, which is built once per run of the tests. Nobody writes to it. */
export function sampleDatabase(): Promise<string> {
  return oncePerTestRun(inTestCache("sample.duckdb"), async (place) => {
    await buildDatabase({ inputs: [project("data", "sample.jsonl.gz")], db: place });
  });
}

/** Open until the process ends, so that the test files of a worker share the relations. */
let opened: Promise<Pool> | undefined;

/** The sample, which nobody closes. */
export function samplePool(): Promise<Pool> {
  opened ??= sampleDatabase().then((db) => Pool.open(db, { threads: 1 }));
  return opened;
}

/** The result on the sample, or on pool X, whose groups are larger, when the sample has nothing to draw. */
export async function shownOn(sample: Pool, experiment: Experiment): Promise<Result> {
  const result = await runOn(experiment, sample);
  return result.figures.length > 0 ? result : withReferencePool("pool-x", (pool) => runOn(experiment, pool));
}

/** @param ids of the experiments to run; all by default */
export async function withSample<T>(use: (results: readonly SampleResult[]) => Promise<T>, ids = experimentIds()): Promise<T> {
  const pool = await samplePool();
  const results: SampleResult[] = [];
  for (const experiment of await loadExperiments(ids)) results.push({ experiment, result: await shownOn(pool, experiment) });
  return use(results);
}
