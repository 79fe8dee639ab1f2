/** Which database a run reads, whether it has to be built first, and the pool in it. */

import fs from "node:fs";
import path from "node:path";
import { buildDatabase, filesRead, formatBuildReport } from "../db/build/build.ts";
import { identityOf, storedName } from "../db/build/identity.ts";
import { openTrace } from "../db/build/ingest/decompress.ts";
import { findFirstStep } from "../db/build/ingest/ingest.ts";
import { resolveInputs } from "../db/build/ingest/inputs.ts";
import { refuseForeign } from "../db/build/ingest/target.ts";
import { areParquet } from "../db/build/parquet/detect.ts";
import { requireDatabase } from "../db/duckdb-file.ts";
import type { PartsUsed } from "../db/open/parts.ts";
import { Pool, type PoolSummary } from "../db/open/pool.ts";
import { poolFolder } from "../db/open/pool-folder.ts";
import { type ReadingOptions, refuseIdlePrices } from "../db/open/reading.ts";
import { Draft, removeLeftovers } from "../files/atomic.ts";
import { codeOf, messageOf, UserError } from "../files/errors.ts";
import { sha256 } from "../files/hash.ts";
import { inside } from "../files/inside.ts";
import { acquireLock, lockBeside } from "../files/lock.ts";
import { projectFile } from "../files/program.ts";
import { SeenFiles } from "../files/seen.ts";
import { STDIN } from "../files/stdio.ts";
import { counted } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";
import { at } from "../stats/known.ts";
import { type Labels, parseLabels } from "../trace/labels.ts";
import { type PriceOverrides, parsePriceOverrides } from "../trace/prices/overrides.ts";
import { ACCOUNTING_WORDS, type Accounting, READINGS_GUIDE } from "../trace/readings.ts";
import { abortable } from "./abort.ts";

const SAMPLE = projectFile("data/sample.jsonl.gz");

export interface SourceRequest {
  readonly db: string | undefined;
  readonly inputs: readonly string[];
  /** Folder for a database that has no name. */
  readonly out: string;
  readonly skipBadLines: boolean;
  /** Read the companion files of a trace. Default: true. */
  readonly companions?: boolean;
}

export interface DatabaseRequest extends SourceRequest {
  readonly say: (line: string) => void;
}

/** The database to read, and the inputs that it is built from; null when it is read as it is. */
export interface Source {
  readonly db: string;
  readonly inputs: readonly string[] | null;
}

/**
 * What a request names: `--db` as it is; a trace given with `--input` (by default the bundled sample) built into `--db` or `<out>/<stem>.duckdb`.
 * @throws UserError when there is no such database or trace
 */
export async function sourceOf({ db, inputs, out, skipBadLines, companions = true }: SourceRequest): Promise<Source> {
  if (db !== undefined && inputs.length === 0) {
    if (!poolFolder(db)) requireDatabase(db);
    const idle = skipBadLines ? "skip-bad-lines" : companions ? null : "no-companions";
    if (idle) throw new UserError(`--${idle} does nothing: ${db} is read as it is. Add --input to build it from a trace, or leave it out.`);
    return { db, inputs: null };
  }
  const traces = inputs.length > 0 ? inputs : [SAMPLE];
  await checkInputs(traces, skipBadLines);
  return { db: db ?? inside(out, `${stemOf(at(traces, 0))}.duckdb`), inputs: traces };
}

/** @throws UserError when an input isn't there or doesn't begin like a trace */
async function checkInputs(inputs: readonly string[], skipBadLines: boolean): Promise<void> {
  const files = resolveInputs(inputs);
  if (areParquet(files) || skipBadLines) return;
  // What is not a plain file can be read only once.
  for (const file of files) if (file.size !== null) await findFirstStep(file, openTrace);
}

/** Whether the database is there and newer than the trace and its companion files. */
export async function isUpToDate({ db, inputs }: Source, request: SourceRequest): Promise<boolean> {
  return inputs === null || (fs.existsSync(db) && (await isCurrent(db, request, inputs)));
}

/** Path of the database to read, built if need be. */
export async function resolveDatabase(request: DatabaseRequest): Promise<string> {
  const source = await sourceOf(request);
  const isDone = () => isUpToDate(source, request);
  if (source.inputs === null) return source.db;
  if (await isDone()) removeLeftovers(source.db);
  else await build(source.inputs, source.db, request, isDone);
  return source.db;
}

