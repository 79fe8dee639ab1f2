/**
 * What shards cost, here and on Ray:
 *
 *     npx tsx bench/shards.ts --folder <folder> --db a.duckdb --db b.duckdb [--copies 10] [--largest 100] [--overhead]
 *
 * Measures what all shards need of a pool (`map` without `--shard`), `map` on shards of several sizes, and the run that merges; of the last pool
 * also in 7 and 64 shards, and of pools of copies of it, each copy a shard, so that large ones are made shard by shard: of these the first
 * shard is measured by itself, and all as tasks of `--engine local`, which leave the parts to merge. `--overhead` compares that with two Ray
 * nodes (`python3` with the package `ray` on the PATH). Then it fits lines to what was measured.
 *
 * What is measured is kept in `<folder>/measured.json`: the same call goes on after the last of it.
 */
import fs from "node:fs";
import path from "node:path";
import yargs from "yargs";
import { experimentIds } from "../lib/artifacts/experiment-folders.ts";
import { mapAll } from "../lib/cli/map-all.ts";
import { exportManifest, MANIFEST_FILE, readManifest } from "../lib/db/build/parquet/manifest.ts";
import { openDuckDb } from "../lib/db/open/connection.ts";
import { quoteLiteral } from "../lib/db/sql.ts";
import { exportPool } from "../lib/export/export.ts";
import { sha256OfFile } from "../lib/files/hash.ts";
import { jsonText } from "../lib/files/json.ts";
import { loadExperiments } from "../lib/run/discover.ts";
import { known } from "../lib/stats/known.ts";
import { startHead, startNode } from "../lib/testing/ray-cluster.ts";
import { runMeasured } from "./process.ts";
import { type Measured, type Overhead, shardsMarkdown } from "./shard-model.ts";

/** The last pool in so many shards, of which the first is measured. */
const DIVIDED = [7, 64];
/** More than a pool has steps. */
const KEYS_PER_COPY = 1_000_000_000;
const ONE_THREAD = ["--threads", "1", "--memory", "4GB"];
/** Of a merge and of relations of the whole pool. */
const ALL_MEMORY = ["--threads", "2", "--memory", "12GB"];

const args = await yargs(process.argv.slice(2))
  .options({
    folder: { type: "string", demandOption: true, describe: "For pools, parts and what is measured" },
    db: { type: "string", array: true, demandOption: true, describe: "Databases, the largest last" },
    copies: { type: "number", default: 10, describe: "Of the last database, as a pool of so many shards that is merged; 0 for none" },
    largest: { type: "number", default: 0, describe: "The same once more" },
    overhead: { type: "boolean", default: false, describe: "Compare Ray with local processes on the copies" },
  })
  .strict()
  .parse();

/** By what was done. */
type Log = Record<string, Measured | Overhead>;
const logFile = path.join(args.folder, "measured.json");
fs.mkdirSync(args.folder, { recursive: true });
const log: Log = fs.existsSync(logFile) ? JSON.parse(fs.readFileSync(logFile, "utf8")) : {};

const last = known(args.db.at(-1));
for (const db of args.db) {
  const pool = await exportedIn(db, inFolder(path.basename(db, ".duckdb")), 1);
  await measureFirstShard(pool);
  await measureMerge(pool, partsOf(pool));
}
for (const shards of DIVIDED) await measureFirstShard(await exportedIn(last, inFolder(`divided-${shards}`), shards));
for (const copies of [args.copies, args.largest].filter((count) => count > 0)) {
  const pool = await copiesOf(last, copies);
  await measureFirstShard(pool);
  await measureEngine(pool, "local", { threads: 2, memory: "8GB" });
  if (args.overhead && copies === args.copies) await measureRay(pool);
  await measureMerge(pool, partsOf(pool, "local"));
}
report();

function inFolder(name: string): string {
  return path.join(args.folder, name);
}

/** Does what was not done before, and keeps what it measured. */
async function once(key: string, measure: () => Promise<Measured | Overhead>): Promise<void> {
  if (log[key]) return;
  log[key] = await measure();
  fs.writeFileSync(`${logFile}.new`, jsonText(log));
  fs.renameSync(`${logFile}.new`, logFile);
  process.stderr.write(`${key}: ${JSON.stringify(log[key])}\n`);
}

