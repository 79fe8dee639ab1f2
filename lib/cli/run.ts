/** Without a command: draws the atlas of a pool. */

import path from "node:path";
import { experimentIds, rootsWith } from "../artifacts/experiment-folders.ts";
import { type Experiment, flag, list, text } from "../experiment.ts";
import { UserError } from "../files/errors.ts";
import { placeProblem } from "../files/place.ts";
import { say } from "../files/say.ts";
import { STDIN } from "../files/stdio.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { givenFlags, parseFlags } from "../run/flags.ts";
import { type Shard, shardOf } from "../run/shard.ts";
import { type Call, command, isHelp } from "./command.ts";
import { flagOptions, grouped, negative, peek, type ValuesOf } from "./options.ts";
import { discoveryOf, discoveryOptions, machineOptions, sourceOptions } from "./shared-options.ts";

const OPTIONS = {
  ...sourceOptions,
  ...grouped("Your own history:", {
    collect: flag({ says: "Draw your own history: collect the transcripts of Claude Code and Codex on this machine" }),
    resume: negative({ says: "Read everything again, not only what is new since the last run" }),
    ...discoveryOptions,
  }),
  ...grouped("Experiments:", {
    only: list(text({ says: "A category, a name or category/nameprefix; repeatable" })),
    experiments: list(text({ says: "Folder of experiments of your own, <category>/<name>/experiment.ts; repeatable" })),
    list: flag({ says: "Show the experiments and stop" }),
    dryRun: flag({ says: "Show what would run and stop" }),
    force: flag({ says: "Run experiments whose results are fresh" }),
    stopOnFail: flag({ says: "Start nothing new after a failure" }),
    shard: text({ says: "k/n: of n shares of the experiments only the k-th, for several processes with the same --out" }),
  }),
  ...grouped("Results:", {
    out: text({ says: "Folder for tables, figures and gallery", default: "out" }),
    gallery: negative({ says: "Don't build the gallery" }),
    logDir: { ...text({ says: "Folder for one log per experiment" }), defaultText: "<out>/logs" },
  }),
  ...machineOptions,
};
type RunValues = ValuesOf<typeof OPTIONS>;

export const runCommand = command({
  usage: "$0",
  says: "Draws the atlas of a pool of traces; without --db and --input, of the bundled synthetic sample.",
  options: OPTIONS,
  goesWith: { collect: ["resume", "home", "allUsers", "homeRoot", "since", "project", "archive", "keyFile"] },
  more: (words) => (isHelp(words) ? {} : flagsOf(words)),
  async run(values, call) {
    const { experiments, part } = await selected(values);
    if (values.list) return listed(experiments);
    for (const { flags } of experiments) parseFlags(flags, call.raw);
    if (values.dryRun) return dryRun(experiments, values, call);
    try {
      return await draw(experiments, part, values, call);
    } catch (error) {
      throw placeProblem(error, values.out) ?? error;
    }
  },
});

interface Selection {
  /** With those that they need. */
  readonly experiments: readonly Experiment[];
  readonly part: Part | null;
}

interface Part {
  readonly shard: Shard;
  /** Of the experiments to write. */
  readonly ids: readonly string[];
}

async function selected({ only, experiments, shard: words }: Pick<RunValues, "only" | "experiments" | "shard">): Promise<Selection> {
  const roots = rootsWith(experiments);
  const shard = words === undefined ? null : shardOf(words);
  const ids = selectIds(experimentIds(roots), only);
  const part = shard && { shard, ids: shard.part(ids) };
  return { experiments: await loadExperiments(part?.ids ?? ids, roots), part };
}

async function flagsOf(words: readonly string[]) {
  const { experiments } = await selected(peek(OPTIONS, words));
  return { options: flagOptions(experiments) };
}

function listed(experiments: readonly Experiment[]): number {
  for (const { id, title } of experiments) console.log(`${id.padEnd(48)} ${title}`);
  return 0;
}

function dryRun(experiments: readonly Experiment[], { out }: RunValues, { raw }: Call): number {
  for (const { id, flags } of experiments)
    say(["run", id, ...givenFlags(flags, parseFlags(flags, raw)), "->", path.join(out, id)].join(" "));
  return 0;
}

async function draw(experiments: readonly Experiment[], part: Part | null, values: RunValues, { raw }: Call): Promise<number> {
  if (part) refuseOwnSources(values);
  const { out } = values;
  const [{ runExperiments }, { withPool }, { reportFile, writeReport }, { createReporter, summaryLines, exitStatus }, gallery] =
    await Promise.all([
      import("../run/schedule.ts"),
      import("../run/database.ts"),
      import("../artifacts/run-report.ts"),
      import("../run/reporter.ts"),
      import("./gallery.ts"),
    ]);
  const logFolder = values.logDir ?? path.join(out, "logs");
  const inputs = values.collect ? [await collected(values)] : values.input;
  const { summary, outcomes } = await withPool({ ...values, inputs, say }, async (pool, summary) => ({
    summary,
    outcomes: await runExperiments({
      experiments,
      ...(part ? { targets: part.ids } : {}),
      rawFlags: raw,
      pool,
      summary,
      folderOf: ({ id }) => path.join(out, id),
      jobs: values.jobs,
      force: values.force,
      stopOnFail: values.stopOnFail,
      logFolder,
      reporter: createReporter(),
      ...(values.gallery && !part ? { startGallery: () => gallery.startGallery(experiments, out) } : {}),
      ...(part ? {} : { writeExplore: () => gallery.writeExplore(out, pool, summary) }),
    }),
  }));
  for (const line of summaryLines(outcomes)) say(line);
  // What one process leaves out of the report because another is still at it, that one puts into it.
  const report = await gallery.inTurn(reportFile(out), async () =>
    writeReport({ out, pool: summary, outcomes, ids: experimentIds(rootsWith(values.experiments)) }),
  );
  if (part) console.log(`Shard ${part.shard.name} is done; the same call without --shard then makes the gallery`);
  else if (values.gallery) console.log(`Open ${await gallery.newestGallery(out, report, values.force)}`);
  else console.log(`Results are in ${out}`);
  return exitStatus(outcomes, logFolder);
}

/** Shards belong together when they read the same pool. */
function refuseOwnSources({ collect, input }: RunValues): void {
  if (collect) throw new UserError("--shard and --collect don't go together: collect first, then give every shard the trace with --input.");
  if (input.includes(STDIN)) throw new UserError("A shard can't read standard input; build a database first and give it with --db.");
}

/** Collects the caller's own transcripts and returns the trace to read. */
async function collected(values: RunValues): Promise<string> {
  if (values.input.length > 0) throw new UserError("--collect makes the trace itself; leave out --input, or leave out --collect.");
  const { collectForRun, reportFileOf } = await import("../collect/collect.ts");
  const { reportLines } = await import("../collect/report.ts");
  const { out, jobs, resume } = values;
  const { trace, report } = await collectForRun({ ...discoveryOf(values), out, jobs, resume, say });
  for (const line of reportLines(report, reportFileOf(trace))) say(line);
  return trace;
}
