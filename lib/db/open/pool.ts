/**
 * Opens a pool read-only and gives it the documented schema, whoever built it: every column of
 * `schema.ts` exists with its type, missing ones as NULL. Relations are computed on first use, once per run.
 */
import fs from "node:fs";
import path from "node:path";
import type { Query, SqlParams } from "../../experiment.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { relationSql, relationsOf } from "../../relations/relations.ts";
import { COMPANION_TABLES, type Columns, SOURCE_TABLES, TRACE_TABLES } from "../../trace/schema.ts";
import { requireDatabase } from "../duckdb-file.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import { Engine, type EngineOptions } from "./connection.ts";

/** Times are ISO 8601 in UTC. */
export interface TimeWindow {
  readonly first: string | null;
  readonly last: string | null;
}

/** What a pool holds, for pages and manifests. Times are ISO 8601 in UTC; null when the pool is empty. */
export interface PoolSummary {
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
  /** 32 hex digits over the contents of the tables, the same for every file that holds the same rows. */
  readonly fingerprint: string;
}

/** A documented table. */
export type PoolTable = keyof typeof TRACE_TABLES | keyof typeof OPTIONAL_TABLES;

/** Small enough to skip what is not asked for, large enough to compress well. */
const PARQUET_GROUP_ROWS = 122_880;

type SummaryRow = Omit<PoolSummary, "providers" | "stepsByProvider" | "windows"> & {
  readonly providers: readonly (TimeWindow & { readonly provider: string; readonly steps: number })[];
};

export class Pool {
  readonly file: string;
  private readonly engine: Engine;
  /** Queries for the tables as the file holds them. */
  private readonly stored: ReadonlyMap<PoolTable, string>;
  private readonly relations = new Map<string, Promise<void>>();
  /** Relations that are going or gone. */
  private readonly freed = new Map<string, Promise<void>>();

  private constructor(file: string, engine: Engine, stored: ReadonlyMap<PoolTable, string>) {
    this.file = file;
    this.engine = engine;
    this.stored = stored;
  }

  /** @throws UserError when the file is missing, locked or not a trace database */
  static async open(file: string, options: EngineOptions = {}): Promise<Pool> {
    requireDatabase(file);
    const engine = await Engine.create(options);
    try {
      await attach(engine, file);
      return await Pool.over(engine, path.resolve(file));
    } catch (error) {
      engine.close();
      throw error;
    }
  }

  /**
   * A pool of the tables that the engine holds in its database `pool`; closing the pool closes the engine.
   * @param file where the tables come from, for messages
   */
  static async over(engine: Engine, file: string): Promise<Pool> {
    return new Pool(file, engine, await shapeTables(engine, file));
  }

  /** Rows of a query text, checked against `declared`; relations in its `-- uses:` line are made first. */
  async rows<T>(sql: string, params?: SqlParams, declared?: Query<T>): Promise<T[]> {
    await this.prepare(sql);
    return this.engine.rows<T>(sql, params, declared);
  }

  /** Column arrays of a query text. */
  async columns<T>(sql: string, params?: SqlParams, declared?: Query): Promise<T> {
    await this.prepare(sql);
    return this.engine.columns<T>(sql, params, declared);
  }

  /** Streams a query to a CSV file and returns the number of rows. */
  async copyCsv(sql: string, file: string, params?: SqlParams): Promise<number> {
    await this.prepare(sql);
    const body = sql.trim().replace(/;$/, "");
    const [row] = await this.engine.rows<{ Count: number }>(`COPY (\n${body}\n) TO ${quoteLiteral(file)} (FORMAT csv, HEADER)`, params);
    return row?.Count ?? 0;
  }

  /** Streams a query to a Parquet file and returns the number of rows. The same rows give the same bytes, whatever the threads. */
  async copyParquet(sql: string, file: string): Promise<number> {
    const [row] = await this.engine.rows<{ Count: number }>(
      `COPY (\n${sql}\n) TO ${quoteLiteral(file)} (FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v1, ROW_GROUP_SIZE ${PARQUET_GROUP_ROWS})`,
    );
    return row?.Count ?? 0;
  }

  /** Tables that the file itself holds, in documented order. */
  storedTables(): PoolTable[] {
    return [...this.stored.keys()];
  }

  /**
   * Query for the documented columns of a table and `stored_at`, which rises in the order in which the file holds the rows.
   * @throws Error for a table that the file does not hold
   */
  storedSql(table: PoolTable): string {
    const sql = this.stored.get(table);
    if (sql === undefined) throw new Error(`${this.file} has no table ${table}`);
    return sql;
  }

