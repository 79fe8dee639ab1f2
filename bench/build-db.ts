/**
 * How long a database takes to build, against what DuckDB alone needs for the same uncompressed file with the same columns
 * and threads: to look at every value (`scan`), to copy it into a temporary table (`table`), and to write the three tables
 * to a file without any of the checks (`store`).
 *
 *     npx tsx bench/build-db.ts [--trace data/sample.jsonl.gz] [--rows 350000] [--threads N] [--repeats 5]
 *
 * The trace is repeated to the number of rows. Every measurement runs in a process of its own, the kinds taking turns.
 */
import { fork } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { DuckDBInstance } from "@duckdb/node-api";
import yargs from "yargs";
import { buildDatabase } from "../lib/db/build.ts";
import { openTrace } from "../lib/db/ingest/decompress.ts";
import { resolveInputs } from "../lib/db/ingest/inputs.ts";
import { columnsAt, type Place } from "../lib/db/ingest/keys.ts";
import { readBlocks } from "../lib/db/ingest/lines.ts";
import { quoteLiteral, quoteName } from "../lib/db/sql.ts";

const KINDS = ["scan", "table", "store", "build"] as const;
type Kind = (typeof KINDS)[number];

export interface Measurement {
  readonly wall_ms: number;
  readonly cpu_ms: number;
  readonly peak_rss_mib: number;
}

export interface BuildBenchResult {
  readonly rows: number;
  readonly bytes: number;
  readonly threads: number;
  readonly repeats: number;
  /** Medians over the repeats. */
  readonly medians: Readonly<Record<Kind, Measurement>>;
  /** Wall time of the build over that of the others. */
  readonly build_over: Readonly<Record<Exclude<Kind, "build">, number>>;
}

export interface BuildBenchOptions {
  readonly trace: string;
  readonly rows: number;
  readonly threads: number;
  readonly repeats: number;
}

export async function benchBuildDb(options: BuildBenchOptions): Promise<BuildBenchResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-build-db-"));
  try {
    const file = path.join(folder, "trace.jsonl");
    await repeatTrace(options.trace, options.rows, file);
    const taken: Record<Kind, Measurement[]> = { scan: [], table: [], store: [], build: [] };
    for (let i = 0; i < options.repeats; i++) for (const kind of KINDS) taken[kind].push(await measureApart(kind, file, options.threads));
    const medians = {
      scan: medianOf(taken.scan),
      table: medianOf(taken.table),
      store: medianOf(taken.store),
      build: medianOf(taken.build),
    };
    const over = (kind: Kind) => medians.build.wall_ms / medians[kind].wall_ms;
    return {
      rows: options.rows,
      bytes: fs.statSync(file).size,
      threads: options.threads,
      repeats: options.repeats,
      medians,
      build_over: { scan: over("scan"), table: over("table"), store: over("store") },
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

export function formatBuildBench(result: BuildBenchResult): string {
  const rows = KINDS.map((kind) => {
    const { wall_ms, cpu_ms, peak_rss_mib } = result.medians[kind];
    return `${kind.padEnd(6)} ${wall_ms.toFixed(0).padStart(8)} ${cpu_ms.toFixed(0).padStart(8)} ${peak_rss_mib.toFixed(0).padStart(10)}`;
  });
  return [
    `${result.rows} rows, ${(result.bytes / 2 ** 20).toFixed(0)} MiB, ${result.threads} threads, medians of ${result.repeats}`,
    "kind    wall ms   cpu ms   peak MiB",
    ...rows,
    Object.entries(result.build_over)
      .map(([kind, ratio]) => `build / ${kind} ${ratio.toFixed(2)}`)
      .join(", "),
  ].join("\n");
}

async function repeatTrace(trace: string, rows: number, file: string): Promise<void> {
  const [input] = resolveInputs([trace]);
  const blocks: Buffer[] = [];
  for await (const block of readBlocks(openTrace(input as NonNullable<typeof input>).chunks)) blocks.push(block.bytes);
  const lines = Buffer.concat(blocks).toString("utf8").trimEnd().split("\n");
  const handle = fs.openSync(file, "w");
  for (let done = 0; done < rows; done += lines.length) fs.writeSync(handle, `${lines.slice(0, rows - done).join("\n")}\n`);
  fs.closeSync(handle);
}

/** In a process of its own, so that the peak of memory is its own. */
function measureApart(kind: Kind, file: string, threads: number): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), ["--measure", kind, "--trace", file, "--threads", String(threads)]);
    child.once("message", (message) => resolve(message as Measurement));
    child.once("exit", (code) => reject(new Error(`measuring ${kind} ended with code ${code}`)));
  });
}

