/** A folder of Parquet files that an export wrote, as the tables of a pool. Its files are read where they are. */
import fs from "node:fs";
import path from "node:path";
import { messageOf, UserError } from "../../files/errors.ts";
import { sha256OfFile } from "../../files/hash.ts";
import { inside } from "../../files/inside.ts";
import { printable } from "../../files/printable.ts";
import { at } from "../../stats/known.ts";
import { type ExportManifest, filesIn, readManifest } from "../build/parquet/manifest.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import { type PoolTable, TABLE_NAMES } from "../tables.ts";
import type { Engine } from "./engine.ts";
import { type Key, tablesWith } from "./shards.ts";

export interface PoolFolder {
  /** As named. */
  readonly folder: string;
  readonly manifest: ExportManifest;
  /** Absolute paths of all files. */
  readonly files: readonly string[];
}

/** A column of the tables that rises in the order of the files and their rows. */
export const PLACE_IN_FOLDER = "place_in_folder";

/** More than a file has rows. */
const ROWS_PER_FILE = 2 ** 40;

/**
 * The folder of an export; null for everything else.
 * @throws UserError for files that are missing or not as large as they were written, and for an export of CSV files
 */
export function poolFolder(folder: string): PoolFolder | null {
  if (!fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return null;
  const manifest = readManifest(folder);
  if (!manifest) return null;
  if (manifest.format !== "parquet")
    throw new UserError(`${folder} is an export of ${manifest.format} files, which --db can't read. Export it with --format parquet.`);
  for (const { file, bytes } of Object.values(manifest.tables).flatMap(({ files }) => files)) refuseChanged(folder, file, bytes);
  return { folder, manifest, files: filesIn(manifest).map((file) => place(folder, file)) };
}

function refuseChanged(folder: string, file: string, bytes: number): void {
  const size = fs.statSync(inside(folder, file), { throwIfNoEntry: false })?.size;
  const wrong = size === undefined ? "is missing" : `has ${size} bytes, not ${bytes}`;
  if (size !== bytes) throw new UserError(`${path.join(folder, file)} ${wrong}: the manifest of the export lists it. Copy it again.`);
}

function place(folder: string, file: string): string {
  return path.join(fs.realpathSync(folder), file);
}

/**
 * Makes the database `pool` of views over the files.
 * @param only the shard whose files are looked at; the others are as good as those are, until they are read
 * @throws UserError for a file that isn't Parquet or has other columns than the others of its table
 */
export async function attachFolder(engine: Engine, { folder, manifest }: PoolFolder, only?: number | null): Promise<void> {
  await engine.run("ATTACH ':memory:' AS pool");
  for (const table of TABLE_NAMES) {
    const files = manifest.tables[table]?.files ?? [];
    if (files.length === 0) continue;
    const isOwn = ({ shard }: { shard?: number }) => shard === only;
    // The engine opens the first one.
    const places = [...files.filter(isOwn), ...files.filter((file) => !isOwn(file))].map(({ file }) => place(folder, file));
    const looked =
      typeof only === "number" ? [at(files, 0), ...files.slice(1).filter(isOwn)].map(({ file }) => place(folder, file)) : places;
    await refuseOtherColumns(engine, table, looked);
    await engine.run(`CREATE VIEW pool.main.${quoteName(table)} AS
SELECT *, file_index::BIGINT * ${ROWS_PER_FILE} + file_row_number AS ${PLACE_IN_FOLDER}
FROM ${readSql(places)}`);
  }
}

/** @throws UserError for a file of a shard that isn't what was written, though it has the same size */
export async function refuseDamaged({ folder, manifest }: PoolFolder, shard: number): Promise<void> {
  const files = Object.values(manifest.tables).flatMap(({ files }) => files.filter((file) => file.shard === shard));
  for (const { file, sha256 } of files)
    if ((await sha256OfFile(place(folder, file))) !== sha256)
      throw new UserError(
        `${path.join(folder, file)} is damaged: its SHA-256 is not what the manifest of the export lists. Copy it again.`,
      );
}

/** FROM and WHERE for the rows of a table in the files of a shard. */
export function fromShard({ folder, manifest }: PoolFolder, table: PoolTable, shard: number): string {
  const files = manifest.tables[table]?.files.filter((file) => file.shard === shard) ?? [];
  return files.length === 0 ? "WHERE false" : `FROM ${readSql(files.map(({ file }) => place(folder, file)))}`;
}

/** Query for the shard of each step or session that the pool names. */
export function shardsOfKeysSql({ folder, manifest }: PoolFolder, key: Key, shard: string): string {
  const named = tablesWith(key).flatMap((table) => {
    const files = (manifest.tables[table]?.files ?? []).filter((file) => file.shard !== undefined);
    if (files.length === 0) return [];
    const shards = files.map((file) => file.shard).join(", ");
    return [
      `SELECT ${key}, [${shards}][file_index::BIGINT + 1]::INTEGER AS ${shard} FROM ${readSql(files.map(({ file }) => place(folder, file)))}`,
    ];
  });
  return `SELECT ${key}, min(${shard}) AS ${shard} FROM (${named.join(" UNION ALL ")}) WHERE ${key} IS NOT NULL GROUP BY ${key}`;
}

/** How many rows a table has in the files. */
export function rowsIn({ manifest }: PoolFolder, table: PoolTable): number {
  return manifest.tables[table]?.rows ?? 0;
}

function readSql(places: readonly string[]): string {
  return `read_parquet(${listSql(places)}, hive_partitioning = false)`;
}

async function refuseOtherColumns(engine: Engine, table: PoolTable, places: readonly string[]): Promise<void> {
  const shapes = await shapesOf(engine, table, places);
  const usual = at(shapes, 0);
  const other = shapes.find(({ columns }) => columns !== usual.columns);
  if (other)
    throw new UserError(
      `${printable(other.file)} has other columns than ${printable(usual.file)}: the files of a table have the same. Export the pool again.`,
    );
}

async function shapesOf(engine: Engine, table: PoolTable, places: readonly string[]): Promise<{ file: string; columns: string }[]> {
  try {
    return await engine.rows(`
SELECT file_name AS file, string_agg(concat_ws(' ', name, type, converted_type), ', ' ORDER BY name) AS columns
FROM parquet_schema(${listSql(places)})
WHERE type IS NOT NULL
GROUP BY file_name
ORDER BY list_position(${listSql(places)}, file_name)`);
  } catch (error) {
    const reason = printable(messageOf(error).split("\nSQL:", 1).join());
    throw new UserError(`The Parquet files of ${table} can't be read: ${reason}. Copy or export them again.`, 2, { cause: error });
  }
}

function listSql(places: readonly string[]): string {
  return `[${places.map(quoteLiteral).join(", ")}]`;
}
