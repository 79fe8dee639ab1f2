/**
 * Builds a trace database from JSON lines.
 *
 * Every line is checked before the engine sees it: what is not a JSON object with values of the documented types is a bad
 * line. Rows get their ordinal from the order of the files and of the lines in them. A number, boolean or text that can be
 * read as the type of its column is taken for that (`"12"` for 12); null, a missing key and a timestamp that cannot be
 * read are missing values; elements of the lists that are no objects keep their place as rows without values.
 */

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { messageOf, UserError } from "../errors.ts";
import { ingest, type Sink, type Tally, type UnknownKey } from "./ingest/ingest.ts";
import { resolveInputs, STDIN, type TraceFile } from "./ingest/inputs.ts";
import type { Place } from "./ingest/keys.ts";
import { createTableSql, Loader } from "./ingest/load.ts";
import { type BadLines, Rejects } from "./ingest/rejects.ts";
import { type Part, Spool } from "./ingest/spool.ts";
import { Target } from "./ingest/target.ts";
import { TRACE_TABLES, type TraceTable } from "./schema.ts";
import { quoteLiteral } from "./sql.ts";

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
  /** Files, globs or `-`, read in this order. */
  readonly inputs: readonly string[];
  /** The database file; an older one is replaced when the new one is whole. */
  readonly db: string;
  /** Leave bad lines out and list them in `<db>.rejects.csv` instead of ending at the first. */
  readonly skipBadLines?: boolean;
  /** Keep only the names of the input files, not their paths. */
  readonly release?: boolean;
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
  readonly badLines: BadLines;
  /** The list of all bad lines, when there are any. */
  readonly rejects: string | null;
  /** Keys that no column takes, sorted by path. */
  readonly unknownKeys: readonly Readonly<UnknownKey>[];
  /** Values that were given but cannot be read and are missing in the tables, by table or column. */
  readonly unreadable: Readonly<Record<string, number>>;
}

/** Oldest storage that holds these types; DuckDB 1.1 and the browser engine read it. */
const STORAGE_VERSION = "v1.0.0";
const DEFAULT_MEMORY_LIMIT = "1GB";
const DATABASE = "trace";
const ROW_GROUP_ROWS = 122_880;
/** Two parts fill a row group: larger ones cost the system more for clearing pages than smaller ones for merging. */
const PART_ROWS = ROW_GROUP_ROWS / 2;

/** A step has about four events. */
const SINKS: Readonly<Record<Place, { table: TraceTable; rowsPerPart: number }>> = {
  row: { table: "rounds", rowsPerPart: PART_ROWS },
  timing_events: { table: "timing_events", rowsPerPart: 2 * PART_ROWS },
  tools: { table: "tool_calls", rowsPerPart: PART_ROWS },
};
const TIMESTAMP_MACRO = fs.readFileSync(new URL("./ingest/timestamp.sql", import.meta.url), "utf8");

/**
 * Builds `options.db` with the tables `rounds`, `tool_calls`, `timing_events` and `trace_source` (one row, one column
 * `path`: the absolute paths of the inputs, separated by line feeds; `-` for standard input).
 * @throws UserError for inputs, lines and places that the caller can mend, and when the signal is aborted; nothing is left behind
 */
