/** What `import … from "trace-atlas"` offers: the contract of experiments, and functions for programs that run them. */
import type { EngineOptions } from "./db/open/connection.ts";
import type { Pool } from "./db/open/pool.ts";
import type { Experiment } from "./experiment.ts";
import { inside } from "./files/inside.ts";
import type { Outcome } from "./run/reporter.ts";

export type { EngineOptions } from "./db/open/connection.ts";
export type { Pool, PoolSummary } from "./db/open/pool.ts";
export * from "./experiment.ts";
export { UserError } from "./files/errors.ts";
export type { Outcome } from "./run/reporter.ts";

// The program is loaded when it is called: an experiment imports this module for the contract alone.

/**
 * Opens a database that `build-db` made, read-only. Close it with `pool.close()`.
 * @throws UserError when the file is missing, locked or not a trace database
 */
export async function openPool(file: string, options: EngineOptions = {}): Promise<Pool> {
  const { Pool } = await import("./db/open/pool.ts");
  return Pool.open(file, options);
}

/**
 * Bundled experiments by category, name or `category/nameprefix` (all without a pattern), each after those that it needs.
 * @throws UserError when a pattern matches nothing
 */
export async function loadExperiments(...only: readonly string[]): Promise<Experiment[]> {
  const [folders, discover] = await Promise.all([import("./artifacts/experiment-folders.ts"), import("./run/discover.ts")]);
  return discover.loadExperiments(discover.selectIds(folders.experimentIds(), only));
}

export interface RunOptions {
  readonly pool: Pool;
  /** In the order to run, each after those that it needs. */
  readonly experiments: readonly Experiment[];
  /** Results are written to `<out>/<category>/<name>`, logs to `<out>/logs`. */
  readonly out: string;
  /** Flags of experiments by their name on the command line, e.g. `{ "min-drop": 4096 }`. */
  readonly flags?: Readonly<Record<string, unknown>>;
  /** Experiments and figures under way at once; 1 unless given. */
  readonly jobs?: number;
  /** Run experiments whose results are fresh. */
  readonly force?: boolean;
  /** Called when an experiment is done. */
  readonly onDone?: (outcome: Outcome) => void;
}

/** Runs experiments and writes their results. A failure is an outcome, not an exception. */
export async function runExperiments({ pool, experiments, out, ...options }: RunOptions): Promise<Outcome[]> {
  const schedule = await import("./run/schedule.ts");
  return schedule.runExperiments({
    pool,
    experiments,
    rawFlags: options.flags ?? {},
    summary: await pool.summary(),
    folderOf: ({ id }) => inside(out, id),
    jobs: options.jobs ?? 1,
    force: options.force ?? false,
    stopOnFail: false,
    logFolder: inside(out, "logs"),
    reporter: {
      begin: nothing,
      start: nothing,
      postpone: nothing,
      finish: options.onDone ?? nothing,
      part: (_, work) => work(nothing),
      end: nothing,
    },
  });
}

function nothing(): void {}
