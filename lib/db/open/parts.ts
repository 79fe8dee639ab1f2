/**
 * Answers of shards, and relations of the whole pool, that are kept as Parquet files, so that other processes can compute them and later
 * runs find them. The name of a file is a hash over all that its rows depend on: the rows of the shard or pool, the question, the relations
 * it reads, and the program.
 */
import fs from "node:fs";
import path from "node:path";
import { version } from "@duckdb/node-api";
import { Draft } from "../../files/atomic.ts";
import { messageOf, UserError } from "../../files/errors.ts";
import { makeFolder } from "../../files/folder.ts";
import { sha256 } from "../../files/hash.ts";
import { acquireLock, lockBeside } from "../../files/lock.ts";
import { printable } from "../../files/printable.ts";
import { isOfPool, relationSql, relationsOf, withThoseTheyRead } from "../../relations/relations.ts";
import { groupBy } from "../../stats/group-by.ts";
import { known } from "../../stats/known.ts";
import { SCHEMA_VERSION } from "../../trace/schema.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import type { Engine } from "./engine.ts";
import type { MapTask } from "./map-task.ts";
import { isOutOfMemory } from "./memory.ts";
import type { PartColumn } from "./merge.ts";
import { LAYOUT, restoreSql, type StoredColumn, storedColumns, storeSql } from "./part-layout.ts";
import { type PoolFolder, shardsOfKeysSql } from "./pool-folder.ts";
import { madeFor, type OpenedReading, pricesId } from "./reading.ts";
import { type Key, keyIn } from "./shards.ts";

export interface PartsOptions {
  /** Where parts are kept. */
  readonly folder: string;
  /** The only shard to ask, from 0 on: for its parts alone, since answers then are of that shard. Null to ask none, for relations alone. */
  readonly only?: number | null | undefined;
  /**
   * Whether relations that queries of the whole pool read are made shard by shard where no task has kept them: it takes the memory of a shard,
   * but what several of them read is computed for each. Default: where the relations of an atlas exceed the memory.
   */
  readonly gather?: boolean | undefined;
  /** Gets a sentence for each part that is there but can't be used. */
  readonly say?: ((line: string) => void) | undefined;
}

/** How many answers were found, and how many had to be computed. */
export interface PartsUsed {
  readonly found: number;
  /** How many answers were missing or damaged, by shard from 0 on. */
  readonly made: ReadonlyMap<number, number>;
}

/** @throws UserError for a pool that is not exported in shards, and for a shard that it doesn't have */
export function shardsToKeep(file: string, folder: PoolFolder | null, { only = null }: Pick<PartsOptions, "only"> = {}): number {
  const shards = folder?.manifest.shards;
  if (!shards) throw new UserError(`${file} has no shards, so no parts can be kept of it. Export it with --shards first.`);
  if (only !== null && only >= shards) throw new UserError(`${file} has ${shards} shards, not ${only + 1}. Give --shard k/${shards}.`);
  return shards;
}

/** Tables that all shards share. */
const OF_ALL_SHARDS = /_source\b|\bmemory\.|\bcounted\./;

/** Relations whose rows the program has. */
const GIVEN = new Set(["rates", "labels"]);

/** Column of kept relations: the shard that has the row, from 0 on; NULL without one. */
export const OF_SHARD = "of_shard";

/** Of a kept relation: a task reads whole groups to find the rows of its shard. */
const ROWS_PER_GROUP = 20_480;

/** What a part is computed from: the files of a shard, or of all. */
type Source = number | "pool";

interface Part {
  readonly name: string;
  readonly file: string;
  /** For messages. */
  readonly what: string;
}

export class Parts {
  private readonly engine: Engine;
  private readonly folder: string;
  private readonly pool: PoolFolder;
  private readonly reading: OpenedReading;
  /** Rows of the given relations. */
  private readonly given: () => Promise<Readonly<Record<string, unknown>>>;
  private readonly say: (line: string) => void;
  /** A hash over those of all files. */
  private readonly poolHash: string;
  private written = 0;
  private found = 0;
  private readonly made = new Map<number, number>();

  constructor(
    engine: Engine,
    { folder, say = () => undefined }: PartsOptions,
    pool: PoolFolder,
    reading: OpenedReading,
    given: () => Promise<Readonly<Record<string, unknown>>>,
  ) {
    this.engine = engine;
    this.folder = path.resolve(folder);
    this.pool = pool;
    this.reading = reading;
    this.given = given;
    this.say = say;
    this.poolHash = sha256(JSON.stringify(this.filesOf("pool")));
    makeFolder(this.folder);
  }

