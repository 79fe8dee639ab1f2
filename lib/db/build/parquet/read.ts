/**
 * Reads Parquet files of the tables into the database that is being built. One export keeps its keys. Several are
 * united in the order in which their files are given: the steps of each are numbered on from those before it, and what
 * belongs to a step follows it.
 */
import fs from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { messageOf, UserError } from "../../../files/errors.ts";
import { at, known } from "../../../stats/known.ts";
import { COMPANION_TABLES, SOURCE_TABLES, type TraceTable } from "../../../trace/schema.ts";
import { describeBrokenKey, findBrokenKey } from "../../broken-keys.ts";
import { rangeSql, rangeStartsSql, rangesOf } from "../../key-ranges.ts";
import { quoteLiteral, quoteName } from "../../sql.ts";
import { columnsOf, isNeeded, type PoolTable, TABLE_NAMES } from "../../tables.ts";
import { storedName } from "../identity.ts";
import { DATABASE } from "../ingest/building.ts";
import type { CompanionTally } from "../ingest/companions.ts";
import type { TraceFile } from "../ingest/inputs.ts";
import { createTableSql } from "../ingest/load.ts";
import type { UnknownKey } from "../ingest/read-lines.ts";
import { isGivenSql } from "./convert.ts";
import { type Export, groups, keysSql, PLACE, type Run, scanSql, sortIntoExports, type TableFile, tableSql } from "./exports.ts";

export interface ParquetTally {
  /** Of the files as they are on disk. */
  readonly bytes: number;
  readonly rows: Readonly<Record<TraceTable, number>>;
  readonly companions: CompanionTally | null;
  /** Columns that no table takes, `table.column`, in the order of the files. */
  readonly unknownColumns: readonly UnknownKey[];
}

export interface ParquetOptions {
  /** How many steps are sorted at a time. */
  readonly stepsPerRange: number;
  /** Called before each table of each export. */
  readonly onTable: (file: TraceFile) => void;
  readonly signal: AbortSignal | undefined;
}

const MAX_BIGINT = 2n ** 63n - 1n;
/** Tables of rows that several exports may have, with the queries that take each once. */
const DISTINCT: Readonly<Record<"sessions" | "session_events", string>> = {
  sessions: fs.readFileSync(new URL("../ingest/distinct-sessions.sql", import.meta.url), "utf8"),
  session_events: fs.readFileSync(new URL("../ingest/distinct-events.sql", import.meta.url), "utf8"),
};
const STAGED = ["sessions", "session_events"] as const;
const COMPANIONS = TABLE_NAMES.filter((table) => Object.hasOwn(COMPANION_TABLES, table));

/** @throws UserError for files that do not fit the tables or each other */
export async function readParquet(
  files: readonly TraceFile[],
  connection: DuckDBConnection,
  options: ParquetOptions,
): Promise<ParquetTally> {
  const run = runner(connection);
  const exports = await sortIntoExports(files, run);
  const unknownColumns: UnknownKey[] = [];
  for (const { files } of exports)
    for (const group of [...files.values()].flatMap(groups)) {
      options.signal?.throwIfAborted();
      await refuseUnreadable(group, run);
      unknownColumns.push(...(await unknownOf(group, run)));
    }
  for (const one of exports) await refuseBrokenKeys(one, run);

  await createTables(exports, run);
  const numbering = new Numbering(exports.length > 1);
  for (const one of exports) {
    const shifts = await numbering.next(one, run);
    const ranges = await stepRanges(one, options.stepsPerRange, run);
    for (const [table, tableFiles] of one.files) {
      options.onTable(at(tableFiles, 0).file);
      for (const range of rangesFor(table, tableFiles, ranges)) {
        options.signal?.throwIfAborted();
        await insert(table, tableSql(table, tableFiles, range), tableFiles, shifts, run);
      }
    }
  }
  await finishStaged(exports, run);
  await writeSources(files, exports, run);
  return {
    bytes: files.reduce((sum, { size }) => sum + (size ?? 0), 0),
    rows: {
      rounds: await countRows("rounds", run),
      tool_calls: await countRows("tool_calls", run),
      timing_events: await countRows("timing_events", run),
    },
    companions: await companionTally(exports, run),
    unknownColumns,
  };
}