  async summary(): Promise<PoolSummary> {
    const sql = fs.readFileSync(new URL("./summary.sql", import.meta.url), "utf8");
    const { providers, ...counts } = await this.engine.one<SummaryRow>(sql);
    return {
      ...counts,
      providers: providers.map(({ provider }) => provider),
      stepsByProvider: Object.fromEntries(providers.map(({ provider, steps }) => [provider, steps])),
      windows: Object.fromEntries(providers.map(({ provider, first, last }) => [provider, { first, last }])),
    };
  }

  /** Gives back the memory of a relation, if it was made; who asks for it again gets it made again. */
  async freeRelation(name: string): Promise<void> {
    const made = this.relations.get(name);
    if (!made) return;
    this.relations.delete(name);
    const freed = made.then(() => this.engine.run(`DROP TABLE ${quoteName(name)}`)).catch(() => undefined);
    this.freed.set(name, freed);
    await freed;
  }

  close(): void {
    this.engine.close();
  }

  private async prepare(sql: string): Promise<void> {
    for (const name of relationsOf(sql)) await this.relation(name);
  }

  private relation(name: string): Promise<void> {
    let made = this.relations.get(name);
    if (!made) {
      const sql = relationSql(name);
      made = Promise.all([this.prepare(sql), this.freed.get(name)]).then(() =>
        this.engine.run(`CREATE TABLE ${quoteName(name)} AS\n${sql}`),
      );
      this.relations.set(name, made);
    }
    return made;
  }
}

async function attach(engine: Engine, file: string): Promise<void> {
  try {
    await engine.run(`ATTACH ${quoteLiteral(path.resolve(file))} AS pool (READ_ONLY)`);
  } catch (error) {
    const reason = messageOf(error).split("\nSQL:")[0];
    if (/lock/i.test(reason ?? ""))
      throw new UserError(`${file} is open for writing in another process; wait for it or close it. (${reason})`, 1, { cause: error });
    throw new UserError(`${file} can't be opened as a DuckDB database: ${reason}`, 2, { cause: error });
  }
}

/** Tables that a database may lack. */
const OPTIONAL_TABLES = { ...COMPANION_TABLES, ...SOURCE_TABLES } as const satisfies Record<string, Columns>;

/** Makes a view (or table) of each documented table; returns queries for those that the file holds. */
async function shapeTables(engine: Engine, file: string): Promise<Map<PoolTable, string>> {
  const found = await engine.rows<{ table: string; column: string; type: string }>(
    `SELECT table_name AS "table", column_name AS "column", data_type AS type FROM duckdb_columns() WHERE database_name = 'pool' AND schema_name = 'main'`,
  );
  const typesOf = (table: string) => new Map(found.filter((c) => c.table === table).map((c) => [c.column, c.type]));
  const stored = new Map<PoolTable, string>();
  for (const [table, columns] of Object.entries(TRACE_TABLES)) {
    const types = typesOf(table);
    if (!types.has("round_pk"))
      throw new UserError(`${file} has no table ${table} with a round_pk column, so it isn't a trace database; build one with build-db.`);
    // Files without event_index keep list order in their physical order; numbering them costs a sort, so keep the result.
    const kind = table === "timing_events" && !types.has("event_index") ? "TABLE" : "VIEW";
    const select = selectSql(table, columns, types);
    await engine.run(`CREATE ${kind} ${table} AS SELECT ${select} FROM pool.main.${table}`);
    stored.set(table as PoolTable, `SELECT ${select}, rowid AS stored_at FROM pool.main.${table}`);
  }
  for (const [table, columns] of Object.entries(OPTIONAL_TABLES)) {
    const types = typesOf(table);
    const select = selectSql(table, columns, types);
    await engine.run(`CREATE VIEW ${table} AS SELECT ${select} ${types.size > 0 ? `FROM pool.main.${table}` : "WHERE false"}`);
    if (types.size > 0) stored.set(table as PoolTable, `SELECT ${select}, rowid AS stored_at FROM pool.main.${table}`);
  }
  return stored;
}

function selectSql(table: string, columns: Columns, types: ReadonlyMap<string, string>): string {
  const select = Object.entries(columns).map(([name, type]) => `${columnExpression(table, name, type, types)} AS ${quoteName(name)}`);
  return select.join(", ");
}

function columnExpression(table: string, name: string, type: string, types: ReadonlyMap<string, string>): string {
  const actual = types.get(name);
  if (actual === type) return quoteName(name);
  if (actual === "JSON") return `TRY_CAST(${quoteName(name)} ->> '$' AS ${type})`;
  if (actual !== undefined) return `TRY_CAST(${quoteName(name)} AS ${type})`;
  if (table === "timing_events" && name === "event_index") return "row_number() OVER (PARTITION BY round_pk ORDER BY rowid)";
  if (table === "rounds" && name === "ingest_seq") return "round_pk";
  return `NULL::${type}`;
}