  /**
   * Puts the rows that a shard, or the pool, answers into a table. A part that is missing or damaged is made first.
   * @param into the statement that adds the rows of the query after it
   * @param statement makes what the question reads, and returns the SQL that asks it
   */
  async insert(into: string, task: MapTask, source: Source, searchPath: string, statement: () => Promise<MapTask>): Promise<void> {
    const part = await this.partOf(task, source, source === "pool" ? "a part of the pool" : shardPart(source));
    const insert = async (rows: string) => {
      await this.engine.run(into + rows);
      return true;
    };
    if (await this.use(part, insert)) {
      if (source !== "pool") this.found++;
      return;
    }
    await this.writeAnswer(await statement(), part, searchPath);
    if (source !== "pool") this.made.set(source, 1 + (this.made.get(source) ?? 0));
    await insert(await this.read(part));
  }

  /** Makes a part for those who insert it later. */
  async keep(task: MapTask, source: number, searchPath: string, statement: () => Promise<MapTask>): Promise<void> {
    const part = await this.partOf(task, source, shardPart(source));
    if (await this.use(part, async () => true)) return;
    await this.writeAnswer(await statement(), part, searchPath);
    this.made.set(source, 1 + (this.made.get(source) ?? 0));
  }

  async has(task: MapTask, source: number): Promise<boolean> {
    return fs.existsSync((await this.partOf(task, source, shardPart(source))).file);
  }

  /**
   * Query for the rows of the parts of so many shards, where they are, from the shard `first` on; null when one is missing or damaged:
   * `insert` then names it and makes it again.
   */
  async rowsOf(task: MapTask, shards: number, first = 0): Promise<string | null> {
    const parts: Part[] = [];
    for (let source = first; source < first + shards; source++) parts.push(await this.partOf(task, source, shardPart(source)));
    if (!parts.every(({ file }) => fs.existsSync(file))) return null;
    const metas = await this.metaOf(parts.map(({ file }) => file)).catch(() => new Map<string, PartMeta>());
    if (!parts.every(({ file, name }) => metas.get(file)?.name === name)) return null;
    const files = parts.map(({ file }) => file);
    const columnsOf = (file: string) => known(metas.get(file)).columns;
    // The engine reads all files of a query with the types of the first: a column of whole numbers in it would round those of the others.
    const alike = groupBy(files, (file) => JSON.stringify(columnsOf(file)));
    this.found += shards;
    return [...alike.values()].map((some) => storedRows(restoreSql(columnsOf(known(some[0]))), some)).join(" UNION ALL ");
  }

  used(): PartsUsed {
    return { found: this.found, made: this.made };
  }

  /** Whether a relation is one that is kept. */
  keeps(relation: string): boolean {
    return isOfPool(relationSql(relation)) && !GIVEN.has(relation);
  }

  /** What `use` returns; null for a relation that no one has computed yet. It gets a query for the rows of the relation and `of_shard`. */
  async useRelation(relation: string, use: (rows: string) => Promise<string>): Promise<string | null> {
    return this.use(await this.relationPart(relation), use);
  }

  /**
   * The same, after computing the relation, one process at a time, if need be: then it returns what `make` does.
   * @param make makes the table `memory.main.<relation>`
   */
  async relation(relation: string, use: (rows: string) => Promise<string>, make: () => Promise<string>): Promise<string> {
    const part = await this.relationPart(relation);
    const isThere = fs.existsSync(part.file);
    const found = await this.use(part, use);
    if (found !== null) return found;
    const onWait = (holder: string) => this.say(`Waiting for ${holder}, which computes the relation ${relation} of the whole pool.`);
    const lock = await acquireLock(lockBeside(part.file), { onWait });
    try {
      const foundLate = isThere && !lock.waited ? null : await this.use(part, use);
      if (foundLate !== null) return foundLate;
      const made = await make();
      await this.writeRelation(relation, part);
      return made;
    } finally {
      lock.release();
    }
  }

  async hasRelation(relation: string): Promise<boolean> {
    return fs.existsSync((await this.relationPart(relation)).file);
  }

  /** What `use` returns for a query of the part's rows; null for a part that isn't there or is damaged, which is said. */
  private async use<T>(part: Part, use: (rows: string) => Promise<T>): Promise<T | null> {
    if (!fs.existsSync(part.file)) return null;
    try {
      return await use(await this.read(part));
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      const [reason = ""] = messageOf(error).split("\n", 1);
      this.say(`${part.file}, ${part.what}, can't be used and is computed again: ${printable(reason)}`);
      return null;
    }
  }

  private relationPart(relation: string): Promise<Part> {
    return this.partOf({ sql: relationSql(relation) }, "pool", `the relation ${relation} of the pool`);
  }

