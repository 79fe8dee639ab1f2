/** What tasks over the shards of an exported pool do: compute relations of the whole pool once, and ask one shard everything that experiments ask, so that a run finds the answers. */
import path from "node:path";
import { isOutOfMemory } from "../db/open/memory.ts";
import type { PartsOptions } from "../db/open/parts.ts";
import { Pool } from "../db/open/pool.ts";
import type { ReadingOptions } from "../db/open/reading.ts";
import type { Experiment } from "../experiment.ts";
import { Draft } from "../files/atomic.ts";
import { firstLineOf, UserError } from "../files/errors.ts";
import { machineProblem, placeProblem } from "../files/place.ts";
import { known } from "../stats/known.ts";
import { experimentSources, type SourceFile } from "./code.ts";
import { type Computed, Results, withMerge } from "./compute.ts";
import { parseFlags } from "./flags.ts";
import { RelationsInUse, relationsForPool, relationsIn } from "./relations-in-use.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How the message of a task begins that needs more memory than it has. */
const OUT_OF_MEMORY = "Out of memory";

export interface MapRequest {
  /** An exported pool. */
  readonly file: string;
  readonly reading: ReadingOptions;
  readonly threads: number;
  /** Of the engine, e.g. `4GB`. */
  readonly memory: string;
  /** The folder for parts. */
  readonly out: string;
  /** In order, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Flags as the command line gave them, by name. */
  readonly rawFlags: Readonly<Record<string, unknown>>;
  readonly say: (line: string) => void;
}

/**
 * Computes what all shards need of the whole pool, unless there are parts of it. What does not fit into memory goes to a hidden folder.
 * @throws UserError when parts can't be written or memory runs out
 */
export async function mapRelations(request: MapRequest): Promise<void> {
  const sources = await experimentSources(request.experiments);
  const names = [...new Set([...sources.values()].flatMap(relationsIn))];
  const spill = new Draft(path.join(request.out, "spill"));
  try {
    await inReadings(request, { only: null }, (pool) => pool.keepRelations(names), spill.path);
  } finally {
    spill.discard();
  }
}

/**
 * Asks one shard, from 0 on.
 * @throws UserError when parts can't be written or memory runs out
 */
export async function mapShard(request: MapRequest, shard: number): Promise<void> {
  await inReadings(request, { only: shard }, (pool) => askShard(request, pool));
}

/** A run in the counted reading notes headlines of the other one. */
async function inReadings(
  { file, reading, threads, memory, out, say }: MapRequest,
  { only }: Pick<PartsOptions, "only">,
  work: (pool: Pool) => Promise<void>,
  tempDirectory?: string,
): Promise<void> {
  const options = {
    threads,
    memoryLimit: memory,
    parts: { folder: out, only, say },
    ...(tempDirectory === undefined ? {} : { tempDirectory }),
  };
  const inReading = async (asked: ReadingOptions) => {
    const pool = await Pool.open(file, { ...asked, ...options });
    try {
      await work(pool);
      return pool.accounting === "counted" && pool.isDetailed;
    } finally {
      pool.close();
    }
  };
  try {
    if (await inReading(reading)) await inReading({ accounting: "published", labels: reading.labels });
  } catch (error) {
    throw machineProblem(error, out) ?? error;
  }
}

/**
 * Runs the experiments on the shard as if it were the pool and throws away what they find: only the answers are kept. What an experiment
 * asks because of an answer, the run that merges asks itself.
 * @throws PlaceError when parts can't be written, UserError when memory runs out
 */
async function askShard({ experiments, rawFlags, out, say }: MapRequest, pool: Pool): Promise<void> {
  const sources = await experimentSources(experiments);
  const plans = experiments.map((experiment) => ({
    experiment,
    options: parseFlags(experiment.flags, rawFlags),
    sources: known(sources.get(experiment.id)),
    watch: new Stopwatch(),
  }));
  await keepForPool([...sources.values()].flat(), pool);
  const results = new Results(plans, pool);
  const relations = new RelationsInUse(pool, plans);
  relations.mayFreeAfter(Promise.resolve());
  for (const plan of plans) {
    const { id } = plan.experiment;
    try {
      const result = await results.of(plan, () => undefined);
      await keepStreamed(plan.experiment, result, pool);
      results.published(plan, result);
    } catch (error) {
      const place = placeProblem(error, out);
      if (place) throw place;
      if (isOutOfMemory(error)) throw new UserError(`${OUT_OF_MEMORY} in ${id}: ${firstLineOf(error)}`, 1, { cause: error });
      say(`${id} ends early on this shard alone, so the run that merges asks the rest: ${firstLineOf(error)}`);
    }
    relations.done(id);
    await relations.settled();
  }
}

/** Relations that queries of the whole pool read, before experiments on the shard read and free them. */
async function keepForPool(sources: readonly SourceFile[], pool: Pool): Promise<void> {
  try {
    await pool.keepShardRelations(relationsForPool(sources));
  } catch (error) {
    if (isOutOfMemory(error)) throw new UserError(`${OUT_OF_MEMORY} in relations of the shard: ${firstLineOf(error)}`, 1, { cause: error });
    throw error;
  }
}

async function keepStreamed(experiment: Experiment, { tables }: Computed, pool: Pool): Promise<void> {
  for (const { rows } of tables) if ("query" in rows) await pool.keepAnswers(withMerge(experiment, rows.query), rows.params, rows.query);
}
