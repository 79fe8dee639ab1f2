/**
 * Collects the transcripts of coding agents into one trace.
 *
 * Each transcript is read once, in a stream, on one of several threads, and what it yields is kept in a state folder; a later
 * run opens only what is new or grew. The trace is put together from there in the order of discovery, so that a run that goes
 * on from a state writes the same bytes as one that starts from nothing. Transcripts are only read, and nothing leaves the machine.
 */

import { createHash } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Draft, removeLeftoversIn, writeAtomically } from "../files/atomic.ts";
import { codeOf, messageOf, UserError } from "../files/errors.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { sha256 } from "../files/hash.ts";
import { inside } from "../files/inside.ts";
import { jsonText } from "../files/json.ts";
import { acquireLock, lockIn } from "../files/lock.ts";
import { makePrivateFolder, OWNER_ONLY_FILE, OWNER_ONLY_FOLDER, placeProblem } from "../files/place.ts";
import { projectFile } from "../files/program.ts";
import { dataOutput } from "../files/say.ts";
import { STDOUT } from "../files/stdio.ts";
import { known } from "../stats/known.ts";
import { detailsFileOf, eventsFileOf, inputsFileOf, namesFileOf, sessionsFileOf } from "../trace/companions.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { type Archived, archiveTranscripts, type Source } from "./archive.ts";
import { censusLines, takeCensus } from "./census.ts";
import type { Period } from "./days.ts";
import { type DiscoverOptions, type Discovery, discover } from "./discover.ts";
import { type Index, indexFile, readIndex, type WrittenOutput, writeIndex } from "./index.ts";
import { readOrMakeKey } from "./key.ts";
import { type MergePlan, namesOf, planMerge, type ReadTranscript, writeMerged } from "./merge.ts";
import { OutputFiles } from "./output.ts";
import { isOfProject } from "./project.ts";
import { type CollectReport, fileProblems, providerReports, unknowns } from "./report.ts";
import type { Reading } from "./row.ts";
import { SessionState } from "./session.ts";
import { RESUMED_BYTES, RowsOnDisk } from "./state.ts";
import { type Stamp, sameStamp, stampOf, type TranscriptSummary } from "./stored.ts";
import { readAll, WORTH_THREADS_BYTES } from "./threads.ts";
import type { ReadJob, ReadOutcome } from "./worker.ts";

export interface CollectOptions extends DiscoverOptions {
  /** The trace to write, or `-` for standard output, which has no companions. */
  readonly output: string;
  /** Go on from the state of earlier runs. Default: true. */
  readonly resume?: boolean;
  /** Of smaller transcripts, bytes, less is kept: they are read from their start when they grew. Default: `RESUMED_BYTES`. */
  readonly resumedBytes?: number;
  /** Default: `<output>.state`; for standard output a temporary folder. */
  readonly state?: string;
  /** A copy of the transcripts that only grows; what only it has is read too. */
  readonly archive?: string;
  /** Secret of the companions' pseudonyms, made when missing. Default: `key` in the state folder. */
  readonly keyFile?: string;
  /** Default: counted. */
  readonly reading?: Reading;
  /** Threads. Default: one per core. */
  readonly jobs?: number;
  /** Transcripts of fewer bytes in all are read without threads. Default: `WORTH_THREADS_BYTES`. */
  readonly worthThreadsBytes?: number;
  /** Takes sentences for people. */
  readonly say: (line: string) => void;
  readonly progress?: CollectProgress;
  /** Takes the trace when the output is `-`. Default: standard output. */
  readonly stdout?: (bytes: Uint8Array) => Promise<void>;
}

/** Bytes of the transcripts that are read. */
export interface CollectProgress {
  begin(totalBytes: number): void;
  advance(bytes: number): void;
  end(): void;
}

/**
 * Writes the trace and its companions (`companions.ts`), which appear whole, and returns what was found.
 *
 * @throws UserError for a wrong call, when no transcript was found or none could be read, and when the output or the state
 * can't be written; not for what single transcripts hold
 */
