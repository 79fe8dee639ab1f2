/** Which table a Parquet file holds, and which export it belongs to. Nothing here opens a file. */
import path from "node:path";
import { columnsOf, type PoolTable, TABLE_NAMES } from "../../tables.ts";

export interface Layout {
  /** Null when neither name nor columns show it. */
  readonly table: PoolTable | null;
  /** The folder of the export: above the folder of the table and those of its partitions. */
  readonly root: string;
  /** What the folders `key=value` say, by key; null for the value that Hive writes for missing ones. */
  readonly partition: Readonly<Record<string, string | null>>;
}

export const MISSING_PARTITION = "__HIVE_DEFAULT_PARTITION__";
const PARTITION = /^([A-Za-z_]\w*)=(.*)$/s;

/**
 * The name decides: `rounds.parquet`, `rounds-3.parquet`, or any name in a folder `rounds`, with folders `key=value` between.
 * Any other name leaves it to the columns: the table that documents most of them.
 * @param columns names in the file
 */
export function layoutOf(file: string, columns: readonly string[]): Layout {
  const folders = path.dirname(file).split(path.sep);
  const partition: Record<string, string | null> = {};
  for (let match = PARTITION.exec(folders.at(-1) ?? ""); match; match = PARTITION.exec(folders.at(-1) ?? "")) {
    partition[match[1] ?? ""] ??= partitionValue(match[2] ?? "");
    folders.pop();
  }
  const folderTable = TABLE_NAMES.find((table) => table === folders.at(-1));
  if (folderTable) folders.pop();
  const table = tableOfName(path.basename(file)) ?? folderTable ?? tableOfColumns(columns);
  return { table, root: folders.join(path.sep) || path.sep, partition };
}

/** Name of the folder of a partition, as Hive and DuckDB write it. */
export function partitionFolder(column: string, value: string | null): string {
  return `${column}=${value === null ? MISSING_PARTITION : encodeURIComponent(value)}`;
}

function partitionValue(text: string): string | null {
  if (text === MISSING_PARTITION) return null;
  try {
    return decodeURIComponent(text);
  } catch {
    // A per cent sign that belongs to the value.
    return text;
  }
}

function tableOfName(name: string): PoolTable | null {
  const word = /^([a-z]+(?:_[a-z]+)*)(?:[-_.]\d+)*\.(?:[a-z0-9]+\.)?(?:parquet|pq)$/i.exec(name)?.[1];
  return TABLE_NAMES.find((table) => table === word) ?? null;
}

function tableOfColumns(columns: readonly string[]): PoolTable | null {
  const known = TABLE_NAMES.map((table) => ({ table, count: columns.filter((column) => Object.hasOwn(columnsOf(table), column)).length }));
  const most = Math.max(...known.map(({ count }) => count));
  const best = known.filter(({ count }) => count === most);
  return most > 0 && best.length === 1 ? (best[0]?.table ?? null) : null;
}
