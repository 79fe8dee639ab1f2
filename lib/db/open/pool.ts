/**
 * Opens a pool read-only and gives it the documented schema, whoever built it: every column of
 * `schema.ts` exists with its type, missing ones as NULL. Relations are computed on first use, once per run.
 */
import fs from "node:fs";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Query, SqlParams } from "../../experiment.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { sha256 } from "../../files/hash.ts";
import { printable } from "../../files/printable.ts";
import type { SeenFiles } from "../../files/seen.ts";
import { isOfPool, relationsOf } from "../../relations/relations.ts";
import { known } from "../../stats/known.ts";
import type { Labels } from "../../trace/labels.ts";
import type { PriceOverrides } from "../../trace/prices/overrides.ts";
import type { PriceList } from "../../trace/prices/rate.ts";
import type { Accounting, Reading } from "../../trace/readings.ts";
import { MANIFEST_FILE } from "../build/parquet/manifest.ts";
import { requireDatabase } from "../duckdb-file.ts";
import { shown } from "../shown.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import { columnsOf, isNeeded, type PoolTable, TABLE_NAMES } from "../tables.ts";
import { Answers, type KeptParts, type Merge } from "./answers.ts";
import { databaseFiles, type EngineOptions, NodeEngine } from "./connection.ts";
import { type Engine, POOL_PATH } from "./engine.ts";
import { labelRows } from "./labels.ts";
import type { MapTask } from "./map-task.ts";
import { isPacked, shardsFor } from "./memory.ts";
import { type MergedQuery, mergeOf, mergeSql, orderedSql } from "./merge.ts";
import { refuseCode } from "./only-tables.ts";
import { Parts, type PartsOptions, type PartsUsed, shardsToKeep } from "./parts.ts";
import { attachFolder, fromShard, PLACE_IN_FOLDER, type PoolFolder, poolFolder, rowsIn } from "./pool-folder.ts";
import { inFile } from "./query-errors.ts";
import { type PricedAsRow, pricedAsSql, rateRows } from "./rates.ts";
import { chosenReading, madeFor, type OpenedReading, pricesId, type ReadingOptions } from "./reading.ts";
import { withoutSemicolon } from "./reduce.ts";
import { Reductions } from "./reductions.ts";
import { Shard, WholePool } from "./scope.ts";
import { assignedShards, assignShards, filedShards, makeShard, type ShardSource, shardName } from "./shards.ts";

/** Times are ISO 8601 in UTC. */
export interface TimeWindow {
  readonly first: string | null;
  readonly last: string | null;
}

/** What a pool holds in its reading, for pages and manifests. Times are ISO 8601 in UTC; null when the pool is empty. */
export interface PoolSummary extends Reading {
  readonly rounds: number;
  readonly sessions: number;
  readonly toolCalls: number;
  readonly timingEvents: number;
  readonly users: number;
  /** Transcripts that the companion files of the traces describe. */
  readonly transcripts: number;
  /** Sorted by name. */
  readonly providers: readonly string[];
  readonly stepsByProvider: Readonly<Record<string, number>>;
  /** First and last time of each provider's steps. */
  readonly windows: Readonly<Record<string, TimeWindow>>;
  readonly firstTime: string | null;
  readonly lastTime: string | null;
  /** Every step belongs to a made-up user of the bundled generator. */
  readonly synthetic: boolean;
  /** Some step names a file or folder of the machine that it is from, or what a tool was called with: the trace was not sanitized. */
  readonly isPrivate: boolean;
  /** 32 hex digits over the contents of the tables, the same for every file that holds the same rows, in either reading. */
  readonly fingerprint: string;
}

/** Small enough to skip what is not asked for, large enough to compress well. */
const PARQUET_GROUP_ROWS = 122_880;

type SummaryRow = Omit<PoolSummary, "providers" | "stepsByProvider" | "windows" | keyof Reading> & {
  readonly providers: readonly (TimeWindow & { readonly provider: string; readonly steps: number })[];
};

export interface ShardOptions {
  /** How many parts of the pool are computed one after the other; `fit` for so many that the relations of each fit into memory. Results don't depend on it. Default: 1. */
  readonly shards?: number | "fit" | undefined;
  /** Keeps the answers of the shards of an exported folder, and uses those that are kept. */
  readonly parts?: PartsOptions | undefined;
}