async function measure(kind: Kind, file: string, threads: number): Promise<Measurement> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await (kind === "build" ? build(file, threads) : readBare(kind, file, threads));
  const used = process.cpuUsage(cpu);
  return {
    wall_ms: performance.now() - start,
    cpu_ms: (used.user + used.system) / 1000,
    peak_rss_mib: process.resourceUsage().maxRSS / 1024,
  };
}

async function build(file: string, threads: number): Promise<void> {
  await buildDatabase({ inputs: [file], db: path.join(path.dirname(file), "trace.duckdb"), threads });
}

async function readBare(kind: Kind, file: string, threads: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:", { threads: String(threads) });
  const connection = await instance.connect();
  const source = `read_json(${quoteLiteral(file)}, format = 'newline_delimited', columns = ${bareColumns()})`;
  for (const statement of bareStatements(kind, source, path.join(path.dirname(file), "bare.duckdb"))) await connection.run(statement);
  instance.closeSync();
}

function bareStatements(kind: Kind, source: string, db: string): string[] {
  if (kind === "scan") return [`SELECT bit_xor(hash(source)) FROM ${source} AS source`];
  const copy = `CREATE TEMP TABLE copy AS SELECT row_number() OVER () AS round_pk, * FROM ${source}`;
  if (kind === "table") return [copy];
  fs.rmSync(db, { force: true });
  const elements = (list: string) => `SELECT round_pk, element.* FROM (SELECT round_pk, unnest(${list}) AS element FROM copy)`;
  return [
    copy,
    `ATTACH ${quoteLiteral(db)} AS bare`,
    "CREATE TABLE bare.rounds AS SELECT * EXCLUDE (timing_events, tools) FROM copy",
    `CREATE TABLE bare.timing_events AS ${elements("timing_events")}`,
    `CREATE TABLE bare.tool_calls AS ${elements("tools")}`,
    "CHECKPOINT bare",
  ];
}

function bareColumns(): string {
  const typesAt = (place: Place) => Object.entries(columnsAt(place)).map(([name, type]) => [name, type === "TIMESTAMP" ? "VARCHAR" : type]);
  const listOf = (place: Place) => `STRUCT(${typesAt(place).map(([name, type]) => `${quoteName(name as string)} ${type}`)})[]`;
  const columns = [...typesAt("row"), ["timing_events", listOf("timing_events")], ["tools", listOf("tools")]];
  return `{${columns.map(([name, type]) => `${quoteLiteral(name as string)}: ${quoteLiteral(type as string)}`)}}`;
}

function medianOf(measurements: readonly Measurement[]): Measurement {
  const median = (pick: (m: Measurement) => number) => measurements.map(pick).sort((a, b) => a - b)[measurements.length >> 1] as number;
  return { wall_ms: median((m) => m.wall_ms), cpu_ms: median((m) => m.cpu_ms), peak_rss_mib: median((m) => m.peak_rss_mib) };
}

async function main(): Promise<void> {
  const args = await yargs(process.argv.slice(2))
    .options({
      trace: { type: "string", default: fileURLToPath(new URL("../data/sample.jsonl.gz", import.meta.url)) },
      rows: { type: "number", default: 350_000 },
      threads: { type: "number", default: os.availableParallelism() },
      repeats: { type: "number", default: 5 },
      measure: { choices: KINDS, hidden: true },
    })
    .strict()
    .parse();
  if (args.measure) {
    process.send?.(await measure(args.measure, args.trace, args.threads));
    return;
  }
  const result = await benchBuildDb(args);
  console.log(formatBuildBench(result));
  console.log(JSON.stringify(result));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
