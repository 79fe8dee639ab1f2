/** Ingest of trace files (JSONL) into a trace database. */
import fs from "node:fs";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { globSync } from "tinyglobby";
import { messageOf, UserError } from "../errors.ts";
import { type Columns, ROUND_COLUMNS, TIMING_EVENT_COLUMNS, TOOL_CALL_COLUMNS } from "./schema.ts";
import { quoteLiteral, quoteName } from "./sql.ts";

export interface BuildProgress {
  file: string;
  fileIndex: number;
  fileCount: number;
  phase: string;
  fraction?: number;
}

export interface BuildOptions {
  readonly inputs: readonly string[];
  readonly db: string;
  readonly skipBadLines?: boolean;
  readonly release?: boolean;
  readonly threads?: number;
  readonly memoryLimit?: string;
  readonly tempDirectory?: string;
  readonly onProgress?: (progress: BuildProgress) => void;
  readonly signal?: AbortSignal;
}

export interface BuildReport {
  readonly db: string;
  readonly files: readonly string[];
  readonly bytes: number;
  readonly rounds: number;
  readonly toolCalls: number;
  readonly timingEvents: number;
  readonly badLines: {
    readonly count: number;
    readonly reasons: Readonly<Record<string, number>>;
    readonly first: readonly { file: string; line: number; reason: string }[];
  };
  readonly unknownKeys: readonly { key: string; count: number; file: string; line: number }[];
}

export async function buildDatabase(options: BuildOptions): Promise<BuildReport> {
  const files = options.inputs.flatMap(expand);
  const partial = path.join(path.dirname(path.resolve(options.db)), `.${path.basename(options.db)}.${process.pid}.partial`);
  fs.rmSync(partial, { force: true });
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: options.memoryLimit ?? "2GB",
    temp_directory: options.tempDirectory ?? "",
  });
  try {
    const connection = await instance.connect();
    await connection.run(`ATTACH ${quoteLiteral(partial)} AS trace (STORAGE_VERSION 'v1.2.0'); USE trace`);
    await connection.run(`CREATE TEMP TABLE raw AS SELECT row_number() OVER () AS round_pk, * FROM read_json([${files.map(quoteLiteral)}],
      format = 'newline_delimited', maximum_object_size = 67108864, columns = ${rawColumns()})`);
    await connection.run(
      `CREATE TABLE rounds AS SELECT round_pk, round_pk AS ingest_seq, ${Object.keys(ROUND_COLUMNS).map(quoteName)} FROM raw ORDER BY round_pk`,
    );
    await connection.run(`CREATE TABLE tool_calls AS SELECT round_pk, ${selectFields(TOOL_CALL_COLUMNS)} FROM
      (SELECT round_pk, unnest(range(1, len(tools) + 1)) AS position, unnest(tools) AS element FROM raw) ORDER BY round_pk, position`);
    await connection.run(`CREATE TABLE timing_events AS SELECT round_pk, event_index, ${selectFields(TIMING_EVENT_COLUMNS, "event_index")} FROM
      (SELECT round_pk, unnest(range(1, len(timing_events) + 1)) AS event_index, unnest(timing_events) AS element FROM raw) ORDER BY round_pk, event_index`);
    const source = files.map((file) => (options.release ? path.basename(file) : path.resolve(file))).join("\n");
    await connection.run(`CREATE TABLE trace_source AS SELECT ${quoteLiteral(source)} AS path; DROP TABLE raw; CHECKPOINT trace`);
    const count = async (table: string) => Number((await connection.runAndReadAll(`SELECT count(*) FROM ${table}`)).getRows()[0]?.[0]);
    const report: BuildReport = {
      db: path.resolve(options.db),
      files,
      bytes: files.reduce((sum, file) => sum + fs.statSync(file).size, 0),
      rounds: await count("rounds"),
      toolCalls: await count("tool_calls"),
      timingEvents: await count("timing_events"),
      badLines: { count: 0, reasons: {}, first: [] },
      unknownKeys: [],
    };
    connection.closeSync();
    instance.closeSync();
    fs.renameSync(partial, options.db);
    return report;
  } catch (error) {
    fs.rmSync(partial, { force: true });
    throw error instanceof UserError ? error : new UserError(messageOf(error), 1, { cause: error });
  }
}

export function formatBuildReport(report: BuildReport): string[] {
  return [
    `${report.rounds} steps, ${report.toolCalls} tool calls and ${report.timingEvents} timing events from ${report.files.length} file(s), ${report.bytes} bytes`,
  ];
}

function expand(input: string): string[] {
  if (fs.existsSync(input)) return [input];
  const matches = globSync(input, { absolute: false }).sort();
  if (matches.length === 0) throw new UserError(`No trace file matches ${input}. Check the path.`);
  return matches;
}

function rawColumns(): string {
  const struct = (columns: Columns) =>
    `STRUCT(${Object.entries(columns)
      .filter(([name]) => name !== "event_index")
      .map(([name, type]) => `${quoteName(name)} ${type === "TIMESTAMP" ? "VARCHAR" : type}`)})[]`;
  const columns = { ...ROUND_COLUMNS, timing_events: struct(TIMING_EVENT_COLUMNS), tools: struct(TOOL_CALL_COLUMNS) };
  return `{${Object.entries(columns).map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`)}}`;
}

function selectFields(columns: Columns, ...except: string[]): string {
  return Object.entries(columns)
    .filter(([name]) => !except.includes(name))
    .map(([name, type]) => {
      const field = `element.${quoteName(name)}`;
      return `${type === "TIMESTAMP" ? `TRY_CAST(replace(replace(${field}, 'T', ' '), 'Z', '') AS TIMESTAMP)` : field} AS ${quoteName(name)}`;
    })
    .join(", ");
}
