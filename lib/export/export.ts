/**
 * Writes the tables of a pool as files that other programs read, and that `build-db` makes the same pool of.
 *
 * A table is a file `rounds.parquet` or, when the pool is large or partitioned, a folder `rounds/` with files of some steps
 * each, in folders `provider=claude` per value. In shards, each file has whole conversations, helpers with their parents, and sessions
 * and their events are parted, too; a shard whose conversations are the same has the same bytes, whatever else is in the pool. What belongs to a step is in the file of the same name as its step, and files
 * keep the column that they are parted by. Otherwise tables without steps are one file, for nothing else holds the order of their rows. Rows are sorted by `round_pk`,
 * those of a step as the database holds them. Private tables and columns (`schema.ts`) are left out. `manifest.json` lists files, rows, hashes and fingerprint. The same pool makes the same bytes.
 */
import fs from "node:fs";
import path from "node:path";
import { describeBrokenKey, findBrokenKey } from "../db/broken-keys.ts";
import { partitionFolder } from "../db/build/parquet/layout.ts";
import { type ExportedFile, type ExportManifest, exportManifest, filesIn, MANIFEST_FILE } from "../db/build/parquet/manifest.ts";
import { rangeSql, rangeStartsSql, rangesOf, STEPS_PER_RANGE } from "../db/key-ranges.ts";
import { Pool } from "../db/open/pool.ts";
import { rowsOfShard } from "../db/open/shards.ts";
import { quoteLiteral, quoteName } from "../db/sql.ts";
import { columnsOf, type PoolTable, publicColumnsOf } from "../db/tables.ts";
import { UserError } from "../files/errors.ts";
import { sha256OfFile } from "../files/hash.ts";
import { jsonText } from "../files/json.ts";
import { machineProblem } from "../files/place.ts";
import { FORMULA, SIGNED_NUMBER } from "../files/spreadsheet.ts";
import { PRIVATE_TABLES, SOURCE_TABLES } from "../trace/schema.ts";
import type { Format, Partition, Reader } from "./formats.ts";
import { ExportTarget } from "./target.ts";

export interface ExportOptions {
  /** The database file. */
  readonly db: string;
  /** The folder to write; an earlier export is replaced when the new one is whole. */
  readonly out: string;
  readonly format: Format;
  readonly partition?: Partition;
  /** Divides the conversations into so many parts by their hash. */
  readonly shards?: number;
  /** Of CSV files; a spreadsheet would run texts that begin like formulas, so they get an apostrophe in front. */
  readonly reader?: Reader;
  /** Keep only the names of the files that the pool was made of, not their paths. */
  readonly release?: boolean;
  /** For tests. */
  readonly stepsPerFile?: number;
  readonly threads?: number;
  /** Of the engine, e.g. `1GB`; what does not fit is moved to a folder next to the output. */
  readonly memoryLimit?: string;
}

export interface ExportReport {
  readonly manifest: ExportManifest;
  /** Of all files. */
  readonly bytes: number;
}

/** @throws UserError for places and pools that the caller can fix; nothing is left behind */
export async function exportPool(options: ExportOptions): Promise<ExportReport> {
  const target = ExportTarget.prepare(options.out);
  try {
    const manifest = await writeTables(options, target);
    const files = filesIn(manifest);
    const bytes = files.reduce((sum, file) => sum + fs.statSync(path.join(target.partial, file)).size, 0);
    fs.writeFileSync(target.place(MANIFEST_FILE), jsonText(manifest));
    await target.publish([...files, MANIFEST_FILE]);
    return { manifest, bytes };
  } catch (error) {
    target.discard();
    throw machineProblem(error, path.dirname(path.resolve(options.out))) ?? error;
  }
}

async function writeTables(options: ExportOptions, target: ExportTarget): Promise<ExportManifest> {
  const { format, partition = null, shards = null } = options;
  const pool = await Pool.open(options.db, {
    accounting: "published",
    tempDirectory: target.spill,
    ...(options.threads === undefined ? {} : { threads: options.threads }),
    ...(options.memoryLimit === undefined ? {} : { memoryLimit: options.memoryLimit }),
  });
  try {
    await refuseBrokenKeys(pool, options.db);
    const tables = pool.storedTables().filter((table) => table !== "parquet_source" && !PRIVATE_TABLES.has(table));
    const slices =
      shards === null ? await slicesOf(pool, partition, options.stepsPerFile ?? STEPS_PER_RANGE) : await shardsOf(pool, shards);
    const written: [PoolTable, { rows: number; files: ExportedFile[] }][] = [];
    for (const table of tables) {
      const files: ExportedFile[] = [];
      for (const part of partsOf(table, slices, format)) files.push(await writePart(pool, table, part, target, options));
      written.push([table, { rows: files.reduce((sum, { rows }) => sum + rows, 0), files }]);
    }
    const { fingerprint } = await pool.summary();
    const accounting = pool.isDetailed ? "counted" : "published";
    return exportManifest({ format, fingerprint, accounting, shards, partition, tables: Object.fromEntries(written) });
  } finally {
    pool.close();
  }
}

/** Nobody could read such tables back. */
async function refuseBrokenKeys(pool: Pool, db: string): Promise<void> {
  const tables = new Set(pool.storedTables());
  const broken = await findBrokenKey(
    (sql) => pool.rows(sql),
    (table) => (tables.has(table) ? `SELECT round_pk, NULL::VARCHAR AS place FROM (${pool.storedSql(table)})` : null),
  );
  if (broken) throw new UserError(`${db} cannot be exported: ${describeBrokenKey(broken)}. Build it again from its traces.`, 1);
}

