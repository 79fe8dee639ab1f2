/** The command line: `run-all.ts [options]` and its commands. */
import "./tuning.ts";
import path from "node:path";
import yargs, { type Argv } from "yargs";
import { hasReport, readReport, reportFile, writeReport } from "../artifacts/run-report.ts";
import { STDIN } from "../db/build/ingest/inputs.ts";
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import type { Experiment } from "../experiment.ts";
import { removeLeftovers } from "../files/atomic.ts";
import { UserError } from "../files/errors.ts";
import { acquireLock, lockBeside } from "../files/lock.ts";
import { placeProblem } from "../files/place.ts";
import { PROGRAM } from "../files/program.ts";
import type { GalleryRequest, GalleryResult } from "../gallery/build.ts";
import { abortBuild, build } from "../run/database.ts";
import { EXPERIMENTS_FOLDER, experimentIds, loadExperiments, selectIds } from "../run/discover.ts";
import { drawExperiments, exitStatus, sourceOptions, withFlags } from "../run/draw.ts";
import { givenFlags, parseFlags } from "../run/flags.ts";
import { type Shard, shardOf } from "../run/shard.ts";
import { discoveryOf, discoveryOptions } from "./discovery-options.ts";
import { hideDash, parse, say } from "./parse.ts";

/** Signals that end a program, and the exit status that then is the convention: 128 and the number of the signal. */
const INTERRUPTED = { SIGINT: 130, SIGTERM: 143 } as const;
/** For drawing a figure again, whose specification may be a stranger's. Ours take seconds. */
const REDRAW_LIMIT_MS = 60_000;

/** Runs the program and returns its exit status: 0 done, 1 failed work, 2 a wrong call. */
export function main(argv: readonly string[]): Promise<number> {
  return guarded(argv, dispatch);
}

async function guarded(argv: readonly string[], command: (words: readonly string[]) => Promise<number>): Promise<number> {
  const debug = argv.includes("--debug");
  let interrupted: number | null = null;
  const interrupt = (signal: keyof typeof INTERRUPTED) => {
    interrupted = INTERRUPTED[signal];
    say("Interrupted; nothing half-written is left.");
    if (!abortBuild()) process.exit(interrupted);
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    return await command(argv.filter((word) => word !== "--debug"));
  } catch (error) {
    if (interrupted !== null) return interrupted;
    if (debug) console.error(error);
    else if (error instanceof UserError) say(error.message);
    else say(`Unexpected error: ${error instanceof Error ? error.message : error}\nAdd --debug to see where it comes from.`);
    return error instanceof UserError ? error.exitCode : 1;
  }
}

/** Commands by name. Each is loaded when it is called: most need little of the others. */
const COMMANDS: Readonly<Record<string, (argv: readonly string[]) => Promise<number>>> = {
  collect: async (argv) => (await import("./collect.ts")).runCollectCommand(argv),
  sanitize: async (argv) => (await import("./sanitize.ts")).runSanitizeCommand(argv),
  "build-db": buildCommand,
  export: async (argv) => (await import("./export.ts")).runExportCommand(argv),
  validate: async (argv) => (await import("./validate.ts")).runValidateCommand(argv),
  gallery: galleryCommand,
  sidecar: sidecarCommand,
  experiment: aloneCommand,
};

function dispatch(argv: readonly string[]): Promise<number> {
  const [name, ...words] = argv;
  if (name === undefined || name.startsWith("-")) return runCommand(argv);
  if (!Object.hasOwn(COMMANDS, name))
    throw new UserError(`Unknown command ${JSON.stringify(name)}; there are ${Object.keys(COMMANDS).join(", ")}, and --help.`);
  return (COMMANDS[name] as (typeof COMMANDS)[string])(words);
}