export interface PoolOptions extends EngineOptions, ReadingOptions, ShardOptions {}

export class Pool {
  readonly file: string;
  readonly accounting: Accounting;
  /** Whether it has details of its steps, from the files next to the trace. */
  readonly isDetailed: boolean;
  private readonly prices: PriceOverrides | undefined;
  private readonly labels: Labels | undefined;
  private readonly engine: Engine;
  private readonly shapes: ReadonlyMap<PoolTable, Shape>;
  private readonly steps: number;
  private readonly whole: WholePool;
  private readonly labelled: readonly object[];
  private given: Promise<GivenRows> | null = null;
  /** Its tables in the reading. */
  private read: Promise<void> | null = null;
  /** Without any, the pool is computed as a whole. */
  private shards: readonly Shard[] = [];
  private parts: Parts | null = null;
  private answers: Answers;
  /** For queries that need the whole pool. */
  private answersOfPool: Answers;
  /** The shard that answers in place of the whole pool: then the tables of the pool are made only when a relation needs them. */
  private only: Shard | null = null;
  /** Queries whose columns were compared with those declared; a reduction has others. */
  private readonly checked = new WeakSet<Query>();

  /**
   * @param steps in the tables as the file holds them
   * @param labels rows of the relation `labels`
   */
  private constructor(
    file: string,
    engine: Engine,
    shapes: ReadonlyMap<PoolTable, Shape>,
    steps: number,
    reading: OpenedReading,
    labels: readonly object[],
  ) {
    this.file = file;
    this.accounting = reading.accounting;
    this.isDetailed = reading.isDetailed;
    this.prices = reading.prices;
    this.labels = reading.labels;
    this.engine = engine;
    this.shapes = shapes;
    this.steps = steps;
    this.labelled = labels;
    const ofReading = madeFor(reading.accounting).flatMap(({ sql }) => relationsOf(sql));
    this.whole = new WholePool(engine, {
      isPacked: isPacked(steps),
      given: { rates: async () => (await this.givenRows()).rates, labels: async () => labels },
      open: async (relation) => (ofReading.includes(relation) ? undefined : this.makeReading()),
    });
    this.answersOfPool = new Answers(engine, [this.whole]);
    this.answers = this.answersOfPool;
  }

