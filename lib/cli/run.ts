/** Without a command: draws the atlas of a pool. */

import path from "node:path";
import type { RunReport } from "../artifacts/artifacts.ts";
import { experimentIds, type Roots, rootsWith } from "../artifacts/experiment-folders.ts";
import { choice, type Experiment, flag, list, text } from "../experiment.ts";
import { firstLineOf, UserError } from "../files/errors.ts";
import { inside } from "../files/inside.ts";
import { checkFolder, placeProblem } from "../files/place.ts";
import { print, say } from "../files/say.ts";
import { STDIN } from "../files/stdio.ts";
import { counted } from "../format/counts.ts";
import { loadExperiments, selectIds } from "../run/discover.ts";
import { flagName, parseFlags } from "../run/flags.ts";
import { type Shard, shardOf } from "../run/shard.ts";
import { at } from "../stats/known.ts";
import { type Call, command, hasOnly, isHelp } from "./command.ts";
import { type Drawn, type DrawRequest, drawExperiments } from "./draw.ts";
import { LastRun, type Said } from "./last-run.ts";
import { ENGINES, mapAll } from "./map-all.ts";
import { flagOptions, grouped, negative, peek, type ValuesOf } from "./options.ts";
import { ownHistory, type Sanitizing, sanitizedFor, sayWhoMaySee } from "./own-history.ts";
import { discoveryOf, discoveryOptions, experimentFolders, labelOptions, machineOptions, sourceOptions } from "./shared-options.ts";
import { exitStatus, summaryLines } from "./summary.ts";

/** Of the column of experiments in lists. */
const ID_WIDTH = 48;

const OPTIONS = {
  ...sourceOptions,
  ...labelOptions,
  ...grouped("Your own history:", {
    collect: flag({ says: "Draw your own history: collect the transcripts of Claude Code and Codex on this machine" }),
    sanitized: flag({ says: "Sanitize what is collected, so that the gallery may be published" }),
    resume: negative({ says: "Read everything again, not only what is new since the last run" }),
    ...discoveryOptions,
  }),
  ...grouped("Experiments:", {
    only: list(text({ says: "A category, a name or category/nameprefix; repeatable" })),
    experiments: experimentFolders,
    list: flag({ says: "Show the experiments and stop" }),
    dryRun: flag({ says: "Show what would run and stop" }),
    force: flag({ says: "Run experiments whose results are fresh" }),
    verify: flag({ says: "Read earlier results again, also when they look unchanged" }),
    stopOnFail: flag({ says: "Start nothing new after a failure" }),
    shard: text({ says: "k/n: only the k-th of n shares of the experiments" }),
    parts: text({ says: "Folder of what map computed for --db; what is missing is added" }),
    engine: choice(ENGINES, { says: "First run map on each shard of --db, see docs/scale.md" }),
    rayAddress: text({ says: "Address of the cluster for --engine ray" }),
  }),
  ...grouped("Results:", {
    out: text({ says: "Folder for tables, figures and gallery", default: "out" }),
    gallery: negative({ says: "Don't build the gallery" }),
    for: choice(["paper"], { says: "Also write each figure as PDF and SVG for a column and a page" }),
    logDir: { ...text({ says: "Folder for one log per experiment" }), defaultText: "<out>/logs" },
  }),
  ...machineOptions,
};
export type RunValues = ValuesOf<typeof OPTIONS>;

/** What a run does when it is given nothing. */
export function usualValues(): RunValues {
  return peek(OPTIONS, []);
}