async function runCommand(argv: readonly string[]): Promise<number> {
  const { only, shard: shardWords } = runOptions(yargs(hideDash(argv)).help(false).version(false))
    .strict(false)
    .parseSync();
  const shard = shardWords === undefined ? null : shardOf(shardWords);
  const selected = selectIds(experimentIds(), only);
  const ids = shard ? shard.part(selected) : selected;
  const experiments = await loadExperiments(ids);
  const options = parse(withFlags(runOptions(yargs(hideDash(argv))), experiments));
  if (options.list) {
    for (const experiment of experiments) console.log(`${experiment.id.padEnd(48)} ${experiment.title}`);
    return 0;
  }
  const folderOf = (id: string) => path.join(options.out, id);
  if (options.dryRun) {
    for (const experiment of experiments)
      say(
        ["run", experiment.id, ...givenFlags(experiment.flags, parseFlags(experiment.flags, options)), "->", folderOf(experiment.id)].join(
          " ",
        ),
      );
    return 0;
  }
  try {
    return await draw(experiments, shard && { shard, ids }, options);
  } catch (error) {
    throw placeProblem(error, options.out) ?? error;
  }
}

interface Part {
  readonly shard: Shard;
  /** Of the experiments to write. */
  readonly ids: readonly string[];
}

async function draw(experiments: readonly Experiment[], part: Part | null, options: RunOptions): Promise<number> {
  if (part) refuseOwnSources(options);
  const folderOf = (id: string) => path.join(options.out, id);
  const logFolder = options.logDir ?? path.join(options.out, "logs");
  const { pool, outcomes } = await drawExperiments({
    experiments,
    ...(part ? { targets: part.ids } : {}),
    options: options.collect ? { ...options, input: [await collected(options)] } : options,
    databaseFolder: options.out,
    spillFolder: options.out,
    folderOf: (experiment) => folderOf(experiment.id),
    logFolder,
    stopOnFail: options.stopOnFail,
    ...(options.gallery && !part ? { startGallery: () => startGallery(experiments, options.out) } : {}),
    ...(part ? {} : { writeExplore: (pool, summary) => inTurn(reportFile(options.out), () => writeExplore(options.out, pool, summary)) }),
  });
  // What one process leaves out of the report because another is still at it, that one puts into it.
  const report = await inTurn(reportFile(options.out), async () => writeReport({ out: options.out, pool, outcomes }));
  if (part) console.log(`Shard ${part.shard.name} is done; the same call without --shard then makes the gallery`);
  else if (options.gallery) {
    const request = { out: options.out, report, experimentsFolder: EXPERIMENTS_FOLDER };
    const { index } = await inTurn(path.join(options.out, "gallery"), () => newestGallery(request, options.force));
    console.log(`Open ${path.relative(process.cwd(), index) || index}`);
  } else console.log(`Results are in ${options.out}`);
  return exitStatus(outcomes, logFolder);
}

/** The gallery that is there if it is made of the same; building it takes longer than all else when nothing has changed. */
async function newestGallery(request: GalleryRequest, force: boolean): Promise<GalleryResult> {
  const { currentGallery, galleryFolderOf } = await import("../gallery/current.ts");
  const current = force ? null : currentGallery(request);
  if (current) {
    removeLeftovers(galleryFolderOf(request));
    return current;
  }
  const { buildGallery } = await import("../gallery/build.ts");
  return buildGallery(request);
}

function startGallery(experiments: readonly Experiment[], out: string): void {
  const ids = experiments.map(({ id }) => id);
  void import("../gallery/build.ts").then(({ prepareGallery }) => prepareGallery(ids, { out, experimentsFolder: EXPERIMENTS_FOLDER }));
}

async function writeExplore(out: string, pool: Pool, summary: PoolSummary): Promise<void> {
  const [{ writeExploreDatabase }, { exampleQueries }] = await Promise.all([
    import("../gallery/features/ask/explore.ts"),
    import("../gallery/features/ask/examples.ts"),
  ]);
  await writeExploreDatabase({ pool, summary, out, queries: exampleQueries(EXPERIMENTS_FOLDER) });
}