function runner(connection: DuckDBConnection): Run {
  return async <Row>(sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[];
}

/** @throws UserError naming the first file and column with values that are not of the column's type */
async function refuseUnreadable(group: readonly TableFile[], run: Run): Promise<void> {
  const { table, given, types } = at(group, 0);
  const columns = Object.entries(columnsOf(table)).filter(([name, wanted]) => types.has(name) && types.get(name) !== wanted);
  for (const [name, wanted] of columns) {
    const value = quoteName(name);
    const isUnreadable = `${isGivenSql(value, known(types.get(name)))} AND ${given.get(name)} IS NULL`;
    const [bad] = await reading(group, run, () =>
      run<{ file: string; count: number; value: string }>(`
        SELECT ${PLACE} AS file, count(*)::DOUBLE AS count, min(left(${value}::VARCHAR, 60)) AS value
        FROM ${scanSql(group)} WHERE ${isUnreadable} GROUP BY file ORDER BY min(file_index) LIMIT 1`),
    );
    if (bad)
      throw new UserError(
        `${nameOf(group, bad.file)}: column ${name} of ${table} is ${types.get(name)}, not ${wanted}, and ${bad.count === 1 ? "1 value" : `${bad.count.toLocaleString("en-US")} values`} cannot be read as that, for example ${JSON.stringify(bad.value)}. Correct the column or leave it out.`,
      );
  }
}

async function unknownOf(group: readonly TableFile[], run: Run): Promise<UnknownKey[]> {
  const { table, types, file } = at(group, 0);
  const names = [...types.keys()].filter((name) => !Object.hasOwn(columnsOf(table), name));
  if (names.length === 0) return [];
  const counts = names.map((name, i) => `count(${quoteName(name)})::DOUBLE AS c${i}`);
  const [row] = await reading(group, run, () => run<Record<string, number>>(`SELECT ${counts.join(", ")} FROM ${scanSql(group)}`));
  return names.map((name, i) => ({ key: `${table}.${name}`, count: row?.[`c${i}`] ?? 0, file: file.name, line: null }));
}

async function refuseBrokenKeys({ files }: Export, run: Run): Promise<void> {
  const all = [...files.values()].flat();
  const broken = await reading(all, run, () =>
    findBrokenKey(run, (table) => {
      const tableFiles = files.get(table);
      return tableFiles ? keysSql(tableFiles) : null;
    }),
  );
  if (!broken) return;
  const places = broken.places.map((place) => nameOf(all, place)).join(" and ");
  throw new UserError(
    `${places}: ${describeBrokenKey(broken)}. Give the files of one export together, each once, and each export in a folder of its own.`,
  );
}

/** Runs a query on the files; when they cannot be read to their end, says which one. */
async function reading<T>(files: readonly TableFile[], run: Run, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    for (const { file } of files)
      await run(`SELECT bit_xor(hash(t)) FROM read_parquet(${quoteLiteral(file.path)}, hive_partitioning = false) t`).catch((cause) => {
        throw new UserError(`${file.name} is damaged: ${messageOf(cause)}. Fetch it again.`, 2, { cause });
      });
    throw error;
  }
}

function nameOf(files: readonly TableFile[], place: string): string {
  return files.find(({ file }) => file.path === place)?.file.name ?? place;
}

/** The trace tables are there already. */
async function createTables(exports: readonly Export[], run: Run): Promise<void> {
  const given = new Set(exports.flatMap(({ files }) => [...files.keys()]));
  for (const name of STAGED)
    if (given.has(name))
      await run(createTableSql({ database: "memory", name: `staged_${name}`, columns: { position: "BIGINT", ...COMPANION_TABLES[name] } }));
  for (const name of TABLE_NAMES)
    if (given.has(name) && !isNeeded(name) && name !== "parquet_source")
      await run(createTableSql({ database: DATABASE, name, columns: columnsOf(name) }));
}

const SHIFTED = ["round_pk", "ingest_seq"] as const;

/** What is added to the keys of an export. */
type Shifts = Readonly<Record<(typeof SHIFTED)[number], bigint>>;

/** Numbers the steps of one export on from those of the exports before it. */
class Numbering {
  private readonly renumbers: boolean;
  private readonly last = { round_pk: 0n, ingest_seq: 0n };

  constructor(renumbers: boolean) {
    this.renumbers = renumbers;
  }

  async next({ root, files }: Export, run: Run): Promise<Shifts> {
    if (!this.renumbers) return { round_pk: 0n, ingest_seq: 0n };
    const [row] = await run<Record<"pk_min" | "pk_max" | "seq_min" | "seq_max", bigint | null>>(
      `SELECT min(round_pk) AS pk_min, max(round_pk) AS pk_max, min(ingest_seq) AS seq_min, max(ingest_seq) AS seq_max FROM (${tableSql("rounds", known(files.get("rounds")))})`,
    );
    const shifts = {
      round_pk: this.shift("round_pk", row?.pk_min, row?.pk_max),
      ingest_seq: this.shift("ingest_seq", row?.seq_min, row?.seq_max),
    };
    if (this.last.round_pk > MAX_BIGINT || this.last.ingest_seq > MAX_BIGINT)
      throw new UserError(
        `The round_pk or ingest_seq of ${root} reach too far to be numbered on from other exports. Number its steps from 1 first.`,
      );
    return shifts;
  }