export const runCommand = command({
  usage: "$0",
  says: "Draws the atlas of a pool of traces; without --db and --input, of the bundled synthetic sample.",
  options: OPTIONS,
  goesWith: {
    engine: ["rayAddress"],
    allUsers: ["homeRoot"],
    collect: [
      "sanitized",
      "resume",
      "home",
      "allUsers",
      "homeRoot",
      "since",
      "until",
      "timezone",
      "project",
      "archive",
      "keyFile",
      "asPublished",
    ],
  },
  listOnly: ["only", "experiments", "shard"],
  epilogue: "A run also takes the flags of its experiments; experiment <id> --help shows them.",
  // Flags of experiments need not be known for a call that has none; --provider may be one.
  more: (words) =>
    isHelp(words) || (hasOnly(words, OPTIONS) && !words.some((word) => word.startsWith("--provider"))) ? {} : flagsOf(OPTIONS, words),
  async run(values, call) {
    const lastRun = lastRunOf(values, call);
    const said = lastRun?.said();
    if (said) return sayAgain(said, values);
    const { experiments, part } = await selected(values);
    if (values.list) return listed(experiments);
    const flags = await checkedFlags(experiments, values, call);
    if (part) refuseOwnSources(values);
    if (values.collect && values.input.length > 0)
      throw new UserError("--collect makes the trace itself; leave out --input, or leave out --collect.");
    if (values.dryRun) return dryRun(experiments, part, values, flags);
    try {
      return await draw(experiments, part, values, flags, { lastRun });
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

/**
 * The flags of the experiments that are selected. All shards of a run take the same.
 * @param options of the command
 */
export async function flagsOf(options: Pick<typeof OPTIONS, "only" | "experiments">, words: readonly string[]) {
  const { only, experiments } = peek(options, words);
  const roots = rootsWith(experiments);
  const selected = await loadExperiments(selectIds(experimentIds(roots), only), roots);
  return { options: flagOptions(selected), explain: (name: string) => whoseFlag(name, roots) };
}

/** Says to which experiment, not selected here, a flag belongs. */
async function whoseFlag(name: string, roots: Roots): Promise<string | null> {
  const owners = await ownersOf(name, roots);
  return owners.length === 0
    ? null
    : `--${name} is a flag of ${owners.join(" and ")}, which --only leaves out. Select ${owners.length === 1 ? "it" : "one of them"} too, or leave out the flag.`;
}

async function ownersOf(name: string, roots: Roots): Promise<string[]> {
  return (await loadExperiments(experimentIds(roots), roots))
    .filter(({ flags }) => Object.keys(flags).some((key) => flagName(key) === name))
    .map(({ id }) => id);
}

function listed(experiments: readonly Experiment[]): number {
  for (const { id, title } of experiments) print(`${id.padEnd(ID_WIDTH)} ${title}`);
  return 0;
}

/**
 * The flags that experiments get: `--provider` belongs to `--collect` or, without that, to those experiments that have it.
 * @throws UserError for a wrong value, and for a provider that nobody asks for
 */
async function checkedFlags(experiments: readonly Experiment[], values: RunValues, { given, raw }: Call): Promise<Call["raw"]> {
  const { provider, ...others } = raw;
  if (values.collect) discoveryOf(values);
  else if (given.has("provider") && !experiments.some(({ flags }) => "provider" in flags))
    throw new UserError(
      `--provider does nothing here: it narrows --collect and is a flag of ${(await ownersOf("provider", rootsWith(values.experiments))).join(" and ")}. Add --collect or select one of these, or leave it out.`,
    );
  const flags = values.collect ? others : raw;
  for (const experiment of experiments) parseFlags(experiment.flags, flags);
  return flags;
}

/** Says what a run would do, and writes nothing. */
async function dryRun(experiments: readonly Experiment[], part: Part | null, values: RunValues, flags: Call["raw"]): Promise<number> {
  const { out, collect, force, verify } = values;
  checkFolder(out, "--out");
  const folderOf = ({ id }: { readonly id: string }) => inside(out, id);
  const targets = experiments.filter(({ id }) => part?.ids.includes(id) ?? true);
  if (collect) {
    const [{ discover }, { traceForRun }] = await Promise.all([import("../collect/discover.ts"), import("../collect/collect.ts")]);
    const { transcripts } = discover(discoveryOf(values));
    sayStep("collect", traceForRun(out), `from ${transcripts.length} transcripts`);
    for (const { id } of targets) sayStep("run", id, "unless what is collected is what its results were made of");
    return 0;
  }
  const [{ sourceOf }, { foresee }] = await Promise.all([import("../run/database.ts"), import("../run/foresee.ts")]);
  const request = { ...values, inputs: values.input, experiments, rawFlags: flags, folderOf, force, verify };
  const source = await sourceOf(request);
  const { isBuilt, experiments: foreseen } = await foresee(source, request);
  sayStep(isBuilt ? "read" : "build", source.db, source.inputs ? `from ${source.inputs.join(", ")}` : "");
  for (const { id, state, why } of foreseen) if (targets.some((target) => target.id === id)) sayStep(state, id, why);
  return 0;
}

function sayStep(what: string, place: string, why: string): void {
  print(`${what.padEnd(8)} ${place.padEnd(ID_WIDTH)} ${why}`.trimEnd());
}

/** Where pages go that are not to be in the folder of the run, and what may be seen there. */
export interface Site {
  readonly gallery: string;
  readonly baseUrl?: string;
  readonly sanitizing: Sanitizing;
}

/** Draws, and returns the exit status. */
export async function draw(
  experiments: readonly Experiment[],
  part: Part | null,
  values: RunValues,
  flags: Call["raw"],
  { site, lastRun }: { readonly site?: Site; readonly lastRun?: LastRun | null } = {},
): Promise<number> {
  const { out, provider, logDir = inside(out, "logs") } = values;
  checkFolder(out, "--out");
  checkFolder(logDir, "--log-dir");
  (await import("../run/database.ts")).readingOptionsOf(values);
  const parts = values.engine === undefined ? values.parts : await mapAll(values.engine, experiments, values, flags);
  const inputs = values.collect ? [await ownHistory({ ...values, ...site }, categoriesOf(experiments))] : values.input;
  if (provider !== undefined && !values.collect) sayWhoseProvider(provider, experiments);
  const [{ reportFile, writeReport }, gallery] = await Promise.all([import("../artifacts/run-report.ts"), import("./gallery.ts")]);
  const check = (folder: string) => checkPages(folder, out, site?.sanitizing.keepNames);
  const pages = { ...site, out, roots: rootsWith(values.experiments), ...(values.sanitized ? { check } : {}) };
  const withPages = values.gallery && !part;
  const forPaper = values.for === "paper" && !part;
  const { jobs, force, verify, stopOnFail } = values;
  const explore = path.join(out, "explore.duckdb");
  /** Of what is not an experiment. */
  const problems: string[] = [];
  const request: DrawRequest = {
    source: {
      ...values,
      inputs,
      parts,
      accounting: values.accounting ?? (values.asPublished ? "published" : undefined),
      seenIn: verify ? undefined : out,
    },
    out,
    experiments,
    jobs,
    force,
    verify,
    stopOnFail,
    rawFlags: flags,
    logFolder: logDir,
    parts: part ? 0 : 1 + Number(withPages) + Number(forPaper),
    ...(part ? { targets: part.ids } : {}),
    ...(withPages ? { startGallery: gallery.startGallery } : {}),
    ...(part
      ? {}
      : {
          writeExplore: (pool, summary, reporter) =>
            reporter
              .part(`writing ${explore}`, (onWrite) => gallery.writeExplore(pages, pool, summary, onWrite))
              .catch((error) => {
                const place = placeProblem(error, out);
                if (place) throw place;
                problems.push(`${explore} can't be written, so the gallery has no page for questions: ${firstLineOf(error)}`);
              }),
        }),
  };
  const paper: string[] = [];
  const drawn = await drawExperiments(request, async (drawn, reporter) => {
    // What one process leaves out of the report because another is still at it, that one puts into it.
    const report = await gallery.inTurn(reportFile(out), async () =>
      writeReport({ ...drawn, ...(values.collect ? { timezone: values.timezone } : {}), out, ids: experimentIds(pages.roots) }),
    );
    if (forPaper) paper.push(...(await reporter.part("drawing figures for papers", (onStart) => drawForPapers(onStart, report))));
    const build = (onBuild: () => void) => gallery.newestGallery(pages, report, force, onBuild);
    return { report, index: withPages ? await reporter.part("building the gallery", build) : null };
  });
  const { outcomes, finished } = drawn;
  const { report, index } = finished;
  const { isPrivate } = report.pool;
  const status = problems.length > 0 ? 1 : exitStatus(outcomes);
  for (const problem of problems) say(problem);
  if (part) print(`Shard ${part.shard.name} is done; the same call without --shard then makes the gallery`);
  else print(resultLine(index, out));
  for (const line of paper) print(line);
  sayWhoMaySee({ isPrivate, out, sanitized: values.sanitized, gallery: site?.gallery });
  if (lastRun && status === 0) await lastRun.keep(await saidOf(drawn, values, resultLine(index, out)), isWhole);
  return status;

  async function isWhole(): Promise<boolean> {
    const [{ freshArtifacts }, { currentGallery }] = await Promise.all([import("../run/plan.ts"), import("../gallery/current.ts")]);
    const kept = await Promise.all(
      outcomes.map(({ id, artifacts }) => artifacts && freshArtifacts({ folder: inside(out, id), key: artifacts.key })),
    );
    return !kept.includes(null) && (index === null || currentGallery({ ...pages, report }) !== null);
  }

  async function drawForPapers(onStart: () => void, report: RunReport): Promise<string[]> {
    onStart();
    const { PAPER_FOLDER, paperLines, writePaperFigures } = await import("../run/paper.ts");
    const ids = new Set(experiments.map(({ id }) => id));
    return paperLines(await gallery.inTurn(inside(out, PAPER_FOLDER), () => writePaperFigures({ out, report, ids, jobs })), out);
  }
}

/** Of a sanitized history. @throws UserError that names the files with private texts */
async function checkPages(site: string, out: string, keepNames: string | undefined): Promise<void> {
  const [{ checkSite }, { traceForRun }] = await Promise.all([import("./site-check.ts"), import("../collect/collect.ts")]);
  const trace = traceForRun(out);
  const files = await checkSite({ site, trace, published: sanitizedFor(out, trace), keepNames });
  say(`Checked ${counted(files, "file")} of the site: none holds a text of your history that was to be removed.`);
}

function resultLine(index: string | null, out: string): string {
  return index === null ? `Results are in ${out}` : `Open ${index}`;
}

/** Null for a call that may read or write other files than those that are looked at. */
function lastRunOf(values: RunValues, { given }: Call): LastRun | null {
  const { out, db, input, prices, labels, provider, experiments, shard, parts, engine } = values;
  const { collect, list, dryRun, force, verify } = values;
  if (collect || list || dryRun || force || verify || values.for !== undefined || shard !== undefined) return null;
  if (parts !== undefined || engine !== undefined) return null;
  if (input.length + experiments.length > 0 || provider !== undefined) return null;
  if ([...given.keys()].some((name) => !Object.hasOwn(OPTIONS, name))) return null;
  const pool = db ?? path.join(out, "sample.duckdb");
  const read = [pool, `${pool}.wal`, ...[prices, labels].filter((file) => file !== undefined)];
  const left = ["run.json", "explore.json", "explore.duckdb", "gallery", ...experimentIds()].map((name) => path.join(out, name));
  return new LastRun(values, { out, read, left });
}

/** What the same call says when it finds all results as they are. */
async function saidOf(
  { pool, reading, outcomes }: Drawn,
  { out, logDir = inside(out, "logs") }: RunValues,
  printed: string,
): Promise<Said> {
  const { freshLines } = await import("../run/reporter.ts");
  const fresh = outcomes.map((outcome) => ({ ...outcome, state: "fresh" }) as const);
  return {
    reading,
    progress: freshLines(fresh),
    summary: summaryLines({ pool, outcomes: fresh, out, logFolder: logDir }),
    printed,
    isPrivate: pool.isPrivate,
  };
}

function sayAgain({ reading, progress, summary, printed, isPrivate }: Said, { out, sanitized }: RunValues): number {
  for (const line of [...reading, ...(process.stderr.isTTY ? [] : progress), ...summary]) say(line);
  print(printed);
  sayWhoMaySee({ isPrivate, out, sanitized });
  return 0;
}

function categoriesOf(experiments: readonly Experiment[]): string[] {
  return [...new Set(experiments.map(({ id }) => at(id.split("/", 1), 0)))];
}

/** In a run of many experiments the flag looks like a filter of the pool. */
function sayWhoseProvider(provider: string, experiments: readonly Experiment[]): void {
  const owners = experiments.filter(({ flags }) => "provider" in flags);
  if (owners.length < experiments.length)
    say(`--provider ${provider} is for ${owners.map(({ id }) => id).join(" and ")}; the other experiments draw all providers.`);
}

/** Shards belong together when they read the same pool. */
function refuseOwnSources({ collect, input }: RunValues): void {
  if (collect) throw new UserError("--shard and --collect don't go together: collect first, then give every shard the trace with --input.");
  if (input.includes(STDIN)) throw new UserError("A shard can't read standard input; build a database first and give it with --db.");
}