  /**
   * @param file a database, or a folder that an export wrote
   * @throws UserError when the file is missing, locked or not a trace database, or holds more than tables, for files of a folder that are
   *   not as they were written, for prices without use, and for labels of other sessions
   */
  static async open(file: string, options: PoolOptions = {}): Promise<Pool> {
    const folder = poolFolder(file);
    if (!folder) requireDatabase(file);
    const real = fs.realpathSync(file);
    const engine = await NodeEngine.create(
      options,
      folder ? folder.files : databaseFiles(real),
      options.parts ? [path.resolve(options.parts.folder)] : [],
    );
    try {
      if (folder) await attachFolder(engine, folder, options.parts?.only);
      else {
        await attach(engine, real, file);
        await refuseCode(engine, { database: "pool", file: path.resolve(file), tables: TABLE_NAMES });
      }
      return await Pool.over(engine, path.resolve(file), options, folder);
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /**
   * A pool of the tables that the engine holds in its database `pool`, which the program has made or checked; closing the
   * pool closes the engine.
   * @param file where the tables come from, for messages
   */
  static async over(
    engine: Engine,
    file: string,
    options: ReadingOptions & ShardOptions = {},
    folder: PoolFolder | null = null,
  ): Promise<Pool> {
    const { parts } = options;
    const shards = parts ? shardsToKeep(file, folder, parts) : (options.shards ?? 1);
    const shapes = await shapeTables(engine, file);
    const { steps, details } = folder
      ? { steps: rowsIn(folder, "rounds"), details: rowsIn(folder, "round_details") }
      : await engine.one<{ steps: number; details: number }>(
          "FROM (SELECT count(*) AS steps FROM stored.rounds), (SELECT count(*) AS details FROM round_details)",
        );
    const reading = chosenReading(options, details > 0);
    const pool = new Pool(file, engine, shapes, steps, reading, await labelRows(engine, reading.labels));
    if (parts && folder) pool.keep(new Parts(engine, parts, folder, reading, () => pool.givenRows()));
    if (parts?.only === undefined) await pool.makeReading();
    await pool.split(shards === "fit" ? await pool.fittingShards() : shards, folder, parts);
    return pool;
  }

  /**
   * Rows of a query text, checked against `declared`; relations in its `-- uses:` line are made first. A query whose header says how
   * answers are merged is put to each shard, others to the whole pool.
   * @throws Error that names the file of `declared`, for a relation that does not exist and for wrong SQL
   */
  async rows<T>(query: string | MergedQuery, params?: SqlParams, declared?: Query<T>): Promise<T[]> {
    return this.ask(query, params, declared?.file, (sql, bound, path) => this.engine.rows<T>(sql, bound, declared, path));
  }

  /** Column arrays of a query text. */
  async columns<T>(query: string | MergedQuery, params?: SqlParams, declared?: Query): Promise<T> {
    return this.ask(query, params, declared?.file, (sql, bound, path) => this.engine.columns<T>(sql, bound, declared, path));
  }

  /** For bounded answers to queries; close it to give back the rows that it keeps. */
  reductions(): Reductions {
    return new Reductions(this.engine, {
      answersTo: (sql) => (isOfPool(sql) ? this.answersOfPool : this.answers),
      free: (table) => this.freeRelation(table),
      check: (sql, params, declared) => this.check(sql, params, declared),
    });
  }

  /**
   * Streams a query to a CSV file and returns the number of rows.
   * @param file of the query, for messages
   */
  async copyCsv(query: string | MergedQuery, csv: string, params?: SqlParams, file?: string): Promise<number> {
    return this.ask(query, params, file, (sql, bound, path) => this.copy(sql, csv, "FORMAT csv, HEADER", bound, path), 1);
  }

  /** Keeps the parts of a query whose answers no one reads yet. A query of the whole pool has none. */
  async keepAnswers(query: string | MergedQuery, params?: SqlParams, file?: string): Promise<void> {
    const merge = await this.mergeOf(query, params, file);
    if (merge) await this.answers.keep(taskOf(query, params, file), merge);
  }

  /** Streams a query to a Parquet file and returns the number of rows. The same rows give the same bytes, whatever the threads. */
  async copyParquet(sql: string, file: string): Promise<number> {
    return this.copy(sql, file, `FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, ROW_GROUP_SIZE ${PARQUET_GROUP_ROWS}`);
  }

  /** Writes a file by SQL: `write` gets the only place that SQL can write to, and what it leaves there becomes `file`. */
  writeFile<T>(file: string, write: (place: string) => Promise<T>): Promise<T> {
    return this.engine.writeFile(file, write);
  }

  /** Tables that the file itself holds, in documented order. */
  storedTables(): PoolTable[] {
    return TABLE_NAMES.filter((table) => known(this.shapes.get(table)).place !== null);
  }

  /**
   * Query for the documented columns of a table and `stored_at`, which rises in the order in which the file holds the rows.
   * @throws Error for a table that the file does not hold
   */
  storedSql(table: PoolTable): string {
    const { columns, place } = known(this.shapes.get(table));
    if (place === null) throw new Error(`${this.file} has no table ${table}`);
    return `SELECT ${columns}, ${place} AS stored_at FROM pool.main.${table}`;
  }

  /** Makes tables that say which of so many shards each session and each step is of, for `rowsOfShard`. */
  assignShards(count: number): Promise<void> {
    return assignShards(this.engine, count);
  }

  /** @param seen keeps the answer for as long as the file does not change */
  async summary(seen?: SeenFiles): Promise<PoolSummary> {
    const { providers, ...counts } = await this.summaryRow(seen);
    return {
      ...counts,
      ...this.reading(),
      providers: providers.map(({ provider }) => provider),
      stepsByProvider: Object.fromEntries(providers.map(({ provider, steps }) => [provider, steps])),
      windows: Object.fromEntries(providers.map(({ provider, first, last }) => [provider, { first, last }])),
    };
  }

  reading(): Reading {
    return { accounting: this.accounting, prices: pricesId(this.prices), labels: this.labels?.id ?? null };
  }

  /** Computes what shards need of the whole pool to make these relations, unless there are parts of it. */
  async keepRelations(names: readonly string[]): Promise<void> {
    const ofReading = madeFor(this.accounting).flatMap(({ sql }) => relationsOf(sql));
    const kept = [...ofReading, ...names].filter((name) => this.parts?.keeps(name));
    for (const name of new Set(kept)) if (!(await this.parts?.hasRelation(name))) await this.whole.relation(name);
    if (names.includes("rates")) await this.givenRows();
  }

  /** Keeps these relations of the only shard for queries that are put to the whole pool. */
  async keepShardRelations(names: readonly string[]): Promise<void> {
    const { parts, only } = this;
    if (!parts || !only) return;
    for (const name of names) await only.keepRelation(name, parts);
  }

  /** How many parts were found and made so far; null for a pool that keeps none. */
  partsUsed(): PartsUsed | null {
    return this.parts?.used() ?? null;
  }

  private async summaryRow(seen?: SeenFiles): Promise<SummaryRow> {
    const sql = fs.readFileSync(new URL("./summary.sql", import.meta.url), "utf8");
    const isWhole = !fs.existsSync(`${this.file}.wal`);
    if (!seen || !isWhole) return this.engine.one<SummaryRow>(sql);
    const asked = sha256(JSON.stringify([sql, madeFor(this.accounting)]));
    const row: SummaryRow = JSON.parse(
      await seen.find(asked, seenFile(this.file), async () => JSON.stringify(await this.engine.one<SummaryRow>(sql))),
    );
    seen.save();
    return row;
  }

  /** Gives back the memory of a relation, if it was made; who asks for it again gets it made again. */
  async freeRelation(name: string): Promise<void> {
    // Those of shards may be views of that of the pool.
    for (const shard of this.shards) await shard.free(name);
    await this.whole.free(name);
  }

  /** A connection for SQL that is not the program's: it finds tables by name in one schema alone. Who asks for it closes it. */
  connect(schema: string): Promise<DuckDBConnection> {
    return this.engine.connect(schema);
  }

  close(): void {
    this.engine.close();
  }

  /** @param linesBefore how many lines `read` puts in front of the SQL */
  private async ask<T>(
    query: string | MergedQuery,
    params: SqlParams | undefined,
    file: string | undefined,
    read: (sql: string, params?: SqlParams, searchPath?: string) => Promise<T>,
    linesBefore = 0,
  ): Promise<T> {
    const merge = await this.mergeOf(query, params, file);
    if (merge) return this.answers.ask(taskOf(query, params, file), merge, read, linesBefore);
    const sql = sqlOf(query);
    const scope = this.only ?? this.whole;
    await scope.prepare(sql, file);
    return inFile(file, read(sql, params, scope.searchPath), linesBefore);
  }

  /** Null for a query that is put to the whole pool. */
  private async mergeOf(query: string | MergedQuery, params?: SqlParams, file = "A query"): Promise<Merge | null> {
    if (typeof query !== "string") {
      const { sql, file: mergeFile } = query.merge;
      await this.whole.prepare(sql, mergeFile);
      return { one: null, many: () => withoutSemicolon(sql), file: mergeFile, params };
    }
    const merge = mergeOf(query, file);
    if (merge === null || merge.form === "same" || isOfPool(query)) return null;
    return { one: orderedSql(merge, params), many: async (columns) => mergeSql(merge, await columns(), file, params), params };
  }

  private async check(sql: string, params: SqlParams | undefined, declared: Query): Promise<void> {
    // A question whose answers are kept has no relations to compare with.
    if (this.parts || this.checked.has(declared)) return;
    const [asked] = isOfPool(sql) ? [this.whole] : [...this.shards, this.whole];
    await inFile(declared.file, this.engine.check(sql, params, declared, known(asked).searchPath));
    this.checked.add(declared);
  }

  private async copy(sql: string, file: string, format: string, params?: SqlParams, searchPath?: string): Promise<number> {
    const [row] = await this.engine.writeFile(file, (place) =>
      this.engine.rows<{ Count: number }>(`COPY (\n${sql}\n) TO ${quoteLiteral(place)} (${format})`, params, undefined, searchPath),
    );
    return row?.Count ?? 0;
  }

  private keep(parts: Parts): void {
    this.parts = parts;
    this.whole.keepIn(parts);
  }

  private makeReading(): Promise<void> {
    this.read ??= this.makeTables();
    return this.read;
  }

  private async makeTables(): Promise<void> {
    const statements: string[] = [];
    const make = () => this.engine.run(statements.splice(0).join(";\n"));
    for (const { kind, name, sql } of madeFor(this.accounting)) {
      if (relationsOf(sql).length > 0) {
        // They may read what comes before.
        await make();
        await this.whole.prepare(sql);
      }
      statements.push(`CREATE ${kind} ${name} AS\n${sql}`);
    }
    await make();
  }

  private async fittingShards(): Promise<number> {
    const { memory } = await this.engine.one<{ memory: string }>("SELECT current_setting('memory_limit') AS memory");
    return shardsFor(this.steps, memory);
  }

  private async split(
    count: number,
    folder: PoolFolder | null,
    { only, gather }: Pick<PartsOptions, "only" | "gather"> = {},
  ): Promise<void> {
    const { parts } = this;
    if ((count === 1 && !parts) || only === null) return;
    const sourceOf =
      folder?.manifest.shards === count ? filedShards((table, shard) => this.filed(folder, table, shard)) : await this.assigned(count);
    const shards = Array.from({ length: count }, (_, i) => {
      const relation = only === undefined ? null : (name: string) => shard.relation(name);
      const make = () => makeShard(this.engine, shardName(i), sourceOf(i), this.accounting, relation);
      const kept = parts && only !== undefined ? { parts, shard: i } : null;
      const shard: Shard = new Shard(this.engine, shardName(i), isPacked(this.steps / count), this.whole, make, kept);
      return shard;
    });
    if (parts && only === undefined) {
      const isLarge = gather ?? (await this.fittingShards()) > 1;
      this.whole.gatherFrom({ parts, shards: shards.map((_, i) => () => this.passingShard(i, sourceOf(i), parts)), isLarge });
    }
    this.only = only === undefined ? null : known(shards[only]);
    this.shards = this.only ? [this.only] : shards;
    const kept: KeptParts | null = parts && { parts, first: only ?? 0 };
    this.answers = new Answers(this.engine, this.shards, kept);
    if (this.only) this.answersOfPool = new Answers(this.engine, this.shards);
  }

  /** A shard of which relations are made only to become those of the whole pool. */
  private passingShard(shard: number, source: ShardSource, parts: Parts): Shard {
    const name = `passing_${shard}`;
    const make = () => makeShard(this.engine, name, source, this.accounting, null, "VIEW");
    return new Shard(this.engine, name, false, this.whole, make, { parts, shard });
  }

  private async assigned(count: number) {
    await assignShards(this.engine, count);
    return assignedShards(this.engine);
  }

  /** Query for the rows of a table in the files of a shard. */
  private filed(folder: PoolFolder, table: PoolTable, shard: number): string {
    return `SELECT ${known(this.shapes.get(table)).columns} ${fromShard(folder, table, shard)}`;
  }

  private givenRows(): Promise<GivenRows> {
    this.given ??= this.rates().then((rates) => ({ rates, labels: this.labelled }));
    return this.given;
  }

  private async rates(): Promise<readonly object[]> {
    return rateRows(await this.pricedAs(), await priceList(this.accounting, this.prices));
  }

  private async pricedAs(): Promise<PricedAsRow[]> {
    const sql = pricedAsSql();
    if (!this.parts) return this.engine.rows(sql);
    await this.parts.insert("CREATE TABLE memory.main.priced_as AS ", { sql }, "pool", POOL_PATH, async () => {
      await this.makeReading();
      return { sql };
    });
    return this.engine.rows("FROM memory.main.priced_as ORDER BY ALL");
  }
}

function taskOf(query: string | MergedQuery, params: SqlParams | undefined, file: string | undefined): MapTask {
  return { sql: `\n${sqlOf(query)}`, params, file };
}

function sqlOf(query: string | MergedQuery): string {
  return withoutSemicolon(typeof query === "string" ? query : query.sql);
}

/** Rows of the relations that the program has. */
type GivenRows = Readonly<Record<"rates" | "labels", readonly object[]>>;

/** What changes when the pool does. */
function seenFile(pool: string): string {
  return fs.statSync(pool).isDirectory() ? path.join(pool, MANIFEST_FILE) : pool;
}

/** The price lists are large and few queries need them, so they are loaded here. */
async function priceList(accounting: Accounting, prices: PriceOverrides | undefined): Promise<PriceList> {
  if (accounting === "published") return (await import("../../trace/prices/published.ts")).publishedRates();
  const listed = (await import("../../trace/prices/listed.ts")).listRates();
  return prices ? (await import("../../trace/prices/overrides.ts")).withOverrides(listed, prices) : listed;
}

async function attach(engine: Engine, real: string, named: string): Promise<void> {
  try {
    await engine.run(`ATTACH ${quoteLiteral(real)} AS pool (READ_ONLY)`);
  } catch (error) {
    const reason = printable(messageOf(error).split("\nSQL:", 1).join());
    const file = printable(named);
    if (/lock/i.test(reason))
      throw new UserError(`${file} is open for writing in another process; wait for it or close it. (${reason})`, 1, { cause: error });
    throw new UserError(`${file} can't be opened as a DuckDB database: ${reason}`, 2, { cause: error });
  }
}

/** How a documented table is made of what the file holds. */
interface Shape {
  /** Expressions for its columns. */
  readonly columns: string;
  /** Rises in the order of the rows; null when the file does not hold the table. */
  readonly place: string | null;
}

/** Makes a view (or table) of each documented table. */
async function shapeTables(engine: Engine, file: string): Promise<Map<PoolTable, Shape>> {
  const found = await engine.rows<{ table: string; column: string; type: string }>(
    `SELECT table_name AS "table", column_name AS "column", data_type AS type FROM duckdb_columns() WHERE database_name = 'pool' AND schema_name = 'main'`,
  );
  const made = ["CREATE SCHEMA stored", "CREATE SCHEMA counted"];
  const shapes = new Map<PoolTable, Shape>();
  for (const table of TABLE_NAMES) {
    const types = new Map(found.filter((c) => c.table === table).map((c) => [c.column, c.type]));
    if (isNeeded(table) && !types.has("round_pk"))
      throw new UserError(
        `${printable(file)} has no table ${table} with a round_pk column, so it isn't a trace database; build one with build-db.`,
      );
    refuseNested(table, types, file);
    const columns = selectSql(table, types);
    // Files without event_index keep list order in their physical order; numbering them costs a sort, so keep the result.
    const kind = table === "timing_events" && !types.has("event_index") ? "TABLE" : "VIEW";
    made.push(
      `CREATE ${kind} ${isNeeded(table) ? `stored.${table}` : table} AS SELECT ${columns} ${types.size > 0 ? `FROM pool.main.${table}` : "WHERE false"}`,
    );
    const place = types.has(PLACE_IN_FOLDER) ? PLACE_IN_FOLDER : "rowid";
    shapes.set(table, { columns, place: types.size > 0 ? place : null });
  }
  await engine.run(made.join(";\n"));
  return shapes;
}

const SCALAR =
  /^(BOOLEAN|U?(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT)|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|VARCHAR|JSON|UUID|DATE|TIME|TIMESTAMP(_S|_MS|_NS| WITH TIME ZONE)?)$/;

/** Other builders infer the types of their columns; what is not a plain value was not made from a trace. */
function refuseNested(table: PoolTable, types: ReadonlyMap<string, string>, file: string): void {
  for (const [name, type] of Object.entries(columnsOf(table))) {
    const found = types.get(name);
    if (found !== undefined && !SCALAR.test(found))
      throw new UserError(
        `${printable(file)} is refused: column ${name} of ${table} is ${shown(found)}, not ${type}. Build it again from its trace with build-db.`,
      );
  }
}

function selectSql(table: PoolTable, types: ReadonlyMap<string, string>): string {
  const select = Object.entries(columnsOf(table)).map(
    ([name, type]) => `${columnExpression(table, name, type, types)} AS ${quoteName(name)}`,
  );
  return select.join(", ");
}

function columnExpression(table: PoolTable, name: string, type: string, types: ReadonlyMap<string, string>): string {
  const actual = types.get(name);
  if (actual === type) return quoteName(name);
  if (actual === "JSON") return `TRY_CAST(${quoteName(name)} ->> '$' AS ${type})`;
  if (actual !== undefined) return `TRY_CAST(${quoteName(name)} AS ${type})`;
  if (table === "timing_events" && name === "event_index") return "row_number() OVER (PARTITION BY round_pk ORDER BY rowid)";
  if (table === "rounds" && name === "ingest_seq") return "round_pk";
  return `NULL::${type}`;
}