/** How a pool is read. */
export interface ReadingRequest {
  /** Counted when the pool has details of its steps, unless given. */
  readonly accounting?: Accounting | undefined;
  /** File with rates of the user's own. */
  readonly prices?: string | undefined;
  /** File with labels of sessions. */
  readonly labels?: string | undefined;
}

/** @throws UserError for a file that isn't there or isn't what it should be, and for rates that the reading doesn't use */
export function readingOptionsOf(request: ReadingRequest): ReadingOptions {
  refuseIdlePrices(request);
  const { accounting, prices, labels } = request;
  return {
    accounting,
    ...(prices === undefined ? {} : { prices: readPrices(prices) }),
    ...(labels === undefined ? {} : { labels: readLabels(labels) }),
  };
}

function readPrices(file: string): PriceOverrides {
  return parsePriceOverrides(textOf(file, "--prices", "rates, as docs/readings.md describes it"), file);
}

function readLabels(file: string): Labels {
  const text = textOf(file, "--labels", "labels, as docs/labels.md describes it");
  return { file, id: sha256(text), rows: parseLabels(text, file) };
}

function textOf(file: string, flag: string, contents: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    const why = codeOf(error) === "ENOENT" ? "was not found" : `can't be read (${messageOf(error)})`;
    throw new UserError(`${flag}: ${file} ${why}; name a file of ${contents}.`, 2, { cause: error });
  }
}

export interface PoolRequest extends DatabaseRequest, ReadingRequest {
  readonly threads: number;
  /** Of the engine, e.g. `4GB`. */
  readonly memory: string;
  /** Default: by size of the pool and memory. */
  readonly shards?: number | undefined;
  /** Folder that keeps the answers of the shards of an exported pool. */
  readonly parts?: string | undefined;
  /** Folder that keeps what is in the database, so that one that did not change need not be read to know it. */
  readonly seenIn?: string | undefined;
}

export type NamedSummary = PoolSummary & { readonly name: string };

/**
 * Finds or builds the database and opens it while `work` goes on; what does not fit into memory goes to a hidden folder in `out`.
 * @param work gets a function, too, that opens a counted pool in the published reading; null where they can't differ. Who opens it closes it.
 */
export async function withPool<T>(
  request: PoolRequest,
  work: (pool: Pool, summary: NamedSummary, otherPool: () => Promise<Pool | null>) => Promise<T>,
): Promise<T> {
  const reading = readingOptionsOf(request);
  const db = await resolveDatabase(request);
  const spills = ["spill", "spill-published"].map((name) => new Draft(path.join(request.out, name)));
  const [engine, otherEngine] = spills.map(({ path: tempDirectory }) => ({
    threads: request.threads,
    memoryLimit: request.memory,
    tempDirectory,
    shards: request.shards ?? ("fit" as const),
    parts: request.parts === undefined ? undefined : { folder: request.parts, say: request.say },
  }));
  const pool = await Pool.open(db, { ...reading, ...engine });
  const otherPool = async () =>
    pool.accounting === "counted" && pool.isDetailed
      ? Pool.open(db, { ...otherEngine, accounting: "published", labels: reading.labels })
      : null;
  try {
    for (const line of readingLines(pool)) request.say(line);
    const seen = request.seenIn === undefined ? undefined : new SeenFiles(request.seenIn);
    const result = await work(pool, { ...(await pool.summary(seen)), name: path.basename(db).replace(/\.duckdb$/, "") }, otherPool);
    const used = pool.partsUsed();
    if (used) request.say(partsLine(used, String(request.parts)));
    return result;
  } finally {
    pool.close();
    for (const spill of spills) spill.discard();
  }
}

/** Which parts were there, for people. */
export function partsLine({ found, made }: PartsUsed, folder: string): string {
  const count = [...made.values()].reduce((sum, each) => sum + each, 0);
  const shards = [...made.keys()].sort((a, b) => a - b).map((shard) => shard + 1);
  const named = `${shards.length === 1 ? "shard" : "shards"} ${shards.slice(0, MOST_NAMED).join(", ")}`;
  const more = shards.length > MOST_NAMED ? ` and ${shards.length - MOST_NAMED} more` : "";
  return `Parts: ${counted(found, "answer")} found in ${folder}, ${count === 0 ? "none" : `${grouped(count)} of ${named}${more}`} computed here.`;
}