export async function buildDatabase(options: BuildOptions): Promise<BuildReport> {
  refuseAborted(options.signal);
  const files = resolveInputs(options.inputs);
  const target = Target.prepare(options.db, options.tempDirectory);
  try {
    const rejects = new Rejects(target.rejects);
    const { tally, unreadable } = await fill(files, target, rejects, options);
    const hasRejects = rejects.close();
    refuseAborted(options.signal);
    target.publish(hasRejects);
    return {
      db: target.file,
      files: files.map((file) => file.name),
      bytes: tally.bytes,
      rows: { rounds: tally.records.row, tool_calls: tally.records.tools, timing_events: tally.records.timing_events },
      badLines: rejects.summary(),
      rejects: hasRejects ? target.rejectsFile : null,
      unknownKeys: [...tally.unknownKeys.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
      unreadable,
    };
  } catch (error) {
    target.discard();
    refuseAborted(options.signal);
    throw explain(error, options.db);
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new UserError("The build was stopped; no database was written.", 1, { cause: signal.reason });
}

/** What the machine refuses is the caller's to mend; everything else is ours and keeps its stack. */
function explain(error: unknown, db: string): unknown {
  if (error instanceof UserError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const refused =
    (code !== undefined && ["ENOSPC", "EACCES", "EPERM", "EROFS", "EDQUOT", "EMFILE"].includes(code)) ||
    /^(IO|Out of Memory) Error/.test(messageOf(error));
  return refused ? new UserError(`${db} could not be built: ${messageOf(error)}`, 1, { cause: error }) : error;
}

interface Filled {
  readonly tally: Tally;
  readonly unreadable: Readonly<Record<string, number>>;
}

async function fill(files: readonly TraceFile[], target: Target, rejects: Rejects, options: BuildOptions): Promise<Filled> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(options.threads ?? os.availableParallelism()),
    memory_limit: options.memoryLimit ?? DEFAULT_MEMORY_LIMIT,
    temp_directory: path.join(target.folder, "spill"),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  try {
    const connection = await instance.connect();
    await connection.run("SET GLOBAL TimeZone = 'UTC'");
    await connection.run(TIMESTAMP_MACRO);
    await connection.run(`ATTACH ${quoteLiteral(target.database)} AS ${DATABASE} (STORAGE_VERSION '${STORAGE_VERSION}')`);
    for (const table of Object.keys(TRACE_TABLES) as TraceTable[]) await connection.run(createTableSql(DATABASE, table));
    const tally = await load(files, target, rejects, instance, options);
    options.onProgress?.({ file: (files.at(-1) as TraceFile).name, fileIndex: files.length - 1, fileCount: files.length, phase: "write" });
    await connection.run(
      `CREATE TABLE ${DATABASE}.trace_source AS SELECT ${quoteLiteral(sourcePath(files, options.release ?? false))} AS path`,
    );
    const unreadable = await checkTables(connection, tally);
    await connection.run(`CHECKPOINT ${DATABASE}`);
    await connection.run(`DETACH ${DATABASE}`);
    return { tally, unreadable };
  } finally {
    instance.closeSync();
  }
}

async function load(
  files: readonly TraceFile[],
  target: Target,
  rejects: Rejects,
  instance: DuckDBInstance,
  options: BuildOptions,
): Promise<Tally> {
  const pipes = await Promise.all((Object.keys(SINKS) as Place[]).map((place) => Pipe.create(place, target.folder, instance)));
  const stop = (): void => void Promise.all(pipes.map((pipe) => pipe.stop()));
  options.signal?.addEventListener("abort", stop);
  try {
    const tally = await ingest(files, {
      sinks: Object.fromEntries(pipes.map((pipe) => [pipe.place, pipe])) as unknown as Record<Place, Sink>,
      rejects: options.skipBadLines ? rejects : null,
      unpacking: { folder: target.folder, connect: () => instance.connect() },
      onBlock: (fileIndex, fraction) =>
        options.onProgress?.({
          file: (files[fileIndex] as TraceFile).name,
          fileIndex,
          fileCount: files.length,
          phase: "read",
          ...(fraction === undefined ? {} : { fraction }),
        }),
      signal: options.signal,
    });
    await Promise.all(pipes.map((pipe) => pipe.end()));
    return tally;
  } finally {
    options.signal?.removeEventListener("abort", stop);
    await Promise.all(pipes.map((pipe) => pipe.stop()));
  }
}

/** From the reader to one table: records are spooled into parts, full parts are loaded while the reader goes on. */
class Pipe implements Sink {
  private readonly spool: Spool;

  private constructor(
    readonly place: Place,
    folder: string,
    private readonly loader: Loader,
  ) {
    const { table, rowsPerPart } = SINKS[place];
    this.spool = new Spool(folder, table, rowsPerPart, (part: Part) => loader.add(part, () => this.spool.reuse(part)));
  }

  static async create(place: Place, folder: string, instance: DuckDBInstance): Promise<Pipe> {
    return new Pipe(place, folder, await Loader.create(await instance.connect(), DATABASE, SINKS[place].table));
  }

  write(...record: Parameters<Spool["write"]>): void {
    this.spool.write(...record);
  }

  ready(): Promise<void> {
    return this.loader.ready();
  }

  async end(): Promise<void> {
    this.spool.end();
    await this.loader.commit();
  }

  async stop(): Promise<void> {
    await this.loader.stop();
    this.spool.close();
  }
}

/** @throws Error when the tables do not hold what was read, which no input explains */
async function checkTables(connection: DuckDBConnection, tally: Tally): Promise<Readonly<Record<string, number>>> {
  const result = await connection.runAndReadAll(`
    SELECT
      (SELECT count(*) FROM ${DATABASE}.rounds) AS rounds,
      (SELECT count(*) FROM ${DATABASE}.tool_calls) AS tool_calls,
      (SELECT count(*) FROM ${DATABASE}.timing_events) AS timing_events,
      (SELECT count("timestamp") FROM ${DATABASE}.timing_events) AS event_times,
      (SELECT count(emitted_at) + count(result_at) FROM ${DATABASE}.tool_calls) AS tool_times`);
  const [rounds, toolCalls, timingEvents, eventTimes, toolTimes] = (result.getRows()[0] as bigint[]).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const { row, tools, timing_events: events } = tally.records;
  if (rounds !== row || toolCalls !== tools || timingEvents !== events)
    throw new Error(
      `read ${row} steps, ${tools} tool calls and ${events} events, but the tables hold ${rounds}, ${toolCalls} and ${timingEvents}`,
    );
  const unreadable = {
    "rounds.reasoning_output_tokens": tally.unreadableReasoning,
    "timing_events.timestamp": tally.timestamps.timing_events - eventTimes,
    "tool_calls.emitted_at and result_at": tally.timestamps.tools - toolTimes,
  };
  return Object.fromEntries(Object.entries(unreadable).filter(([, count]) => count > 0));
}

function sourcePath(files: readonly TraceFile[], release: boolean): string {
  return files.map((file) => (release && file.path !== STDIN ? path.basename(file.path) : file.path)).join("\n");
}

/** The report in sentences, one a line, problems after the counts. */
export function formatBuildReport(report: BuildReport): string[] {
  const { rows, badLines } = report;
  const lines = [
    `${count(rows.rounds, "step")}, ${count(rows.tool_calls, "tool call")} and ${count(rows.timing_events, "timing event")} from ${count(report.files.length, "file")} of ${count(report.bytes, "byte")}`,
  ];
  if (badLines.count > 0) {
    const reasons = Object.entries(badLines.reasons).map(([reason, n]) => `${n} ${reason}`);
    lines.push(`${count(badLines.count, "bad line")} left out (${reasons.join(", ")}), all of them in ${report.rejects}`);
    for (const { file, line, reason, detail } of badLines.first) lines.push(`  ${file}:${line}: ${reason}: ${detail}`);
  }
  for (const { key, count: times, file, line } of report.unknownKeys)
    lines.push(`unknown key ${key} left out (${count(times, "value")}, first in ${file}:${line})`);
  for (const [column, times] of Object.entries(report.unreadable))
    lines.push(`${column}: ${count(times, "value")} cannot be read and ${times === 1 ? "is" : "are"} missing`);
  return lines;
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString("en-US")} ${noun}${n === 1 ? "" : "s"}`;
}
