/** The tables that queries find by name, of the whole pool or of one shard, and the relations that are made of them on first use. */
import type { SqlParams } from "../../experiment.ts";
import { didYouMean } from "../../files/did-you-mean.ts";
import { isOfPool, isRelation, relationNames, relationSql, relationsOf, withThoseTheyRead } from "../../relations/relations.ts";
import { known } from "../../stats/known.ts";
import { quoteName } from "../sql.ts";
import { type Engine, POOL_PATH } from "./engine.ts";
import type { MapTask, ReducedRows } from "./map-task.ts";
import { OF_SHARD, type Parts } from "./parts.ts";
import { inFile } from "./query-errors.ts";
import { keyIn, ofShard, shardPath } from "./shards.ts";

export abstract class Scope {
  /** Where its queries look for tables. */
  readonly searchPath: string;
  protected readonly engine: Engine;
  private readonly database: string;
  private readonly isPacked: boolean;
  /** Relations and rows of queries, each with the SQL that removes it. */
  protected readonly made = new Map<string, Promise<string>>();
  /** Those that are going or gone. */
  protected readonly freed = new Map<string, Promise<void>>();

  /** @param database where its tables are */
  constructor(engine: Engine, database: string, searchPath: string, isPacked: boolean) {
    this.engine = engine;
    this.database = database;
    this.searchPath = searchPath;
    this.isPacked = isPacked;
  }

  /**
   * Makes the relations in the `-- uses:` line of a query.
   * @throws Error that names the file, for a relation that does not exist
   */
  async prepare(sql: string, file = "A query"): Promise<void> {
    await this.open();
    for (const name of relationsOf(sql)) {
      if (!isRelation(name))
        throw new Error(`${file} uses the relation ${name}, but lib/relations has no ${name}.sql.${didYouMean(name, relationNames())}`);
      await this.relation(name);
    }
  }

  /** Makes what a question reads; returns the statement that asks it. */
  async statementOf({ sql, params, file, reduced }: MapTask): Promise<Pick<MapTask, "sql" | "params">> {
    if (!reduced) {
      await this.prepare(sql, file);
      return { sql, params };
    }
    await this.once(reduced.rows.table, () => this.makeRows(reduced.rows));
    return { sql: reduced.sql };
  }

  relation(name: string): Promise<void> {
    return this.once(name, () => this.make(name));
  }

  /** Gives back the memory of a relation or of the rows of a query, if they were made; who asks for them again gets them made again. */
  async free(name: string): Promise<void> {
    const made = this.made.get(name);
    if (!made) return;
    this.made.delete(name);
    const freed = made.then((sql) => this.engine.run(sql)).catch(() => undefined);
    this.freed.set(name, freed);
    await freed;
  }

  protected async freeAll(): Promise<void> {
    await Promise.all([...this.made.keys()].map((name) => this.free(name)));
  }

  /** Makes its tables, when it is first asked. */
  protected async open(): Promise<void> {}

  /** Returns SQL that removes what it made. */
  protected abstract make(name: string): Promise<string>;

  protected async makeTable(name: string, params?: SqlParams): Promise<string> {
    const [sql, file] = [relationSql(name), fileOf(name)];
    await this.prepare(sql, file);
    return this.fillTable(name, sql, params);
  }

  /** @param sql query for the rows of the relation */
  protected async fillTable(name: string, sql: string, params?: SqlParams): Promise<string> {
    const [query, place] = [{ sql, params, file: fileOf(name) }, this.placeOf(name)];
    if (!this.isPacked) return this.createTable(place, query);
    // A checkpoint compresses a database that no one else writes to, so each relation has one.
    const packed = `${this.database}_${name}`;
    await this.engine.run(`ATTACH IF NOT EXISTS ':memory:' AS ${packed} (COMPRESS)`);
    const table = `${packed}.main.${quoteName(name)}`;
    await this.createTable(table, query);
    const narrowed = await this.narrow(table);
    await this.engine.run(`CHECKPOINT ${packed}; CREATE VIEW ${place} AS SELECT *${narrowed} FROM ${table}`);
    return `DROP VIEW ${place}; DETACH ${packed}`;
  }

  /** Stores HUGEINTs that fit as BIGINTs, which unpack ten times as fast; returns SQL that gives the columns their type back. */
  private async narrow(table: string): Promise<string> {
    const wide = await this.engine.rows<{ name: string }>(
      `SELECT column_name AS name FROM (DESCRIBE ${table}) WHERE column_type = 'HUGEINT'`,
    );
    if (wide.length === 0) return "";
    const fits = wide.map(({ name }) => `${fitsSql("min", name)} AND ${fitsSql("max", name)} AS ${quoteName(name)}`);
    const fit = await this.engine.one<Record<string, boolean>>(`SELECT ${fits.join(", ")} FROM ${table}`);
    const fitting = wide.filter(({ name }) => fit[name]).map(({ name }) => quoteName(name));
    for (const column of fitting) await this.engine.run(`ALTER TABLE ${table} ALTER ${column} TYPE BIGINT`);
    return fitting.length === 0 ? "" : ` REPLACE (${fitting.map((column) => `${column}::HUGEINT AS ${column}`).join(", ")})`;
  }