export async function collect(options: CollectOptions): Promise<CollectReport> {
  const discovery = discover(options);
  if (discovery.transcripts.length === 0 && options.archive === undefined) throw new UserError(nothingFound(discovery), 1);
  const output = options.output === STDOUT ? null : path.resolve(options.output);
  for (const line of censusLines(takeCensus(discovery))) options.say(line);
  options.say(`Reading them, changing nothing; the trace goes to ${output ?? "standard output"}.`);
  return withStateFolder(options, output, (state) => new Collection(options, discovery, output, state).run());
}

async function withStateFolder<T>(options: CollectOptions, output: string | null, use: (folder: string) => Promise<T>): Promise<T> {
  const named = options.state ?? (output === null ? null : `${output}.state`);
  if (named === null) return withTemporaryFolder(use);
  const folder = path.resolve(named);
  makePrivateFolder(folder, "--state");
  keepOutOfGit({ folder, flag: "--state" });
  makePrivateFolder(path.join(folder, TRANSCRIPTS), "--state");
  const lock = await acquireLock(lockIn(folder), {
    onWait: (holder) => options.say(`waiting for ${folder}, which ${holder} is using`),
    flag: "--state",
  });
  try {
    return await use(folder);
  } finally {
    lock.release();
  }
}

async function withTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const draft = new Draft(path.join(os.tmpdir(), "collect.state"));
  try {
    const folder = draft.makeFolder(OWNER_ONLY_FOLDER);
    makePrivateFolder(path.join(folder, TRANSCRIPTS), "TMPDIR");
    return await use(folder);
  } finally {
    draft.discard();
  }
}

const TRANSCRIPTS = "transcripts";

class Collection {
  private readonly options: CollectOptions;
  private readonly discovery: Discovery;
  private readonly output: string | null;
  private readonly state: string;
  private readonly resume: boolean;
  private readonly rowsAs: Reading;
  private readonly parser: string;
  private readonly index: Index;
  private readonly reading: CollectReport["reading"] = { full: 0, grown: 0, unchanged: 0, gone: 0 };

  constructor(options: CollectOptions, discovery: Discovery, output: string | null, state: string) {
    this.options = options;
    this.discovery = discovery;
    this.output = output;
    this.state = state;
    this.resume = options.resume ?? true;
    this.rowsAs = options.reading ?? "counted";
    this.parser = `${parserVersion()} ${this.rowsAs}`;
    this.index = this.resume ? readIndex(state) : { output: null, entries: new Map() };
    if (!this.resume) fs.rmSync(indexFile(state), { force: true });
  }

  async run(): Promise<CollectReport> {
    const archived = await this.archive();
    const live = this.discovery.transcripts.map((transcript) => ({ transcript, sessionFile: transcript.path, identity: transcript.path }));
    const sources = [...live, ...(archived?.sources ?? [])];
    if (sources.length === 0) throw new UserError(nothingFound(this.discovery), 1);
    const transcripts = await this.read(sources);
    if (transcripts.every(({ summary }) => summary.error !== null && summary.session.recordCount === 0))
      throw new UserError(`None of the ${transcripts.length} transcripts could be read; the first: ${transcripts[0]?.summary.error}`, 1);
    this.forgetGone(sources);
    const { projects = [] } = this.options;
    const selected = transcripts.filter((transcript) => isOfProject(transcript, projects));
    if (selected.length === 0)
      throw new UserError(
        `None of the ${transcripts.length} transcripts is of a project with ${projects.join(" or ")} in its name. Give other projects.`,
        1,
      );
    const { written, counts } = await this.write(selected);
    writeIndex(this.state, this.index);
    return {
      output: this.output,
      rowsAs: this.rowsAs,
      written,
      scan: this.discovery.scan,
      homes: this.discovery.homes,
      stores: this.discovery.stores.map(({ label, home, folder, exists }) => ({ label, home, folder, exists })),
      reading: this.reading,
      selection: { ...this.discovery.period, projects },
      providers: providerReports(selected, new Map(counts)),
      problems: fileProblems(transcripts),
      unknown: unknowns(selected),
      skipped: this.discovery.skipped,
      leftOut: { ...this.discovery.leftOut, codexProjects: transcripts.length - selected.length },
      archive: archived?.report ?? null,
    };
  }

