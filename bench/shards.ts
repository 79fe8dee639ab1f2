/**
 * What a shard costs: `npx tsx bench/shards.ts <pool.duckdb> <folder>`. Makes pools of copies of one pool, each copy a shard, so that large ones
 * are made shard by shard; measures `map` on shards of several sizes and the run that merges; and fits time to steps.
 */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { exportManifest, MANIFEST_FILE, readManifest } from "../lib/db/build/parquet/manifest.ts";
import { openDuckDb } from "../lib/db/open/connection.ts";
import { quoteLiteral } from "../lib/db/sql.ts";
import { exportPool } from "../lib/export/export.ts";
import { sha256OfFile } from "../lib/files/hash.ts";
import { jsonText } from "../lib/files/json.ts";
import { known } from "../lib/stats/known.ts";
import { type Measurement, runMeasured } from "./process.ts";

/** Of a pool of so many copies: how many of its shards are measured, and whether all are, and merged. */
const COPIES = [
  { copies: 1, measured: 1, merged: true },
  { copies: 10, measured: 10, merged: true },
  { copies: 100, measured: 3, merged: false },
];
/** The pool itself in so many shards, of which the first is measured. */
const DIVIDED = [7, 64];
/** More than a pool has steps. */
const KEYS_PER_COPY = 1_000_000_000;
const THREADS = ["--threads", "1", "--memory", "4GB"];

interface Task extends Measurement {
  readonly pool_steps: number;
  readonly steps: number;
  readonly parts_bytes: number;
}

const [db, folder = path.join(os.tmpdir(), "trace-atlas-shards")] = process.argv.slice(2);
if (db === undefined) throw new Error("Name a database: bench/shards.ts <pool.duckdb> [folder]");
const tasks: Task[] = [];
const merges: object[] = [];
for (const shards of DIVIDED) {
  const pool = path.join(folder, `divided-${shards}`);
  if (!readManifest(pool)) await exportPool({ db, out: pool, format: "parquet", shards });
  await measure(pool, 1);
}
for (const { copies, measured, merged } of COPIES) {
  const pool = path.join(folder, `copies-${copies}`);
  if (!readManifest(pool)) await makeCopies(path.join(folder, "one"), pool, copies);
  await measure(pool, measured);
  if (merged) await merge(pool);
}
print({ fitted: lineThrough(tasks) });

async function measure(pool: string, count: number): Promise<void> {
  const { shards, tables } = known(readManifest(pool) ?? undefined);
  const files = known(tables.rounds).files;
  const out = `${pool}-parts`;
  for (let k = 1; k <= count; k++) {
    const before = bytesIn(out);
    const { said: _, ...used } = await runMeasured("run-all.ts", [
      "map",
      "--pool",
      pool,
      "--shard",
      `${k}/${shards}`,
      "--out",
      out,
      ...THREADS,
    ]);
    const task = { pool_steps: known(tables.rounds).rows, steps: known(files[k - 1]).rows, ...used, parts_bytes: bytesIn(out) - before };
    tasks.push(task);
    print(task);
  }
}

async function merge(pool: string): Promise<void> {
  const out = `${pool}-atlas`;
  fs.rmSync(out, { recursive: true, force: true });
  const { said, ...used } = await runMeasured("run-all.ts", ["--db", pool, "--parts", `${pool}-parts`, "--out", out, "--no-gallery"]);
  const merged = { merge_of: pool, ...used, parts: /^Parts: .*$/m.exec(said)?.[0], bytes: bytesIn(`${pool}-parts`) };
  merges.push(merged);
  print(merged);
}

/** A folder of an export whose shards are copies of a pool with keys of their own. */
async function makeCopies(one: string, out: string, copies: number): Promise<void> {
  if (!readManifest(one)) await exportPool({ db: known(db), out: one, format: "parquet", shards: 1 });
  const source = known(readManifest(one) ?? undefined);
  fs.mkdirSync(out, { recursive: true });
  const instance = await openDuckDb({ threads: 2 }, { folders: [path.resolve(one), path.resolve(out)] });
  const connection = await instance.connect();
  const tables: Record<string, { rows: number; files: { file: string; rows: number; bytes: number; sha256: string; shard?: number }[] }> =
    {};
  for (const [table, { files }] of Object.entries(source.tables)) {
    const [first] = files;
    if (!first) continue;
    const from = quoteLiteral(path.resolve(one, first.file));
    const described = await connection.runAndReadAll(`DESCRIBE FROM read_parquet(${from})`);
    const names = described.getRows().map(([name]) => String(name));
    const count = first.shard === undefined ? 1 : copies;
    const written = [];
    for (let copy = 0; copy < count; copy++) {
      const columns = names.map((name) => copiedColumn(name, copy));
      const file = first.shard === undefined ? first.file : `${table}/shard-${copy}.parquet`;
      const place = path.resolve(out, file);
      fs.mkdirSync(path.dirname(place), { recursive: true });
      await connection.run(
        `COPY (SELECT ${columns.join(", ")} FROM read_parquet(${from})) TO ${quoteLiteral(place)} (FORMAT parquet, COMPRESSION zstd)`,
      );
      const shard = first.shard === undefined ? {} : { shard: copy };
      written.push({ file, rows: first.rows, bytes: fs.statSync(place).size, sha256: await sha256OfFile(place), ...shard });
    }
    tables[table] = { rows: first.rows * count, files: written };
  }
  instance.closeSync();
  const { format, accounting, partition, fingerprint } = source;
  const manifest = exportManifest({ format, accounting, partition, fingerprint: `${copies} x ${fingerprint}`, shards: copies, tables });
  fs.writeFileSync(path.join(out, MANIFEST_FILE), jsonText(manifest));
}

function copiedColumn(name: string, copy: number): string {
  if (name === "session_id") return `'c${copy}-' || session_id AS session_id`;
  return name === "round_pk" || name === "ingest_seq" ? `${name} + ${copy * KEYS_PER_COPY} AS ${name}` : name;
}

/** Processor seconds of a task as a straight line over steps, by least squares, and the largest error. */
function lineThrough(tasks: readonly Task[]) {
  const points = tasks.map(({ steps, cpu_ms }) => ({ x: steps / 1e6, y: (cpu_ms ?? Number.NaN) / 1000 }));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((p) => p.x)), mean(points.map((p) => p.y))];
  const slope = mean(points.map((p) => (p.x - x) * (p.y - y))) / mean(points.map((p) => (p.x - x) ** 2));
  const start = y - slope * x;
  const errors = points.map((p) => Math.abs(start + slope * p.x - p.y));
  const bytes = tasks.map(({ parts_bytes, steps }) => ({ parts_bytes, steps }));
  const largest = known(bytes.sort((a, b) => b.steps - a.steps)[0]);
  const billion = { shards: 4096, processor_hours: (4096 * start + slope * 1000) / 3600, parts_gb: largest.parts_bytes / largest.steps };
  return { seconds_per_task: start, seconds_per_million_steps: slope, largest_error_s: Math.max(...errors), billion_steps: billion };
}

function bytesIn(place: string): number {
  if (!fs.existsSync(place)) return 0;
  return fs.readdirSync(place).reduce((sum, file) => sum + fs.statSync(path.join(place, file)).size, 0);
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
