/**
 * Builds a trace database from JSON lines or from Parquet files of the tables, as an export has them.
 *
 * Of JSON lines, every line is checked before the engine sees it: what is not a JSON object with values of the documented types is a bad
 * line. Rows get their ordinal from the order of the files and of the lines in them. A number, boolean or text that can be
 * read as the type of its column is taken for that (`"12"` for 12); null, a missing key and a timestamp that cannot be
 * read are missing values; elements of the lists that are not objects keep their place as rows without values.
 */

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { UserError } from "../../files/errors.ts";
import { machineProblem, OWNER_ONLY_FILE } from "../../files/place.ts";
import { at } from "../../stats/known.ts";
import type { TraceTable } from "../../trace/schema.ts";
import { STEPS_PER_RANGE } from "../key-ranges.ts";
import { databaseFiles, openDuckDb } from "../open/connection.ts";
import { shown } from "../shown.ts";
import { quoteLiteral } from "../sql.ts";
import { identityOf } from "./identity.ts";
import { type Building, DATABASE } from "./ingest/building.ts";
import type { CompanionTally } from "./ingest/companions.ts";
import { openTrace } from "./ingest/decompress.ts";
import { createTraceTables, type Filled, type FillOptions, fillFromLines } from "./ingest/fill.ts";
import { type Companions, companionFiles, companionsOf, resolveInputs, type TraceFile } from "./ingest/inputs.ts";
import { OTHER_NAMES } from "./ingest/keys.ts";
import { buildingOf } from "./ingest/pipe.ts";
import type { UnknownKey } from "./ingest/read-lines.ts";
import { type BadLines, Rejects } from "./ingest/rejects.ts";
import { Target } from "./ingest/target.ts";
import { areParquet } from "./parquet/detect.ts";
import { readParquet } from "./parquet/read.ts";

export interface BuildProgress {
  readonly file: string;
  /** 0-based. */
  readonly fileIndex: number;
  readonly fileCount: number;
  readonly phase: "read" | "write";
  /** Of the file's bytes; unknown for standard input. */
  readonly fraction?: number;
}

