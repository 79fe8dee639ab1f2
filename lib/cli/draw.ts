/** The way from a trace to results on disk, which the commands that run experiments share. */
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import { openFolder } from "../files/place.ts";
import { say } from "../files/say.ts";
import type { NamedSummary, PoolRequest } from "../run/database.ts";
import type { Outcome, Reporter } from "../run/reporter.ts";
import type { RunRequest } from "../run/schedule.ts";

export interface DrawRequest extends Omit<RunRequest, "pool" | "summary" | "reporter" | "writeExplore"> {
  readonly source: Omit<PoolRequest, "say">;
  /** Where results go, and the flag that names it. */
  readonly out: string;
  readonly outFlag: string;
  /** How many parts besides the experiments a progress bar covers. */
  readonly parts?: number;
  readonly writeExplore?: (pool: Pool, summary: PoolSummary, reporter: Reporter) => Promise<void>;
}

export interface Drawn {
  readonly pool: NamedSummary;
  /** In the order of the experiments. A failure is an outcome, not an exception. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Finds or builds the database and runs the experiments.
 * @param finish what is made of the results, with the same progress
 * @throws UserError for a source that isn't there, before anything is written
 */
export async function drawExperiments<T>(request: DrawRequest, finish: (drawn: Drawn, reporter: Reporter) => Promise<T>): Promise<T> {
  const { source, out, outFlag, parts, writeExplore, ...run } = request;
  const [{ runExperiments }, { sourceOf, withPool }, { createReporter }] = await Promise.all([
    import("../run/schedule.ts"),
    import("../run/database.ts"),
    import("../run/reporter.ts"),
  ]);
  await sourceOf(source);
  openFolder(out, outFlag);
  const reporter = createReporter(parts);
  try {
    const drawn = await withPool({ ...source, say }, async (pool, summary) => {
      const explore = writeExplore && { writeExplore: () => writeExplore(pool, summary, reporter) };
      return { pool: summary, outcomes: await runExperiments({ ...run, pool, summary, reporter, ...explore }) };
    });
    return await finish(drawn, reporter);
  } finally {
    reporter.end();
  }
}