/** Steps that have a file of their own in every table. */
interface Slice {
  /** Below that of the table; empty or with a final `/`. */
  readonly folder: string;
  /** Conditions on a step; null for all. */
  readonly range: string | null;
  readonly partition: string | null;
  readonly shard: number | null;
}

const EVERYTHING: Slice = { folder: "", range: null, partition: null, shard: null };

/** In the order of the steps, then of the values of the partition; at least one. */
async function slicesOf(pool: Pool, partition: Partition | null, stepsPerFile: number): Promise<Slice[]> {
  const starts = await pool.rows<{ start: string }>(rangeStartsSql("SELECT round_pk FROM rounds", stepsPerFile));
  const ranges = rangesOf(starts.map(({ start }) => start)).map((range) => ({ ...EVERYTHING, range: rangeSql(range) }));
  if (partition === null) return ranges;
  const slices: Slice[] = [];
  for (const { range } of ranges)
    for (const value of await partitionValues(pool, partition, range))
      slices.push({ ...EVERYTHING, folder: `${partitionFolder(partition, value)}/`, range, partition: isValueSql(partition, value) });
  return slices.length > 0 ? slices : [EVERYTHING];
}

async function shardsOf(pool: Pool, count: number): Promise<Slice[]> {
  await pool.assignShards(count);
  return Array.from({ length: count }, (_, shard) => ({ ...EVERYTHING, shard }));
}

/** Sorted, missing ones last. */
async function partitionValues(pool: Pool, partition: Partition, range: string | null): Promise<(string | null)[]> {
  const rows = await pool.rows<{ value: string | null }>(
    `SELECT DISTINCT ${quoteName(partition)} AS value FROM rounds${whereSql([range])} ORDER BY value NULLS LAST`,
  );
  return rows.map(({ value }) => value);
}

function isValueSql(partition: Partition, value: string | null): string {
  return `${quoteName(partition)} IS NOT DISTINCT FROM ${value === null ? "NULL" : quoteLiteral(value)}`;
}

interface Part {
  /** Relative, with `/`. */
  readonly file: string;
  /** Conditions on its rows; null for all. */
  readonly conditions: readonly (string | null)[];
  readonly shard?: number;
}

function partsOf(table: PoolTable, slices: readonly Slice[], format: Format): Part[] {
  const ofShards = slices.flatMap(({ shard }) => {
    const condition = shard === null ? null : rowsOfShard(table, shard);
    return shard === null || condition === null ? [] : [{ file: `${table}/shard-${shard}.${format}`, conditions: [condition], shard }];
  });
  if (ofShards.length > 0) return ofShards;
  if (!hasColumn(table, "round_pk")) return [{ file: `${table}.${format}`, conditions: [] }];
  return slices.map((slice, index) => {
    const { folder, range, partition } = slice;
    return {
      // Numbers also distinguish values whose folders are the same where case does not count.
      file: slices.length === 1 && folder === "" ? `${table}.${format}` : `${table}/${folder}part-${index}.${format}`,
      conditions: table === "rounds" || partition === null ? [range, partition] : [range, ofStepsSql(slice)],
    };
  });
}

function ofStepsSql({ range, partition }: Slice): string {
  return `round_pk IN (SELECT round_pk FROM rounds${whereSql([range, partition])})`;
}

function whereSql(conditions: readonly (string | null)[]): string {
  const given = conditions.filter((condition) => condition !== null);
  return given.length > 0 ? ` WHERE ${given.join(" AND ")}` : "";
}

async function writePart(pool: Pool, table: PoolTable, part: Part, target: ExportTarget, options: ExportOptions): Promise<ExportedFile> {
  const columns = Object.entries(publicColumnsOf(table)).map(([name, type]) => columnSql(table, name, type, options));
  const order = hasColumn(table, "round_pk") ? "round_pk, stored_at" : "stored_at";
  const sql = `SELECT ${columns.join(", ")} FROM (${pool.storedSql(table)})${whereSql(part.conditions)} ORDER BY ${order}`;
  const place = target.place(part.file);
  const rows = await (options.format === "parquet" ? pool.copyParquet(sql, place) : pool.copyCsv(sql, place));
  const { file, shard } = part;
  return { file, rows, bytes: fs.statSync(place).size, sha256: await sha256OfFile(place), ...(shard === undefined ? {} : { shard }) };
}

function columnSql(table: PoolTable, name: string, type: string, { format, release, reader }: ExportOptions): string {
  const column = quoteName(name);
  if (release && Object.hasOwn(SOURCE_TABLES, table))
    return `array_to_string(list_transform(string_split(${column}, chr(10)), lambda place: parse_filename(place)), chr(10)) AS ${column}`;
  if (reader === "spreadsheet" && type === "VARCHAR") return spreadsheetSql(column);
  return format === "csv" && type === "TIMESTAMP" ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%fZ') AS ${column}` : column;
}

function spreadsheetSql(column: string): string {
  const matches = (pattern: string) => `regexp_matches(${column}, ${quoteLiteral(pattern)})`;
  return `CASE WHEN ${matches(FORMULA)} AND NOT ${matches(SIGNED_NUMBER)} THEN '''' || ${column} ELSE ${column} END AS ${column}`;
}

function hasColumn(table: PoolTable, column: string): boolean {
  return Object.hasOwn(columnsOf(table), column);
}