  private async archive(): Promise<Archived | null> {
    if (this.options.archive === undefined) return null;
    const { say, projects = [] } = this.options;
    const folder = path.resolve(this.options.archive);
    say(`Copies of them are kept in ${folder}.`);
    return archiveTranscripts({ folder, discovery: this.discovery, projects, say });
  }

  /** What is known of each source, in their order; reads those that are new or changed. */
  private async read(sources: readonly Source[]): Promise<ListedTranscript[]> {
    const named = sources.map((source) => ({ source, name: stateName(source) }));
    const summaries = new Map<string, TranscriptSummary>();
    const jobs: ReadJob[] = [];
    for (const { source, name } of named) {
      const summary = this.known(name, source);
      if (summary) summaries.set(name, summary);
      else jobs.push(this.job(source, name));
    }
    this.reading.unchanged = summaries.size;
    await this.readJobs(jobs, summaries);
    return named.map(({ source, name }) => listed(source, this.stateFile(name), known(summaries.get(name))));
  }

  private job(source: Source, name: string): ReadJob {
    const { resumedBytes = RESUMED_BYTES } = this.options;
    return { ...source, stateFile: this.stateFile(name), parser: this.parser, reading: this.rowsAs, resume: this.resume, resumedBytes };
  }

  /** The summary of a file that did not change since it was read. */
  private known(name: string, { transcript }: Source): TranscriptSummary | null {
    const entry = this.index.entries.get(name);
    if (!entry || entry.summary.parser !== this.parser || entry.summary.error !== null) return null;
    const isSame = sameStamp(entry.summary.stamp, stampOf(transcript)) && sizeOf(this.stateFile(name)) === entry.stateBytes;
    return isSame ? entry.summary : null;
  }

  private async readJobs(jobs: readonly ReadJob[], summaries: Map<string, TranscriptSummary>): Promise<void> {
    const { progress } = this.options;
    progress?.begin(jobs.reduce((sum, job) => sum + job.transcript.size, 0));
    try {
      await readAll({
        jobs,
        threads: this.options.jobs ?? os.availableParallelism(),
        worthThreadsBytes: this.options.worthThreadsBytes ?? WORTH_THREADS_BYTES,
        onDone: (job, outcome) => {
          const { how, summary } = outcome instanceof Error ? failed(job, outcome) : outcome;
          const name = path.basename(job.stateFile);
          this.reading[how]++;
          summaries.set(name, summary);
          this.index.entries.set(name, { path: job.transcript.path, summary, stateBytes: sizeOf(job.stateFile) });
          progress?.advance(job.transcript.size);
        },
      });
    } finally {
      progress?.end();
    }
  }

  private stateFile(name: string): string {
    return path.join(this.state, TRANSCRIPTS, name);
  }

  /** Drops what is kept of files that are not there any more, and what killed runs left; other files may be selected again. */
  private forgetGone(sources: readonly Source[]): void {
    const selected = new Set(sources.map(stateName));
    const stillNamed = new Set(sources.map((source) => source.sessionFile));
    for (const [name, entry] of this.index.entries) {
      if (selected.has(name) || fs.existsSync(entry.path)) continue;
      this.index.entries.delete(name);
      fs.rmSync(this.stateFile(name), { force: true });
      if (!stillNamed.has(entry.path)) this.reading.gone++;
    }
    removeLeftoversIn(path.join(this.state, TRANSCRIPTS));
  }