  private async makeRows({ table, ...query }: ReducedRows): Promise<string> {
    await this.prepare(query.sql, query.file);
    return this.createTable(this.placeOf(table), query);
  }

  /** Returns SQL that removes it. */
  private async createTable(place: string, { sql, params, file }: MapTask): Promise<string> {
    await inFile(file, this.engine.run(`CREATE TABLE ${place} AS\n${sql}`, params, this.searchPath), 1);
    return `DROP TABLE ${place}`;
  }

  protected placeOf(name: string): string {
    return `${this.database}.main.${quoteName(name)}`;
  }

  protected async once(name: string, make: () => Promise<string>): Promise<void> {
    const made = this.made.get(name) ?? (this.freed.get(name) ?? Promise.resolve()).then(make);
    this.made.set(name, made);
    await made;
  }
}

/** Relations whose rows the program has; each finds them as JSON in the parameter of its name. */
export type GivenRelations = Readonly<Record<string, () => Promise<readonly object[]>>>;

export interface WholePoolOptions {
  /** Whether relations are compressed: a sixth of the memory, for a tenth more time. */
  readonly isPacked: boolean;
  readonly given: GivenRelations;
  /** Makes the tables that a relation reads. */
  readonly open: (relation: string) => Promise<void>;
}

/** All of a pool. */
export class WholePool extends Scope {
  private readonly given: GivenRelations;
  private readonly openFor: WholePoolOptions["open"];
  private parts: Parts | null = null;
  private sources: GatheredShards | null = null;
  private gathered: Promise<unknown> = Promise.resolve();

  constructor(engine: Engine, { isPacked, given, open }: WholePoolOptions) {
    super(engine, "memory", POOL_PATH, isPacked);
    this.given = given;
    this.openFor = open;
  }

  /** Finds relations there, and keeps them. */
  keepIn(parts: Parts): void {
    this.parts = parts;
  }

  /** Relations that don't need the whole pool are those of its shards from now on. */
  gatherFrom(sources: GatheredShards): void {
    this.sources = sources;
  }

  override async prepare(sql: string, file?: string): Promise<void> {
    const { sources } = this;
    if (sources)
      await this.gather(
        sources,
        relationsOf(sql).filter((name) => isRelation(name) && !isOfPool(relationSql(name))),
      );
    await super.prepare(sql, file);
  }

  /** Makes these together, because most of what they read is the same. */
  private async gather(sources: GatheredShards, names: readonly string[]): Promise<void> {
    const isMissing = (name: string) => !this.made.has(name);
    // A shard asks the pool for these, which can't wait for the shard then.
    for (const name of withThoseTheyRead(names.filter(isMissing)))
      if (isOfPool(relationSql(name)) && !(await this.parts?.hasRelation(name))) await this.relation(name);
    const missing = names.filter(isMissing);
    const gathered = this.gathered
      .then(() => Promise.all(missing.map((name) => this.freed.get(name))))
      .then(() => this.fromShards(sources, missing));
    this.gathered = gathered.catch(() => undefined);
    await Promise.all(missing.map((name) => this.once(name, async () => (await gathered).get(name) ?? this.make(name))));
  }

  /** Returns SQL that removes each; without those that are made at once instead. */
  private async fromShards({ parts, shards, isLarge }: GatheredShards, missing: readonly string[]): Promise<Map<string, string>> {
    const names: string[] = [];
    for (const name of missing) if (isLarge || (await isKept(name, shards.length, parts))) names.push(name);
    if (names.length === 0) return new Map();
    for (const make of shards) {
      const shard = make();
      try {
        for (const name of names) await shard.keepRelation(name, parts);
      } finally {
        await shard.close();
      }
    }
    const removals = new Map<string, string>();
    for (const name of names)
      removals.set(name, await this.unite(name, known(await parts.rowsOf(relationTask(name), shards.length)), isLarge));
    return removals;
  }

  /** Reads the files each time where memory is short. */
  private async unite(name: string, rows: string, isLarge: boolean): Promise<string> {
    if (!isLarge) return this.fillTable(name, rows);
    const place = this.placeOf(name);
    await this.engine.run(`CREATE VIEW ${place} AS ${rows}`);
    return `DROP VIEW ${place}`;
  }