  private shift(key: keyof Shifts, first: bigint | null | undefined, last: bigint | null | undefined): bigint {
    if (first == null || last == null) return 0n;
    const shift = this.last[key] + 1n - first;
    this.last[key] = last + shift;
    return shift;
  }
}

/** Conditions on `round_pk` for pieces that are sorted at a time. */
async function stepRanges({ files }: Export, stepsPerRange: number, run: Run): Promise<(string | null)[]> {
  const starts = await run<{ start: string }>(rangeStartsSql(keysSql(known(files.get("rounds"))), stepsPerRange));
  return rangesOf(starts.map(({ start }) => start)).map(rangeSql);
}

/** One file keeps its order, which needs no sorting. The files of earlier exports do not concern this one. */
function rangesFor(table: PoolTable, files: readonly TableFile[], ranges: readonly (string | null)[]): readonly (string | null)[] {
  if (table === "parquet_source") return [];
  return files.length > 1 && Object.hasOwn(columnsOf(table), "round_pk") ? ranges : [null];
}

async function insert(table: PoolTable, rows: string, files: readonly TableFile[], shifts: Shifts, run: Run): Promise<void> {
  const select = `SELECT * ${shiftedSql(table, shifts)} FROM (${rows})`;
  const into =
    table === "sessions" || table === "session_events"
      ? `INSERT INTO memory.staged_${table} SELECT (SELECT count(*) FROM memory.staged_${table}) + row_number() OVER (), * FROM (${select})`
      : `INSERT INTO ${DATABASE}.${table} ${select}`;
  await reading(files, run, () => run(into));
}

function shiftedSql(table: PoolTable, shifts: Shifts): string {
  const shifted = SHIFTED.filter((key) => shifts[key] !== 0n && Object.hasOwn(columnsOf(table), key)).map(
    (key) => `(${key}::HUGEINT + ${shifts[key]}::HUGEINT)::BIGINT AS ${key}`,
  );
  return shifted.length > 0 ? `REPLACE (${shifted.join(", ")})` : "";
}

async function finishStaged(exports: readonly Export[], run: Run): Promise<void> {
  for (const table of STAGED)
    if (exports.some(({ files }) => files.has(table))) await run(`INSERT INTO ${DATABASE}.${table} BY NAME\n${DISTINCT[table]}`);
}

async function writeSources(files: readonly TraceFile[], exports: readonly Export[], run: Run): Promise<void> {
  const paths = files.map(storedName);
  await run(createTableSql({ database: DATABASE, name: "parquet_source", columns: SOURCE_TABLES.parquet_source }));
  await run(`INSERT INTO ${DATABASE}.parquet_source VALUES ${paths.map((place) => `(${quoteLiteral(place)})`).join(", ")}`);
  if (!exports.some(({ files }) => files.has("trace_source")))
    await run(`CREATE TABLE ${DATABASE}.trace_source AS SELECT ${quoteLiteral(paths.join("\n"))} AS path`);
  else if (exports.length > 1)
    await run(`CREATE OR REPLACE TABLE ${DATABASE}.trace_source AS SELECT string_agg(path, chr(10)) AS path FROM ${DATABASE}.trace_source`);
}

async function companionTally(exports: readonly Export[], run: Run): Promise<CompanionTally | null> {
  const files = exports.flatMap((one) => COMPANIONS.flatMap((table) => one.files.get(table) ?? []));
  if (files.length === 0) return null;
  const count = (table: "sessions" | "round_details") => (exports.some((one) => one.files.has(table)) ? countRows(table, run) : 0);
  return {
    files: files.map(({ file }) => file.name),
    bytes: files.reduce((sum, { file }) => sum + (file.size ?? 0), 0),
    transcripts: await count("sessions"),
    describedSteps: await count("round_details"),
    unreadableTimes: { sessions: 0, session_events: 0 },
  };
}

async function countRows(table: TraceTable | "sessions" | "round_details", run: Run): Promise<number> {
  const [row] = await run<{ count: number }>(`SELECT count(*)::DOUBLE AS count FROM ${DATABASE}.${table}`);
  return row?.count ?? 0;
}
