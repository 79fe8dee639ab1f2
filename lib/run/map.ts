/** Asks one shard of an exported pool everything that experiments ask, so that a run finds the answers. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Pool } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { firstLineOf } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { type Computed, Results, withMerge } from "./compute.ts";
import { type Plan, planAll } from "./plan.ts";

export interface MapRequest {
  /** In order, each after those it needs. */
  readonly experiments: readonly Experiment[];
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
 * @throws PlaceError when parts can't be written
 */
export async function mapShard({ experiments, rawFlags, pool, out, say }: MapRequest): Promise<void> {
  const summary = await pool.summary();
  const plans = await planAll({ experiments, rawFlags, pool: summary, folderOf: ({ id }) => path.join(out, id) });
  const results = new Results(plans, pool);
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-map-"));
  try {
    for (const plan of plans)
      try {
        await askStreamed(plan, await results.of(plan, () => undefined), pool, path.join(scratch, "streamed.csv"));
      } catch (error) {
        const place = placeProblem(error, out);
        if (place) throw place;
        say(`${plan.experiment.id} ends early on this shard alone, so the run that merges asks the rest: ${firstLineOf(error)}`);
      }
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function askStreamed({ experiment }: Plan, { tables }: Computed, pool: Pool, csv: string): Promise<void> {
  for (const { rows } of tables) if ("query" in rows) await pool.copyCsv(withMerge(experiment, rows.query), csv, rows.params, rows.query);
}
