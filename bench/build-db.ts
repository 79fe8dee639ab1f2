/**
 * How long a database takes to build, against what DuckDB alone needs for the same file with the same columns and threads:
 * to look at every value (`scan`), to copy it into a temporary table (`table`), and to write the three tables to a file
 * without any of the checks (`store`).
 *
 *     npx tsx bench/build-db.ts [--trace trace.jsonl | --steps 357161] [--threads N] [--repeats 5]
 *
 * Every measurement runs in a process of its own, the kinds taking turns.
 */
import { fork } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import yargs from "yargs";
import { buildDatabase } from "../lib/db/build/build.ts";
import { columnsAt, type Place } from "../lib/db/build/ingest/keys.ts";
import { openDuckDb } from "../lib/db/open/connection.ts";
import { quoteLiteral, quoteName } from "../lib/db/sql.ts";
import { POOL_FOLDER, poolOf } from "./pools.ts";
import { type Measurement, medianOf, usedBy } from "./process.ts";

export const BUILD_KINDS = ["scan", "table", "store", "build"] as const;
export type BuildKind = (typeof BUILD_KINDS)[number];

export interface BuildBenchResult {
  readonly bytes: number;
  readonly threads: number;
  readonly repeats: number;
  /** Medians over the repeats. */
  readonly medians: Readonly<Record<BuildKind, Measurement>>;
  /** Wall time of the build over that of the others. */
  readonly build_over: Readonly<Record<Exclude<BuildKind, "build">, number>>;
}

export interface BuildBenchOptions {
  /** `.jsonl` or `.jsonl.gz`. */
  readonly trace: string;
  readonly threads: number;
  readonly repeats: number;
}

export async function benchBuildDb({ trace, threads, repeats }: BuildBenchOptions): Promise<BuildBenchResult> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-build-db-"));
  try {
    const taken: Record<BuildKind, Measurement[]> = { scan: [], table: [], store: [], build: [] };
    for (let i = 0; i < repeats; i++)
      for (const kind of BUILD_KINDS) taken[kind].push(await measureApart({ kind, trace, folder, threads }));
    const medians = {
      scan: medianOf(taken.scan),
      table: medianOf(taken.table),
      store: medianOf(taken.store),
      build: medianOf(taken.build),
    };
    const over = (kind: BuildKind) => medians.build.wall_ms / medians[kind].wall_ms;
    return {
      bytes: fs.statSync(trace).size,
      threads,
      repeats,
      medians,
      build_over: { scan: over("scan"), table: over("table"), store: over("store") },
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function formatBuildBench(result: BuildBenchResult): string {
  const whole = (value: number | null, width: number) => (value?.toFixed(0) ?? "?").padStart(width);
  const rows = BUILD_KINDS.map((kind) => {
    const { wall_ms, cpu_ms, peak_rss_mib } = result.medians[kind];
    return `${kind.padEnd(6)} ${whole(wall_ms, 8)} ${whole(cpu_ms, 8)} ${whole(peak_rss_mib, 10)}`;
  });
  return [
    `${(result.bytes / 2 ** 20).toFixed(0)} MiB, ${result.threads} threads, medians of ${result.repeats}`,
    "kind    wall ms   cpu ms   peak MiB",
    ...rows,
    Object.entries(result.build_over)
      .map(([kind, ratio]) => `build / ${kind} ${ratio.toFixed(2)}`)
      .join(", "),
  ].join("\n");
}

interface Job {
  readonly kind: BuildKind;
  readonly trace: string;
  /** For what it writes. */
  readonly folder: string;
  readonly threads: number;
}

/** In a process of its own, so that the peak of memory is its own. */
function measureApart({ kind, trace, folder, threads }: Job): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const words = ["--measure", kind, "--trace", trace, "--folder", folder, "--threads", String(threads)];
    const child = fork(fileURLToPath(import.meta.url), words);
    child.once("message", (message) => resolve(message as Measurement));
    child.once("exit", (code) => reject(new Error(`measuring ${kind} ended with code ${code}`)));
  });
}

/** The start of the process is not counted. */
async function measure({ kind, trace, folder, threads }: Job): Promise<Measurement> {
  const start = performance.now();
  const cpu = process.cpuUsage();
  await (kind === "build"
    ? buildDatabase({ inputs: [trace], db: path.join(folder, "trace.duckdb"), threads })
    : readBare(kind, { trace, folder, threads }));
  const used = process.cpuUsage(cpu);
  return {
    wall_ms: performance.now() - start,
    cpu_ms: (used.user + used.system) / 1000,
    peak_rss_mib: usedBy("self")?.peak_rss_mib ?? null,
  };
}

async function readBare(kind: BuildKind, { trace, folder, threads }: Omit<Job, "kind">): Promise<void> {
  const limits = { threads, memoryLimit: "80%", tempDirectory: path.join(folder, "spill") };
  const instance = await openDuckDb(limits, { files: [path.resolve(trace)], folders: [path.resolve(folder)] });
  const connection = await instance.connect();
  const source = `read_json(${quoteLiteral(path.resolve(trace))}, format = 'newline_delimited', columns = ${bareColumns()})`;
  for (const statement of bareStatements(kind, source, path.join(folder, "bare.duckdb"))) await connection.run(statement);
  instance.closeSync();
}

function bareStatements(kind: BuildKind, source: string, db: string): string[] {
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

async function main(): Promise<void> {
  const args = await yargs(process.argv.slice(2))
    .options({
      trace: { type: "string", describe: "Trace to read; without it, a generated one of --steps" },
      steps: { type: "number", default: 357_161 },
      threads: { type: "number", default: os.availableParallelism() },
      repeats: { type: "number", default: 5 },
      measure: { choices: BUILD_KINDS, hidden: true },
      folder: { type: "string", default: "", hidden: true },
    })
    .strict()
    .parse();
  const trace = args.trace ?? (await poolOf(args.steps, POOL_FOLDER)).jsonl;
  if (args.measure) {
    process.send?.(await measure({ kind: args.measure, trace, folder: args.folder, threads: args.threads }));
    process.disconnect?.();
    return;
  }
  const result = await benchBuildDb({ ...args, trace });
  console.log(formatBuildBench(result));
  console.log(JSON.stringify(result));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
