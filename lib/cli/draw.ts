/** The way from a trace to results on disk, which the commands that run experiments share. */
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { inside } from "../files/inside.ts";
import { openFolder } from "../files/place.ts";
import { say } from "../files/say.ts";
import type { NamedSummary, PoolRequest } from "../run/database.ts";
import type { Outcome, Reporter } from "../run/reporter.ts";
import type { RunRequest } from "../run/schedule.ts";
import { summaryLines } from "./summary.ts";

/** By default results and logs are below `out`, and a failure stops nothing. */
type Defaulted = "folderOf" | "logFolder" | "stopOnFail";

export interface DrawRequest
  extends Omit<RunRequest, "pool" | "otherPool" | "summary" | "reporter" | "writeExplore" | Defaulted>,
    Partial<Pick<RunRequest, Defaulted>> {
  readonly source: Omit<PoolRequest, "say">;
  /** Where results go, and the flag that names it. Default: `--out`. */
  readonly out: string;
  readonly outFlag?: string;
  /** How many parts besides the experiments a progress bar covers. */
  readonly parts?: number;
  readonly writeExplore?: (pool: Pool, summary: PoolSummary, reporter: Reporter) => Promise<void>;
}

export interface Drawn {
  readonly pool: NamedSummary;
  /** How the pool is read, as it was said. */
  readonly reading: readonly string[];
  /** In the order of the experiments. A failure is an outcome, not an exception. */
  readonly outcomes: readonly Outcome[];
}

/**
 * Finds or builds the database, runs the experiments and says how it went.
 * @param finish what is made of the results, with the same progress
 * @throws UserError for a source that isn't there, before anything is written
 */
export async function drawExperiments<T>(
  request: DrawRequest,
  finish: (drawn: Drawn, reporter: Reporter) => Promise<T>,
): Promise<Drawn & { readonly finished: T }> {
  const { source, out, outFlag = "--out", parts, writeExplore, ...given } = request;
  const folderOf = ({ id }: Experiment) => inside(out, id);
  const run = { folderOf, logFolder: inside(out, "logs"), stopOnFail: false, ...given };
  const [{ runExperiments }, { readingLines, readingOptionsOf, sourceOf, withPool }, { createReporter }] = await Promise.all([
    import("../run/schedule.ts"),
    import("../run/database.ts"),
    import("../run/reporter.ts"),
  ]);
  await sourceOf(source);
  readingOptionsOf(source);
  openFolder(out, outFlag);
  const reporter = createReporter(parts);
  const work = async () => {
    const drawn = await withPool({ ...source, say }, async (pool, summary, otherPool) => {
      const explore = writeExplore && { writeExplore: () => writeExplore(pool, summary, reporter) };
      return {
        pool: summary,
        reading: readingLines(pool),
        outcomes: await runExperiments({ ...run, pool, otherPool, summary, reporter, ...explore }),
      };
    });
    return { ...drawn, finished: await finish(drawn, reporter) };
  };
  const drawn = await work().finally(() => reporter.end());
  for (const line of summaryLines({ ...drawn, out, logFolder: run.logFolder })) say(line);
  return drawn;
}