  private async write(transcripts: readonly ListedTranscript[]): Promise<Pick<CollectReport, "written"> & Pick<WrittenOutput, "counts">> {
    if (this.output === null) return this.stream(transcripts);
    const key = readOrMakeKey(path.resolve(this.options.keyFile ?? path.join(this.state, "key")), this.options.say);
    const { period } = this.discovery;
    const recipe = recipeOf(transcripts, period, key);
    const earlier = this.index.output;
    const files = outputNames(this.output);
    this.keepOutOfGit(this.output, Object.values(files));
    if (earlier?.recipe === recipe && Object.values(files).every((file) => isAsWritten(file, earlier.files[file])))
      return { written: "unchanged", counts: earlier.counts };
    const plan = planMerge(transcripts, period);
    await writeFiles(transcripts, plan, files, new Pseudonyms(key));
    const counts = [...plan.counts];
    this.index.output = {
      recipe,
      counts,
      files: Object.fromEntries(Object.values(files).map((file) => [file, stampOf(fs.statSync(file))])),
    };
    return { written: "written", counts };
  }

  private keepOutOfGit(output: string, files: readonly string[]): void {
    const folder = path.dirname(output);
    const names = [...files, reportFileOf(output), this.state]
      .filter((file) => path.dirname(file) === folder)
      .map((file) => path.basename(file));
    if (keepOutOfGit({ folder, flag: "--output", names })) this.options.say(`Added what is private to ${path.join(folder, ".gitignore")}.`);
  }

  private async stream(transcripts: readonly ListedTranscript[]): Promise<Pick<CollectReport, "written"> & Pick<WrittenOutput, "counts">> {
    const plan = planMerge(transcripts, this.discovery.period);
    await writeMerged(transcripts, plan, { rows: this.options.stdout ?? writerTo(dataOutput()), companions: null });
    return { written: "streamed", counts: [...plan.counts] };
  }
}

/** The trace and what is next to it. */
function outputNames(trace: string) {
  return {
    trace,
    sessions: sessionsFileOf(trace),
    details: detailsFileOf(trace),
    events: eventsFileOf(trace),
    inputs: inputsFileOf(trace),
    names: namesFileOf(trace),
  };
}

type ListedTranscript = ReadTranscript & { readonly path: string; readonly stateFile: string };

function listed({ transcript, identity }: Source, stateFile: string, summary: TranscriptSummary): ListedTranscript {
  const { provider, user, store, project, path } = transcript;
  return { provider, user, store, project, path, identity, stateFile, summary, stored: new RowsOnDisk(stateFile, summary) };
}

/** Everything that decides what is in the state of a transcript, but for the bytes of the file. */
function stateName({ transcript, sessionFile }: Source): string {
  const { provider, store, home, user, project, sessionKey, path } = transcript;
  return sha256(JSON.stringify([provider, store, home, user, project, sessionKey, path, sessionFile])).slice(0, 40);
}

/** A state that can't be kept ends the run; a transcript that breaks the program is a problem of that file. */
function failed(job: ReadJob, error: Error): ReadOutcome {
  const place = placeProblem(error, path.dirname(job.stateFile), "--state");
  if (place) throw place;
  fs.rmSync(job.stateFile, { force: true });
  const { provider, sessionKey, path: file } = job.transcript;
  const summary: TranscriptSummary = {
    stamp: stampOf(job.transcript),
    parser: job.parser,
    progress: null,
    session: {
      ...new SessionState().sessionFacts(),
      sessionId: `${provider}:${sessionKey}`,
      relation: "main",
      parentSessionId: null,
      parentToolCallId: null,
    },
    rowCount: 0,
    rejected: { count: 0, first: [] },
    tornTailBytes: 0,
    error: `${file}: reading it failed (${messageOf(error)}).`,
    sections: { rowsBytes: 0, marksBytes: 0, savedBytes: 0 },
  };
  return { how: "full", summary, bytesRead: 0 };
}

async function writeFiles(
  transcripts: readonly ReadTranscript[],
  plan: MergePlan,
  names: ReturnType<typeof outputNames>,
  pseudonyms: Pseudonyms,
): Promise<void> {
  const files = new OutputFiles();
  try {
    const into = (file: string) => {
      const writer = files.open(file);
      return (content: string | Uint8Array) => void writer.write(content);
    };
    await writeMerged(transcripts, plan, {
      rows: into(names.trace),
      companions: {
        sessions: into(names.sessions),
        details: into(names.details),
        events: into(names.events),
        inputs: into(names.inputs),
        pseudonyms,
      },
    });
    into(names.names)(namesOf(transcripts, [os.hostname(), os.userInfo().username]));
    await files.commit();
  } catch (error) {
    throw placeProblem(error, path.dirname(names.trace), "--output") ?? error;
  } finally {
    files.discard();
  }
}