  private async partOf({ sql, params }: MapTask, source: Source, what: string): Promise<Part> {
    const relations = withThoseTheyRead(relationsOf(sql)).map((name) => [name, relationSql(name)] as const);
    const made = madeFor(this.reading.accounting);
    const texts = [sql, ...relations.map(([, text]) => text)];
    // In the counted reading, what is known of a step may depend on other conversations.
    const isOfAll = this.reading.accounting === "counted" || texts.some((text) => isOfPool(text) || OF_ALL_SHARDS.test(text));
    const files = source === "pool" || isOfAll ? this.poolHash : this.filesOf(source);
    const isGiven = relations.some(([name]) => GIVEN.has(name));
    const given = Object.entries(isGiven ? await this.given() : {}).filter(([name]) => relations.some(([read]) => read === name));
    const rows = [source, this.pool.manifest.shards, files];
    const all = [rows, sql, params, relations, given, made, pricesId(this.reading.prices), SCHEMA_VERSION, version()];
    const name = sha256(JSON.stringify(all));
    return { name, file: path.join(this.folder, `${name}.parquet`), what };
  }

  /** Tables and hashes of their files. */
  private filesOf(source: Source): (readonly [string, string])[] {
    return Object.entries(this.pool.manifest.tables).flatMap(([table, { files }]) =>
      files.filter((file) => source === "pool" || file.shard === source).map(({ sha256 }) => [table, sha256] as const),
    );
  }

  private async writeAnswer({ sql, params }: MapTask, part: Part, searchPath: string): Promise<void> {
    const table = `memory.main.${quoteName(`part ${this.written++}`)}`;
    await this.engine.run(`CREATE TABLE ${table} AS ${sql}`, params, searchPath);
    try {
      const columns = await storedColumns(this.engine, table, await this.columnsOf(table));
      await this.write(part, storeSql(table, columns), columns);
    } finally {
      await this.engine.run(`DROP TABLE ${table}`);
    }
  }

  private async writeRelation(relation: string, part: Part): Promise<void> {
    const table = `memory.main.${quoteName(relation)}`;
    const columns = await storedColumns(this.engine, table, await this.columnsOf(table));
    const key = keyIn(columns.map(({ name }) => name));
    const stored = `(${storeSql(table, columns)}) AS stored`;
    const rows =
      key === undefined
        ? `SELECT NULL::INTEGER AS ${OF_SHARD}, * FROM ${stored}`
        : `SELECT ${OF_SHARD}, stored.* FROM ${stored} LEFT JOIN ${await this.shardsOf(key)} USING (${key}) ORDER BY ${OF_SHARD}, ${key}`;
    await this.write(part, rows, [{ name: OF_SHARD, type: "INTEGER" }, ...columns], `, ROW_GROUP_SIZE ${ROWS_PER_GROUP}`);
  }

  /** A table of the shards that steps or sessions are of. */
  private async shardsOf(key: Key): Promise<string> {
    const table = `memory.main.shard_of_${key}`;
    await this.engine.run(`CREATE TABLE IF NOT EXISTS ${table} AS ${shardsOfKeysSql(this.pool, key, OF_SHARD)}`);
    return table;
  }

  private columnsOf(table: string): Promise<PartColumn[]> {
    return this.engine.rows<PartColumn>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`);
  }

  /** @param rows query for what is stored of the columns */
  private async write({ name, file }: Part, rows: string, columns: readonly StoredColumn[], more = ""): Promise<void> {
    const meta = `KV_METADATA {${META_KEY}: ${quoteLiteral(JSON.stringify({ name, columns }))}}`;
    const draft = new Draft(file, { tidy: false });
    try {
      await this.engine.writeFile(draft.path, (place) =>
        this.engine.run(`COPY (${rows}) TO ${quoteLiteral(place)} (FORMAT parquet, ${LAYOUT}, ${meta}${more})`),
      );
      draft.publish();
    } finally {
      draft.discard();
    }
  }

  private async read({ file, name }: Part): Promise<string> {
    const meta = (await this.metaOf([file])).get(file);
    if (meta?.name !== name) throw new Error("it has the rows of another question");
    return storedRows(restoreSql(meta.columns), [file]);
  }

  /** What the files say of themselves, by file. */
  private async metaOf(files: readonly string[]): Promise<Map<string, PartMeta>> {
    const rows = await this.engine.rows<{ file: string; text: string }>(
      `SELECT file_name AS file, decode(value) AS text FROM parquet_kv_metadata([${files.map(quoteLiteral).join(", ")}]) WHERE decode(key) = ${quoteLiteral(META_KEY)}`,
    );
    return new Map(rows.map(({ file, text }) => [file, JSON.parse(text)]));
  }
}

function shardPart(shard: number): string {
  return `a part of shard ${shard + 1}`;
}

function storedRows(columns: string, files: readonly string[]): string {
  return `SELECT ${columns} FROM read_parquet([${files.map(quoteLiteral).join(", ")}], hive_partitioning = false)`;
}

const META_KEY = "trace_atlas_part";

interface PartMeta {
  readonly name: string;
  readonly columns: readonly StoredColumn[];
}