/** For what a folder has once: one process at a time. */
async function inTurn<T>(place: string, work: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(lockBeside(place), { onWait: (holder) => say(`waiting for ${place}, which ${holder} is writing`) });
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Shards belong together when they read the same pool. */
function refuseOwnSources({ collect, input }: RunOptions): void {
  if (collect) throw new UserError("--shard and --collect don't go together: collect first, then give every shard the trace with --input.");
  if (input.includes(STDIN)) throw new UserError("A shard can't read standard input; build a database first and give it with --db.");
}

/** Collects the caller's own transcripts and gives the trace to read. */
async function collected(options: RunOptions): Promise<string> {
  if (options.input.length > 0) throw new UserError("--collect makes the trace itself; leave out --input, or leave out --collect.");
  const { collectForRun, reportFileOf } = await import("../collect/collect.ts");
  const { reportLines } = await import("../collect/report.ts");
  const { trace, report } = await collectForRun({
    ...discoveryOf(options),
    out: options.out,
    jobs: options.jobs,
    resume: options.resume,
    say,
  });
  for (const line of reportLines(report, reportFileOf(trace))) say(line);
  return trace;
}

/** One experiment with a folder of its own; those that it needs are computed but not written. */
async function aloneCommand([folder = "", ...argv]: readonly string[]): Promise<number> {
  const experiments = await loadExperiments([path.relative(EXPERIMENTS_FOLDER, path.resolve(folder)).replaceAll(path.sep, "/")]);
  const experiment = experiments.at(-1) as Experiment;
  const script = path.relative(process.cwd(), path.join(experiment.folder, "experiment.ts"));
  const options = parse(
    withFlags(
      yargs(hideDash(argv))
        .scriptName(script)
        .usage(`$0 [--db file] [-o folder] [flags]\n\n${experiment.title}. ${experiment.question}`)
        .options(sourceOptions)
        .options({
          "output-dir": {
            alias: "o",
            type: "string",
            default: path.join("out", experiment.id),
            describe: "Folder for its tables and figures",
          },
        }),
      [experiment],
    ),
  );
  const out = path.resolve(options.outputDir);
  const logFolder = path.join(out, "logs");
  const { outcomes } = await drawExperiments({
    experiments,
    targets: [experiment.id],
    options,
    databaseFolder: path.dirname(out),
    spillFolder: out,
    folderOf: () => out,
    logFolder,
    stopOnFail: true,
  });
  return exitStatus(outcomes, logFolder);
}

async function buildCommand(argv: readonly string[]): Promise<number> {
  const options = parse(
    yargs(hideDash(argv))
      .scriptName(`${PROGRAM} build-db`)
      .usage("$0 --input <file|glob|-> --db <file>\n\nReads traces (.jsonl, .jsonl.gz, .jsonl.zst) into a DuckDB database.")
      .options({
        input: {
          type: "string",
          array: true,
          demandOption: true,
          coerce: sourceOptions.input.coerce,
          describe: "Trace files or globs in order; - is standard input",
        },
        db: { type: "string", demandOption: true, describe: "Database to write; it appears when it is complete" },
        "skip-bad-lines": { type: "boolean", default: false, describe: "Keep going after bad lines and list them in <db>.rejects.csv" },
        companions: sourceOptions.companions,
        release: { type: "boolean", default: false, describe: "Store only the base name of the trace, for databases that are passed on" },
      }),
  );
  await build(options.input, options.db, {
    skipBadLines: options.skipBadLines,
    companions: options.companions,
    release: options.release,
    say,
  });
  return 0;
}

async function galleryCommand(argv: readonly string[]): Promise<number> {
  const options = parse(
    yargs([...argv])
      .scriptName(`${PROGRAM} gallery`)
      .usage(
        "$0 [--run out] [--out site] [--base-url https://example.org/atlas/] [--diff other-out] [--serve]\n\nBuilds the pages of a finished run again.",
      )
      .options({
        run: { type: "string", describe: "Folder of the run [default: out]" },
        out: { type: "string", describe: "Folder for the pages [default: <run>/gallery]" },
        "base-url": { type: "string", describe: "Address that the pages will be published at, for preview cards and the site map" },
        diff: { type: "string", describe: "Folder of another run; pages show what changed since then" },
        serve: { type: "boolean", default: false, describe: "Show the pages on this machine until Ctrl-C" },
        port: { type: "number", default: 8000, describe: "With --serve: the port; 0 for any free one" },
      }),
  );
  const { run, gallery } = galleryFolders(options);
  const report = readReport(run, "--run");
  const { buildGallery } = await import("../gallery/build.ts");
  const { index, pages } = await inTurn(gallery, () =>
    buildGallery({
      out: run,
      report,
      experimentsFolder: EXPERIMENTS_FOLDER,
      gallery,
      ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl }),
      ...(options.diff === undefined ? {} : { before: { out: options.diff, report: readReport(options.diff, "--diff") } }),
    }),
  );
  if (options.serve) await serveUntilInterrupted(gallery, options.port);
  else console.log(`${pages} pages; open ${path.relative(process.cwd(), index) || index}`);
  return 0;
}

