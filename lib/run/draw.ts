/** What all commands that run experiments share: which words they take, and the way from a trace to results on disk. */
import os from "node:os";
import path from "node:path";
import type { Argv } from "yargs";
import { restoreDash, say } from "../cli/parse.ts";
import { Pool, type PoolSummary } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { Draft } from "../files/atomic.ts";
import { resolveDatabase } from "./database.ts";
import { yargsOptions } from "./flags.ts";
import { createReporter, type Outcome, summaryLines } from "./reporter.ts";
import { runExperiments } from "./schedule.ts";

/** Where the rows come from and how they are worked on. Parse words that went through `hideDash`. */
export const sourceOptions = {
  db: { type: "string", describe: "Database to read, or to build from --input when it is missing or older" },
  input: {
    alias: "i",
    type: "string",
    array: true,
    default: [] as string[],
    coerce: (inputs: string[]) => inputs.map(restoreDash),
    describe: "Trace files or globs in order; - is standard input",
  },
  "skip-bad-lines": {
    type: "boolean",
    default: false,
    describe: "When building: keep going after bad lines and list them in <db>.rejects.csv",
  },
  companions: {
    type: "boolean",
    default: true,
    describe: "When building: read the .sessions.jsonl and .details.jsonl that stand beside a trace",
  },
  force: { type: "boolean", default: false, describe: "Run experiments whose results are fresh" },
  jobs: { alias: "j", type: "number", default: os.availableParallelism(), describe: "Experiments and figures under way at once" },
  threads: { type: "number", default: os.availableParallelism(), describe: "Threads of the database" },
  memory: {
    type: "string",
    default: defaultMemory(),
    defaultDescription: "two fifths of the machine's, at least 3GB",
    describe: "Memory limit of the database; what does not fit spills under the output folder",
  },
} as const;

/** The rest is for the program itself and for others. A container may have less than its machine. */
function defaultMemory(): string {
  const limit = process.constrainedMemory() ?? 0;
  const bytes = limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
  return `${Math.max(3, Math.floor((0.4 * bytes) / 1e9))}GB`;
}

/** `sourceOptions` and the flags of experiments, as parsed. */
interface SourceValues extends Readonly<Record<string, unknown>> {
  readonly db: string | undefined;
  readonly input: readonly string[];
  readonly skipBadLines: boolean;
  readonly companions: boolean;
  readonly force: boolean;
  readonly jobs: number;
  readonly threads: number;
  readonly memory: string;
}

/** Adds the flags of experiments; their values are read from the parsed options by `parseFlags`. */
export function withFlags<T>(parser: Argv<T>, experiments: readonly Experiment[]): Argv<T> {
  parser.options(yargsOptions(experiments));
  return parser;
}

export interface DrawRequest {
  /** In the order to run, each after those it needs. */
  readonly experiments: readonly Experiment[];
  /** Ids to write; the others are only computed when one of these needs them. Default: all. */
  readonly targets?: readonly string[];
  readonly options: SourceValues;
  /** Where a database is built that has no name. */
  readonly databaseFolder: string;
  /** In it, a hidden folder of this process takes what does not fit into memory. */
  readonly spillFolder: string;
  readonly folderOf: (experiment: Experiment) => string;
  readonly logFolder: string;
  readonly stopOnFail: boolean;
  /** As for `runExperiments`. */
  readonly startGallery?: () => void;
  readonly writeExplore?: (pool: Pool, summary: PoolSummary) => Promise<void>;
}

export interface Drawn {
  readonly pool: PoolSummary & { readonly name: string };
  /** In the order of the experiments. A failure is an outcome, not an exception. */
  readonly outcomes: readonly Outcome[];
}

/** Finds or builds the database, runs the experiments and tells on standard error what became of each. */
export async function drawExperiments(request: DrawRequest): Promise<Drawn> {
  const { options, targets } = request;
  const db = await resolveDatabase({
    db: options.db,
    inputs: options.input,
    out: request.databaseFolder,
    skipBadLines: options.skipBadLines,
    companions: options.companions,
    say,
  });
  const spill = new Draft(path.join(request.spillFolder, "spill"));
  const pool = await Pool.open(db, { threads: options.threads, memoryLimit: options.memory, tempDirectory: spill.path });
  try {
    const summary = await pool.summary();
    const { startGallery, writeExplore } = request;
    const outcomes = await runExperiments({
      experiments: request.experiments,
      ...(targets ? { targets } : {}),
      rawFlags: options,
      pool,
      summary,
      folderOf: request.folderOf,
      jobs: options.jobs,
      force: options.force,
      stopOnFail: request.stopOnFail,
      logFolder: request.logFolder,
      ...(startGallery ? { startGallery } : {}),
      ...(writeExplore ? { writeExplore: () => writeExplore(pool, summary) } : {}),
      reporter: createReporter(),
    });
    for (const line of summaryLines(outcomes)) say(line);
    return { pool: { ...summary, name: path.basename(db).replace(/\.duckdb$/, "") }, outcomes };
  } finally {
    pool.close();
    spill.discard();
  }
}

/** 1 when an experiment did not finish, which is then told on standard error; else 0. */
export function exitStatus(outcomes: readonly Outcome[], logFolder: string): 0 | 1 {
  const failed = outcomes.filter((outcome) => outcome.state === "failed" || outcome.state === "skipped");
  if (failed.length > 0)
    say(
      `${failed.length} of ${outcomes.length} experiments did not finish: ${failed.map((outcome) => outcome.id).join(", ")}. Their logs are in ${logFolder}.`,
    );
  return failed.length > 0 ? 1 : 0;
}