export interface BuildOptions {
  /** Traces or Parquet files: files, folders, globs or `-`, read in this order. */
  readonly inputs: readonly string[];
  /** The database file; an older one is replaced when the new one is whole. */
  readonly db: string;
  /** Read the companion files of a trace of JSON lines, which describe its transcripts and steps; by default they are read. */
  readonly companions?: boolean;
  /** Leave bad lines out and list them in `<db>.rejects.csv` instead of ending at the first. */
  readonly skipBadLines?: boolean;
  /** How many steps of several Parquet files are sorted at a time; for tests. */
  readonly stepsPerRange?: number;
  readonly threads?: number;
  /** Of the engine, e.g. `1GB`; what does not fit is moved to the temporary folder. */
  readonly memoryLimit?: string;
  /** By default the folder of the database. */
  readonly tempDirectory?: string;
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BuildReport {
  /** Absolute path. */
  readonly db: string;
  /** As named or matched, in reading order. */
  readonly files: readonly string[];
  /** Size of the files as they are, compressed or not. */
  readonly bytes: number;
  readonly rows: Readonly<Record<TraceTable, number>>;
  /** What the companion files describe; null when there are none or they are not wanted. */
  readonly companions: CompanionTally | null;
  readonly badLines: BadLines;
  /** The list of all bad lines, when there are any. */
  readonly rejects: string | null;
  /** Keys and Parquet columns that no column takes, sorted by path. */
  readonly unknownKeys: readonly Readonly<UnknownKey>[];
  /** Values that were given but cannot be read and are missing in the tables, by table or column. */
  readonly unreadable: Readonly<Record<string, number>>;
}

/** Oldest storage that holds these types; DuckDB 1.1 and the browser engine read it. */
const STORAGE_VERSION = "v1.0.0";
const DEFAULT_MEMORY_LIMIT = "1GB";

/**
 * Builds `options.db` with the tables `rounds`, `tool_calls`, `timing_events` and `trace_source` (one row, one column
 * `path`: the names of the inputs, separated by line feeds; `-` for standard input; its comment is `identityOf` all files that were read). Where traces have
 * companion files also the tables of these (`COMPANION_TABLES`) and `companion_source` (one row per file, column `path`).
 * From Parquet, these tables are as the files have them, and `parquet_source` names the files (one row per file).
 * @throws UserError for inputs, lines and places that the caller can fix, and when the signal is aborted; nothing is left behind
 */
export async function buildDatabase(options: BuildOptions): Promise<BuildReport> {
  refuseAborted(options.signal);
  const files = resolveInputs(options.inputs);
  const target = prepare(options);
  try {
    const rejects = new Rejects(target.rejects);
    const filled = await fill(files, target, rejects, options);
    const hasRejects = rejects.close();
    refuseAborted(options.signal);
    if (files.some(isOwnerOnly)) fs.chmodSync(target.database, OWNER_ONLY_FILE);
    target.publish(hasRejects);
    return {
      db: target.file,
      files: files.map((file) => file.name),
      bytes: filled.bytes,
      rows: filled.rows,
      badLines: rejects.summary(),
      rejects: hasRejects ? target.rejectsFile : null,
      companions: filled.companions,
      unknownKeys: [...filled.unknownKeys].sort((a, b) => (a.key < b.key ? -1 : 1)),
      unreadable: filled.unreadable,
    };
  } catch (error) {
    target.discard();
    refuseAborted(options.signal);
    throw problemOf(error, options.db);
  }
}

/** Who may not read a trace may not read a database of it. */
function isOwnerOnly({ path, size }: TraceFile): boolean {
  return size !== null && process.platform !== "win32" && (fs.statSync(path).mode & 0o077) === 0;
}

function prepare({ db, tempDirectory }: BuildOptions): Target {
  try {
    return Target.prepare(db, tempDirectory);
  } catch (error) {
    throw problemOf(error, db);
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UserError("The build was stopped; no database was written.", 1, { cause: signal.reason });
}

function problemOf(error: unknown, db: string): unknown {
  return machineProblem(error, path.dirname(path.resolve(db)), "--db") ?? error;
}

async function fill(files: readonly TraceFile[], target: Target, rejects: Rejects, options: BuildOptions): Promise<Filled> {
  const fromParquet = areParquet(files);
  if (fromParquet && (options.skipBadLines || options.companions === false))
    throw new UserError(
      `--${options.skipBadLines ? "skip-bad-lines" : "no-companions"} does nothing for Parquet files such as ${files[0]?.name}. Leave it out.`,
    );
  // Before they are read: what changes meanwhile is another file.
  const identity = identityOf(filesRead(files, fromParquet || options.companions === false));
  const instance = await openDuckDb(
    {
      threads: options.threads ?? os.availableParallelism(),
      memoryLimit: options.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
      tempDirectory: path.join(target.folder, "spill"),
    },
    { files: [...databaseFiles(target.database), ...(fromParquet ? files.map((file) => file.path) : [])], folders: [target.folder] },
  );
  try {
    const connection = await instance.connect();
    // A build that ends early leaves no database, so a log of it would help nobody.
    await connection.run(
      `ATTACH ${quoteLiteral(target.database)} AS ${DATABASE} (STORAGE_VERSION '${STORAGE_VERSION}', RECOVERY_MODE 'NO_WAL_WRITES')`,
    );
    const building = buildingOf(instance, connection, target.folder);
    await createTraceTables(building);
    const filled = fromParquet ? await fillFromParquet(files, connection, options) : await fillWith(files, building, rejects, options);
    await connection.run(`COMMENT ON TABLE ${DATABASE}.trace_source IS ${identity === null ? "NULL" : quoteLiteral(identity)}`);
    await connection.run(`CHECKPOINT ${DATABASE}`);
    await connection.run(`DETACH ${DATABASE}`);
    return filled;
  } finally {
    instance.closeSync();
  }
}

/** All files that a build reads. */
export function filesRead(files: readonly TraceFile[], withoutCompanions: boolean): TraceFile[] {
  return withoutCompanions ? [...files] : [...files, ...companionFiles(files.map(companionsOf))];
}

async function fillFromParquet(files: readonly TraceFile[], connection: DuckDBConnection, options: BuildOptions): Promise<Filled> {
  const interrupt = () => connection.interrupt();
  options.signal?.addEventListener("abort", interrupt);
  try {
    const { unknownColumns, ...tally } = await readParquet(files, connection, {
      stepsPerRange: options.stepsPerRange ?? STEPS_PER_RANGE,
      onTable: (file) => tellProgress(files, options, file, "read"),
      signal: options.signal,
    });
    tellProgress(files, options, at(files, -1), "write");
    return { ...tally, unknownKeys: unknownColumns, unreadable: {} };
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}

async function fillWith(files: readonly TraceFile[], building: Building, rejects: Rejects, options: BuildOptions): Promise<Filled> {
  const companions = options.companions === false ? [] : files.map(companionsOf);
  return fillFromLines(files, companions, building, readOptions(filesToRead(files, companions), rejects, options));
}

/** In reading order. */
function filesToRead(traces: readonly TraceFile[], companions: readonly Companions[]): TraceFile[] {
  return [...traces, ...companionFiles(companions)];
}

function readOptions(files: readonly TraceFile[], rejects: Rejects, options: BuildOptions): FillOptions {
  return {
    open: openTrace,
    rejects: options.skipBadLines ? rejects : null,
    unknownKeys: new Map(),
    onBlock: (file, fraction) => tellProgress(files, options, file, "read", fraction),
    onWrite: () => tellProgress(files, options, at(files, -1), "write"),
    signal: options.signal,
  };
}

function tellProgress(
  files: readonly TraceFile[],
  { onProgress }: BuildOptions,
  file: TraceFile,
  phase: BuildProgress["phase"],
  fraction?: number,
): void {
  onProgress?.({
    file: file.name,
    fileIndex: files.indexOf(file),
    fileCount: files.length,
    phase,
    ...(fraction === undefined ? {} : { fraction }),
  });
}

/** The report in sentences, one a line, problems after the counts. */
export function formatBuildReport(report: BuildReport): string[] {
  const { rows, companions, badLines } = report;
  const lines = [
    `${count(rows.rounds, "step")}, ${count(rows.tool_calls, "tool call")} and ${count(rows.timing_events, "timing event")} from ${count(report.files.length, "file")} of ${count(report.bytes, "byte")}`,
  ];
  if (rows.rounds === 0) lines.push("The pool is empty: there is no step in what was read.");
  if (companions)
    lines.push(
      `${count(companions.describedSteps, "step")} and ${count(companions.transcripts, "transcript")} described by ${count(companions.files.length, "companion file")} of ${count(companions.bytes, "byte")}`,
    );
  if (badLines.count > 0) {
    const reasons = Object.entries(badLines.reasons).map(([reason, n]) => `${n} ${reason}`);
    lines.push(`${count(badLines.count, "bad line")} left out (${reasons.join(", ")}), all of them in ${report.rejects}`);
    for (const { file, line, reason, detail } of badLines.first) lines.push(`  ${file}:${line}: ${reason}: ${detail}`);
  }
  if (report.unknownKeys.length > 0) lines.push(unknownLine(report.unknownKeys));
  for (const [column, times] of Object.entries(report.unreadable))
    lines.push(`${column}: ${count(times, "value")} cannot be read and ${times === 1 ? "is" : "are"} missing`);
  return lines;
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}

const SHOWN_UNKNOWN = 5;

/** One line, however many there are. */
function unknownLine(unknown: readonly Readonly<UnknownKey>[]): string {
  const named = unknown.filter(({ key }) => !key.endsWith(OTHER_NAMES));
  const noun = unknown[0]?.line === null ? "unknown column" : "unknown key";
  const names = named
    .slice(0, SHOWN_UNKNOWN)
    .map(({ key, file, line }) => `${shown(key)} (first in ${file}${line === null ? "" : `:${line}`})`);
  const more = named.length - names.length;
  const values = count(
    unknown.reduce((sum, one) => sum + one.count, 0),
    "value",
  );
  if (named.length < unknown.length) return `Many ${noun}s left out with ${values}: ${[...names, "others"].join(", ")}`;
  return `${count(named.length, noun)} left out with ${values}: ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
