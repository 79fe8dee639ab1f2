/** Asks one shard of an exported pool everything that experiments ask, so that a run finds the answers. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { isOutOfMemory } from "../db/open/memory.ts";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { firstLineOf, UserError } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { known } from "../stats/known.ts";
import { experimentSources } from "./code.ts";
import { type Computed, Results, withMerge } from "./compute.ts";
import { parseFlags } from "./flags.ts";
import { RelationsInUse } from "./relations-in-use.ts";
import { Stopwatch } from "./stopwatch.ts";

/** How the message of a task begins that needs more memory than it has. */
const OUT_OF_MEMORY = "Out of memory";

export interface MapRequest {
  /** In order, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Flags as the command line gave them, by name. */
  readonly rawFlags: Readonly<Record<string, unknown>>;
  /** Opened for one shard, with a folder for parts. */
  readonly pool: Pool;
  /** The folder for parts. */
  readonly out: string;
  readonly say: (line: string) => void;
}

/**
 * Runs the experiments on the shard as if it were the pool and throws away what they find: only the answers are kept. What an experiment
 * asks because of an answer, the run that merges asks itself.
 * @throws PlaceError when parts can't be written, UserError when memory runs out
 */
export async function mapShard({ experiments, rawFlags, pool, out, say }: MapRequest): Promise<void> {
  const sources = await experimentSources(experiments);
  const plans = experiments.map((experiment) => ({
    experiment,
    options: parseFlags(experiment.flags, rawFlags),
    sources: known(sources.get(experiment.id)),
    watch: new Stopwatch(),
  }));
  const results = new Results(plans, pool);
  const relations = new RelationsInUse(pool, plans);
  relations.mayFreeAfter(Promise.resolve());
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-map-"));
  try {
    for (const plan of plans) {
      const { id } = plan.experiment;
      try {
        const result = await results.of(plan, () => undefined);
        await askStreamed(plan.experiment, result, pool, path.join(scratch, "streamed.csv"));
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
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function askStreamed(experiment: Experiment, { tables }: Computed, pool: Pool, csv: string): Promise<void> {
  for (const { rows } of tables) if ("query" in rows) await pool.copyCsv(withMerge(experiment, rows.query), csv, rows.params, rows.query);
}