function report(): void {
  const all = Object.values(log);
  const measured = all.filter((each): each is Measured => "kind" in each);
  process.stdout.write(
    shardsMarkdown(
      measured,
      all.filter((each): each is Overhead => "engine" in each),
    ),
  );
}

/** The first shard, after what all of them need. */
async function measureFirstShard(pool: string): Promise<void> {
  const { shards, tables } = known(readManifest(pool) ?? undefined);
  const steps = stepsIn(pool);
  await once(`${pool}: relations`, async () => ({ kind: "relations", pool_steps: steps, steps, ...(await map(pool, [], ALL_MEMORY)) }));
  await once(`${pool}: shard 1`, async () => ({
    kind: "map",
    pool_steps: steps,
    steps: known(known(tables.rounds).files[0]).rows,
    ...(await map(pool, ["--shard", `1/${shards}`], ONE_THREAD)),
  }));
}

async function map(pool: string, shard: readonly string[], memory: readonly string[]) {
  const out = partsOf(pool);
  const before = bytesIn(out);
  const { said: _, ...used } = await runMeasured("run-all.ts", ["map", "--pool", pool, ...shard, "--out", out, ...memory]);
  return { ...used, parts_bytes: bytesIn(out) - before };
}

async function measureMerge(pool: string, parts: string): Promise<void> {
  await once(`${pool}: merge`, async () => {
    const out = `${pool}-atlas`;
    fs.rmSync(out, { recursive: true, force: true });
    const { said: _, ...used } = await runMeasured("run-all.ts", [
      ...["--db", pool, "--parts", parts, "--out", out, "--no-gallery"],
      ...ALL_MEMORY,
    ]);
    fs.rmSync(out, { recursive: true });
    const steps = stepsIn(pool);
    return { kind: "merge", pool_steps: steps, steps, ...used, parts_bytes: bytesIn(parts) };
  });
}

/** Wall time of all tasks, two at a time. */
async function measureEngine(
  pool: string,
  engine: Overhead["engine"],
  { threads, memory, rayAddress }: { threads: number; memory: string; rayAddress?: string },
): Promise<void> {
  await once(`${pool}: ${engine}`, async () => {
    const experiments = await loadExperiments(experimentIds());
    const parts = partsOf(pool, engine);
    fs.rmSync(parts, { recursive: true, force: true });
    const values = { db: pool, parts, input: [], out: args.folder, experiments: [], threads, memory, jobs: 2, rayAddress };
    const start = performance.now();
    await mapAll(engine, experiments, { ...values, accounting: undefined, prices: undefined, labels: undefined }, {});
    return { engine, steps: stepsIn(pool), shards: known(readManifest(pool)?.shards ?? undefined), wall_ms: performance.now() - start };
  });
}

/** On two nodes of one processor each. */
async function measureRay(pool: string): Promise<void> {
  const { node: head, cluster } = await startHead("127.0.0.2");
  const node = await startNode(cluster, "127.0.0.3");
  try {
    await measureEngine(pool, "ray", { threads: 1, memory: "4GB", rayAddress: cluster });
  } finally {
    await node.kill();
    await head.kill();
  }
  fs.rmSync(partsOf(pool, "ray"), { recursive: true, force: true });
}

function partsOf(pool: string, engine?: Overhead["engine"]): string {
  return engine ? `${pool}-${engine}-parts` : `${pool}-parts`;
}

async function exportedIn(db: string, out: string, shards: number): Promise<string> {
  if (!readManifest(out)) await exportPool({ db, out, format: "parquet", shards });
  return out;
}

async function copiesOf(db: string, copies: number): Promise<string> {
  const out = inFolder(`copies-${copies}`);
  if (!readManifest(out)) await makeCopies(db, out, copies);
  return out;
}

function stepsIn(pool: string): number {
  return known(readManifest(pool)?.tables.rounds).rows;
}

/** A folder of an export whose shards are copies of a pool with keys of their own. */
async function makeCopies(db: string, out: string, copies: number): Promise<void> {
  const one = `${out}-one`;
  await exportedIn(db, one, 1);
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

function bytesIn(place: string): number {
  if (!fs.existsSync(place)) return 0;
  return fs.readdirSync(place).reduce((sum, file) => sum + fs.statSync(path.join(place, file)).size, 0);
}
