/** The tables that queries find by name, of the whole pool or of one shard, and the relations that are made of them on first use. */
import type { SqlParams } from "../../experiment.ts";
import { didYouMean } from "../../files/did-you-mean.ts";
import { isOfPool, isRelation, relationNames, relationSql, relationsOf } from "../../relations/relations.ts";
import { quoteName } from "../sql.ts";
import { type Engine, POOL_PATH } from "./engine.ts";
import { inFile } from "./query-errors.ts";
import { ofShard, shardPath } from "./shards.ts";

export abstract class Scope {
  /** Where its queries look for tables. */
  readonly searchPath: string;
  protected readonly engine: Engine;
  private readonly isPacked: boolean;
  /** Relations, each with the SQL that removes it. */
  private readonly made = new Map<string, Promise<string>>();
  /** Relations that are going or gone. */
  private readonly freed = new Map<string, Promise<void>>();

  constructor(engine: Engine, searchPath: string, isPacked: boolean) {
    this.engine = engine;
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

  async relation(name: string): Promise<void> {
    const made = this.made.get(name) ?? this.makeAfterFreed(name);
    this.made.set(name, made);
    await made;
  }

  /** Gives back the memory of a relation, if it was made; who asks for it again gets it made again. */
  async free(name: string): Promise<void> {
    const made = this.made.get(name);
    if (!made) return;
    this.made.delete(name);
    const freed = made.then((sql) => this.engine.run(sql)).catch(() => undefined);
    this.freed.set(name, freed);
    await freed;
  }

  /** Makes its tables, when it is first asked. */
  protected async open(): Promise<void> {}

  /** Returns SQL that removes what it made. */
  protected abstract make(name: string): Promise<string>;

  protected async makeTable(name: string, database: string, params?: SqlParams): Promise<string> {
    const [sql, file, place] = [relationSql(name), `lib/relations/${name}.sql`, `${database}.main.${quoteName(name)}`];
    await this.prepare(sql, file);
    const make = (table: string) => inFile(file, this.engine.run(`CREATE TABLE ${table} AS\n${sql}`, params, this.searchPath), 1);
    if (!this.isPacked) {
      await make(place);
      return `DROP TABLE ${place}`;
    }
    // A checkpoint compresses a database that no one else writes to, so each relation has one.
    const packed = `${database}_${name}`;
    await this.engine.run(`ATTACH ':memory:' AS ${packed} (COMPRESS)`);
    const table = `${packed}.main.${quoteName(name)}`;
    await make(table);
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

  private async makeAfterFreed(name: string): Promise<string> {
    await this.freed.get(name);
    return this.make(name);
  }
}

/** Relations whose rows the program has; each finds them as JSON in the parameter of its name. */
export type GivenRelations = Readonly<Record<string, () => Promise<readonly object[]>>>;

/** All of a pool. */
export class WholePool extends Scope {
  private readonly given: GivenRelations;

  /** @param isPacked whether relations are compressed: a sixth of the memory, for a tenth more time */
  constructor(engine: Engine, isPacked: boolean, given: GivenRelations) {
    super(engine, POOL_PATH, isPacked);
    this.given = given;
  }

  protected async make(name: string): Promise<string> {
    const rows = await this.given[name]?.();
    return this.makeTable(name, "memory", rows && { [name]: JSON.stringify(rows) });
  }
}

/** Some conversations of a pool. Of relations that need the whole pool it has the rows of its own steps or sessions, or all if rows are of neither. */
export class Shard extends Scope {
  private readonly name: string;
  private readonly pool: WholePool;
  private readonly makeTables: () => Promise<void>;
  private opened: Promise<void> | null = null;

  /** @param makeTables makes its database */
  constructor(engine: Engine, name: string, isPacked: boolean, pool: WholePool, makeTables: () => Promise<void>) {
    super(engine, shardPath(name), isPacked);
    this.name = name;
    this.pool = pool;
    this.makeTables = makeTables;
  }

  protected override open(): Promise<void> {
    this.opened ??= this.makeTables();
    return this.opened;
  }

  protected async make(name: string): Promise<string> {
    if (!isOfPool(relationSql(name))) return this.makeTable(name, this.name);
    await this.pool.relation(name);
    const [whole, view] = [`memory.main.${quoteName(name)}`, `${this.name}.main.${quoteName(name)}`];
    const columns = await this.engine.rows<{ column_name: string }>(`SELECT column_name FROM (DESCRIBE ${whole})`);
    const condition = ofShard(
      this.name,
      columns.map(({ column_name }) => column_name),
    );
    await this.engine.run(`CREATE VIEW ${view} AS FROM ${whole} WHERE ${condition}`);
    return `DROP VIEW ${view}`;
  }
}

function fitsSql(end: "min" | "max", column: string): string {
  const value = `${end}(${quoteName(column)})`;
  return `TRY_CAST(${value} AS BIGINT) IS NOT DISTINCT FROM ${value}`;
}