const MOST_NAMED = 8;

/** How a pool is read, for people. */
export function readingLines({ accounting, isDetailed }: Pool): string[] {
  return [
    `Reading: ${accounting} (${ACCOUNTING_WORDS[accounting]}); ${READINGS_GUIDE} explains it.`,
    ...(accounting === "counted" && !isDetailed
      ? [
          "This pool lacks the files next to a trace: copies of Claude's responses are known by their message ids, and replayed history, unfinished output and messages that no one typed are not known.",
        ]
      : []),
  ];
}

interface BuildRequest {
  readonly skipBadLines: boolean;
  readonly companions?: boolean;
  readonly say: (line: string) => void;
}

/**
 * Builds a database, one process at a time.
 * @param isDone whether what another process has built meanwhile will do
 * @throws UserError when an input isn't there, before anything is written
 */
export async function build(
  inputs: readonly string[],
  db: string,
  options: BuildRequest,
  isDone: () => Promise<boolean> = async () => false,
): Promise<void> {
  await checkInputs(inputs, options.skipBadLines);
  refuseForeign(db);
  const lock = await acquireLock(lockBeside(db), {
    onWait: (holder) => options.say(`waiting for ${db}, which ${holder} is building`),
    flag: "--db or --out",
  });
  try {
    // Another process may have built it since it was looked for.
    if (!(await isDone())) await buildAlone(inputs, db, options);
  } finally {
    lock.release();
  }
}

async function buildAlone(inputs: readonly string[], db: string, options: BuildRequest): Promise<void> {
  options.say(`building ${db} from ${inputs.join(", ")}`);
  const report = await abortable((signal) =>
    buildDatabase({
      inputs,
      db,
      skipBadLines: options.skipBadLines,
      companions: options.companions ?? true,
      signal,
    }),
  );
  for (const line of formatBuildReport(report)) options.say(line);
}

/** @throws UserError when a database named on the command line holds another trace, which nobody asked to replace */
async function isCurrent(db: string, { db: named, companions = true }: SourceRequest, inputs: readonly string[]): Promise<boolean> {
  if (inputs.includes(STDIN)) return false;
  const traces = resolveInputs(inputs);
  const built = await sourceIn(db);
  if (named !== undefined && built.names?.join("\n") !== traces.map(storedName).join("\n"))
    throw new UserError(
      `${db} was built from ${built.names?.join(", ") ?? "another trace"}; leave out --input to use it as it is, or replace it with build-db.`,
    );
  const files = filesRead(traces, !companions || areParquet(traces));
  const builtAt = fs.statSync(db).mtimeMs;
  return (
    built.identity !== null && built.identity === identityOf(files) && files.every((file) => fs.statSync(file.path).mtimeMs <= builtAt)
  );
}

/** What a database was built from; the sources that Parquet files keep are those of the database that was exported. */
async function sourceIn(db: string): Promise<{ names: string[] | null; identity: string | null }> {
  const pool = await Pool.open(db, { accounting: "published", threads: 1 });
  try {
    const parquet = await pool.rows<{ path: string }>("SELECT path FROM parquet_source");
    const [trace] = await pool.rows<{ path: string | null }>("SELECT path FROM trace_source");
    const [table] = await pool.rows<{ comment: string | null }>(
      "SELECT comment FROM duckdb_tables() WHERE database_name = 'pool' AND table_name = 'trace_source'",
    );
    const names = parquet.length > 0 ? parquet.map((row) => row.path) : (trace?.path?.split("\n") ?? null);
    return { names, identity: table?.comment ?? null };
  } finally {
    pool.close();
  }
}

/** For a glob without letters the name of the folder is used. */
function stemOf(input: string): string {
  if (input === STDIN) return "stdin";
  const stem = path
    .basename(input)
    .replace(/\.(gz|zst)$/, "")
    .replace(/\.(jsonl|parquet)$/, "")
    .replace(/[^A-Za-z0-9_.-]+/g, "_");
  if (/[A-Za-z0-9]/.test(stem)) return stem;
  const folder = path.dirname(input);
  return folder === input || folder === "." ? stem || "trace" : stemOf(folder);
}