  protected async make(name: string): Promise<string> {
    const rows = await this.given[name]?.();
    if (rows) return this.makeTable(name, { [name]: JSON.stringify(rows) });
    if (!this.parts?.keeps(name)) return this.compute(name);
    const use = (kept: string) => this.fillTable(name, `SELECT * EXCLUDE (${OF_SHARD}) FROM (${kept})`);
    return this.parts.relation(name, use, () => this.compute(name));
  }

  private async compute(name: string): Promise<string> {
    await this.openFor(name);
    return this.makeTable(name);
  }
}

/** What a merging run makes relations of the whole pool of. */
export interface GatheredShards {
  /** Of relations of shards. */
  readonly parts: Parts;
  /** To compute what has no part. */
  readonly shards: readonly (() => Shard)[];
  /** Whether they exceed the memory: then those without parts are computed shard by shard, too, which takes more time. */
  readonly isLarge: boolean;
}

async function isKept(relation: string, shards: number, parts: Parts): Promise<boolean> {
  for (let i = 0; i < shards; i++) if (!(await parts.has(relationTask(relation), i))) return false;
  return true;
}

/** A question for all rows of a relation. */
function relationTask(name: string): MapTask {
  return { sql: relationSql(name), file: fileOf(name) };
}

/** Some conversations of a pool. Of relations that need the whole pool it has the rows of its own steps or sessions, or all if rows are of neither. */
export class Shard extends Scope {
  private readonly name: string;
  private readonly pool: WholePool;
  private readonly makeTables: () => Promise<void>;
  private readonly kept: KeptRows | null;
  private opened: Promise<void> | null = null;

  /**
   * @param makeTables makes its database
   * @param kept where it finds its rows of relations that need the whole pool, without those of the other shards
   */
  constructor(
    engine: Engine,
    name: string,
    isPacked: boolean,
    pool: WholePool,
    makeTables: () => Promise<void>,
    kept: KeptRows | null = null,
  ) {
    super(engine, name, shardPath(name), isPacked);
    this.name = name;
    this.pool = pool;
    this.makeTables = makeTables;
    this.kept = kept;
  }

  protected override open(): Promise<void> {
    this.opened ??= this.makeTables();
    return this.opened;
  }

  /** Makes a part of the rows of a relation. */
  async keepRelation(name: string, parts: Parts): Promise<void> {
    await parts.keep(relationTask(name), known(this.kept).shard, this.searchPath, () => this.rowsOf(name));
  }

  private async rowsOf(name: string): Promise<MapTask> {
    await this.open();
    await this.relation(name);
    return { sql: `FROM ${quoteName(name)}` };
  }

  /** Gives back everything that was made of it. */
  async close(): Promise<void> {
    await this.freeAll();
    if (this.opened) await this.opened.then(() => this.engine.run(`DETACH ${this.name}`));
  }

  protected async make(name: string): Promise<string> {
    if (!isOfPool(relationSql(name))) return this.makeTable(name);
    return (await this.makeKept(name)) ?? this.makeView(name);
  }

  /** Null when the relation is not kept, or not yet. */
  private async makeKept(name: string): Promise<string | null> {
    if (!this.kept?.parts.keeps(name)) return null;
    const { parts, shard } = this.kept;
    return parts.useRelation(name, async (rows) => {
      const columns = await this.columnsOf(`(${rows})`);
      const condition = keyIn(columns) === undefined ? "true" : `${OF_SHARD} = ${shard}`;
      return this.fillTable(name, `SELECT * EXCLUDE (${OF_SHARD}) FROM (${rows}) WHERE ${condition}`);
    });
  }

  private async makeView(name: string): Promise<string> {
    await this.pool.relation(name);
    const [whole, view] = [`memory.main.${quoteName(name)}`, this.placeOf(name)];
    await this.engine.run(`CREATE VIEW ${view} AS FROM ${whole} WHERE ${ofShard(this.name, await this.columnsOf(whole))}`);
    return `DROP VIEW ${view}`;
  }

  private async columnsOf(from: string): Promise<string[]> {
    const columns = await this.engine.rows<{ column_name: string }>(`SELECT column_name FROM (DESCRIBE FROM ${from})`);
    return columns.map(({ column_name }) => column_name);
  }
}

/** Where kept rows of a shard are. */
export interface KeptRows {
  readonly parts: Parts;
  /** From 0 on. */
  readonly shard: number;
}

function fileOf(relation: string): string {
  return `lib/relations/${relation}.sql`;
}

function fitsSql(end: "min" | "max", column: string): string {
  const value = `${end}(${quoteName(column)})`;
  return `TRY_CAST(${value} AS BIGINT) IS NOT DISTINCT FROM ${value}`;
}