/** Alone, `--out` may also name a run: its pages are built inside it. */
function galleryFolders({ run, out }: { readonly run: string | undefined; readonly out: string | undefined }) {
  if (run === undefined && out !== undefined && hasReport(out)) return { run: out, gallery: path.join(out, "gallery") };
  const folder = run ?? "out";
  return { run: folder, gallery: out ?? path.join(folder, "gallery") };
}

async function serveUntilInterrupted(gallery: string, port: number): Promise<void> {
  const { serveGallery } = await import("../gallery/serve/serve.ts");
  const { url, close } = await serveGallery(gallery, { port });
  console.log(`Serving the pages at ${url} (Ctrl-C ends it)`);
  // From here on Ctrl-C is the way to end, not a break of work.
  process.removeAllListeners("SIGINT");
  await new Promise((resolve) => process.once("SIGINT", resolve));
  await close();
}

async function sidecarCommand(argv: readonly string[]): Promise<number> {
  const [{ runSidecarCommand }, { renderWithin }] = await Promise.all([import("./sidecar.ts"), import("../render/pool.ts")]);
  const io = {
    stdout: (text: string) => void process.stdout.write(text),
    stderr: (text: string) => void process.stderr.write(text),
    isTTY: process.stdout.isTTY === true,
  };
  return runSidecarCommand(argv, { io, render: (request) => renderWithin(request, REDRAW_LIMIT_MS) });
}

type RunOptions = ReturnType<typeof parsedRunOptions>;

function parsedRunOptions(argv: readonly string[], experiments: readonly Experiment[]) {
  return parse(withFlags(runOptions(yargs([...argv])), experiments));
}

function runOptions(parser: Argv) {
  return parser
    .scriptName(PROGRAM)
    .usage(
      "$0 [options] [flags of experiments]\n$0 build-db --input <file|glob|-> --db <file>\n$0 sidecar <list|show|extract|verify|redraw> <figure.png>\n$0 gallery [--run out] [--out site] [--serve]\n$0 collect [-o rounds.jsonl]\n$0 sanitize rounds.jsonl [-o public.jsonl]\n$0 validate --input rounds.jsonl\n\nDraws the atlas of a pool of traces; without --db and --input, of the bundled synthetic sample.",
    )
    .options(sourceOptions)
    .options({
      collect: {
        type: "boolean",
        default: false,
        describe: "Draw your own history: collect the transcripts of Claude Code and Codex on this machine",
      },
      resume: { type: "boolean", default: true, describe: "With --collect: read only what is new since the last run" },
      ...discoveryOptions,
    })
    .options({
      out: { type: "string", default: "out", describe: "Folder for tables, figures and gallery" },
      only: { type: "string", array: true, default: [] as string[], describe: "A category, a name or category/nameprefix; repeatable" },
      list: { type: "boolean", default: false, describe: "Show the experiments and stop" },
      "dry-run": { type: "boolean", default: false, describe: "Show what would run and stop" },
      shard: { type: "string", describe: "k/n: of n shares of the experiments only the k-th, for several processes with the same --out" },
      "stop-on-fail": { type: "boolean", default: false, describe: "Start nothing new after a failure" },
      "log-dir": { type: "string", describe: "Folder for one log per experiment [default: <out>/logs]" },
      gallery: { type: "boolean", default: true, describe: "Build the gallery after the run" },
    });
}