const writerTo = (output: NodeJS.WritableStream) => async (bytes: Uint8Array) => {
  const ignore = () => {};
  process.stdout.on("error", ignore);
  try {
    await new Promise<void>((resolve, reject) => output.write(bytes, (error) => (error ? reject(error) : resolve())));
  } catch (error) {
    throw new UserError(`Standard output was closed before the whole trace was written (${codeOf(error)}).`, 1);
  } finally {
    process.stdout.off("error", ignore);
  }
};

/** Hash over all that decides the bytes of the output; keyed, so that it reveals nothing about the key. */
function recipeOf(transcripts: readonly ListedTranscript[], { sinceMs, untilMs }: Period, key: Buffer): string {
  const hash = createHash("sha256")
    .update(key)
    .update(JSON.stringify([sinceMs, untilMs]));
  for (const { identity, stateFile, summary } of transcripts) hash.update(JSON.stringify([identity, path.basename(stateFile), summary]));
  return hash.digest("hex");
}

function isAsWritten(file: string, stamp: Stamp | undefined): boolean {
  try {
    return stamp !== undefined && sameStamp(stamp, stampOf(fs.statSync(file)));
  } catch {
    return false;
  }
}

/** 0 when there is no such file. */
function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** What decides the rows of a transcript, besides this folder. */
const SHARED_SOURCES = [
  "lib/files/bytes.ts",
  "lib/files/hash.ts",
  "lib/files/lines.ts",
  "lib/files/gunzip.ts",
  "lib/files/unpack.ts",
  "lib/format/numbers.ts",
  "lib/trace/exact-json.ts",
  "lib/trace/known-names.ts",
];

/** Hash over the program's collecting part: states of another version are not used. */
function parserVersion(): string {
  const own = fs.readdirSync(projectFile("lib/collect")).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const sources = [...own.sort().map((name) => `lib/collect/${name}`), ...SHARED_SOURCES];
  return sha256(sources.map((file) => fs.readFileSync(projectFile(file), "utf8")).join("\0"));
}

function nothingFound({ stores, leftOut, homes }: Discovery): string {
  const { since, projects } = leftOut;
  if (since + projects > 0)
    return `No transcript is left: --since left out ${since} and --project ${projects}. Give an earlier time or other projects.`;
  const where = stores.length > 0 ? stores.map((store) => store.folder).join(", ") : homes.join(", ");
  return `No transcripts found in ${where || "any home"}; give the folder that holds .claude or .codex with --home, or set CLAUDE_CONFIG_DIR or CODEX_HOME.`;
}

export interface CollectForRunOptions extends Omit<CollectOptions, "output"> {
  /** Folder of the run. */
  readonly out: string;
}

/** Collects for a run of experiments, into `<out>/collected/rounds.jsonl`, from where the last one ended. */
export async function collectForRun({ out, ...options }: CollectForRunOptions): Promise<{ trace: string; report: CollectReport }> {
  const trace = traceForRun(out);
  makePrivateFolder(path.dirname(trace), "--out");
  const report = await collect({ ...options, output: trace });
  writeReportFile(trace, report);
  return { trace, report };
}

/** Where a run keeps the trace that it collects. */
export function traceForRun(out: string): string {
  return inside(out, "collected/rounds.jsonl");
}

/** The full report, next to the trace. Returns its path. */
export function writeReportFile(trace: string, report: CollectReport): string {
  const file = reportFileOf(trace);
  writeAtomically(file, jsonText(report), OWNER_ONLY_FILE);
  return file;
}

export function reportFileOf(trace: string): string {
  return `${trace.replace(/\.jsonl$/, "")}.report.json`;
}
