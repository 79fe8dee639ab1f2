/** Puts a question to each shard of a pool, one after the other, and makes one answer of theirs. */
import type { SqlParams } from "../../experiment.ts";
import { type Engine, POOL_PATH } from "./engine.ts";
import type { MapTask } from "./map-task.ts";
import { isOutOfMemory } from "./memory.ts";
import type { PartColumn } from "./merge.ts";
import type { Parts } from "./parts.ts";
import { inFile } from "./query-errors.ts";
import type { Scope } from "./scope.ts";

/** How the answers become one: SQL over the table `parts`, which has the rows of all. */
export interface Merge {
  /** If there is only one answer; null to do the same as with many. */
  readonly one: string | null;
  many(columns: () => Promise<PartColumn[]>): string | Promise<string>;
  /** Where that SQL is from, for messages. */
  readonly file?: string | undefined;
  readonly params?: SqlParams | undefined;
}

/** Reads the one answer. `SQL` finds its tables on the path. */
type Read<T> = (sql: string, params: SqlParams | undefined, searchPath: string) => Promise<T>;

/** Where the answers of shards are kept; the first of them is shard `first`. */
export interface KeptParts {
  readonly parts: Parts;
  readonly first: number;
}

export class Answers {
  private readonly engine: Engine;
  private readonly shards: readonly Scope[];
  private readonly kept: KeptParts | null;
  private schemas = 0;

  constructor(engine: Engine, shards: readonly Scope[], kept: KeptParts | null = null) {
    this.engine = engine;
    this.shards = shards;
    this.kept = kept;
  }

  /** @param linesBefore how many lines `read` puts in front of the SQL */
  async ask<T>(task: MapTask, merge: Merge, read: Read<T>, linesBefore = 0): Promise<T> {
    const [only] = this.shards;
    if (only && this.shards.length === 1 && !this.kept && merge.one !== null) {
      const { sql, params } = await only.statementOf(task);
      const merged = `WITH parts AS (${sql}\n)${merge.one.replace(/^WITH |^/, (begin) => (begin ? ", " : " "))}`;
      return inFile(task.file, read(merged, params, only.searchPath), linesBefore + 1);
    }
    const asked = askedOf(task, merge);
    return this.withTables(async (tables) => {
      const answer = async () => {
        const sql = await merge.many(() => tables.columns("parts"));
        return inFile(merge.file, read(sql, ofMerge(sql, task, merge.params), tables.searchPath), linesBefore);
      };
      if (await tables.show(asked, "parts"))
        try {
          return await answer();
        } catch (error) {
          if (isOutOfMemory(error)) throw error;
          // A damaged part says so when its rows become those of a table, and is computed again.
          await tables.hide("parts");
        }
      await tables.map(asked, "parts");
      return answer();
    });
  }

  /** Makes the parts that `ask` reads, where parts are kept. */
  async keep(task: MapTask, merge: Merge): Promise<void> {
    const { kept } = this;
    if (!kept) return;
    const asked = askedOf(task, merge);
    for (const [i, shard] of this.shards.entries()) {
      const statement = () => shard.statementOf(asked);
      await inFile(task.file, kept.parts.keep(asked, kept.first + i, shard.searchPath, statement), 1);
    }
  }

  /** Lets `use` keep tables, which are dropped afterwards. */
  async withTables<T>(use: (tables: Tables) => Promise<T>): Promise<T> {
    const schema = `answers_${this.schemas++}`;
    await this.engine.run(`CREATE SCHEMA memory.${schema}`);
    try {
      return await use(new Tables(this.engine, schema, this.shards, this.kept));
    } finally {
      await this.engine.run(`DROP SCHEMA memory.${schema} CASCADE`);
    }
  }
}

/** Tables between questions and answer. */
export class Tables {
  readonly searchPath: string;
  private readonly engine: Engine;
  private readonly schema: string;
  private readonly shards: readonly Scope[];
  private readonly kept: KeptParts | null;

  constructor(engine: Engine, schema: string, shards: readonly Scope[], kept: KeptParts | null) {
    this.engine = engine;
    this.schema = schema;
    this.searchPath = `memory.${schema},${POOL_PATH}`;
    this.shards = shards;
    this.kept = kept;
  }

  /** Makes a table of what all shards answer. */
  async map(task: MapTask, table: string): Promise<void> {
    const name = `memory.${this.schema}.${table}`;
    for (const [i, shard] of this.shards.entries()) {
      const into = i === 0 ? `CREATE TABLE ${name} AS ` : `INSERT INTO ${name} `;
      if (this.kept) {
        const { parts, first } = this.kept;
        await inFile(
          task.file,
          parts.insert(into, task, first + i, shard.searchPath, () => shard.statementOf(task)),
          1,
        );
        continue;
      }
      const { sql, params } = await shard.statementOf(task);
      await inFile(task.file, this.engine.run(into + sql, params, `${shard.searchPath},memory.${this.schema}`), 1);
    }
  }

  /** Makes a view of what all shards have answered, which takes no memory; returns false where not all parts are there. */
  async show(task: MapTask, view: string): Promise<boolean> {
    if (!this.kept) return false;
    const { parts, first } = this.kept;
    const rows = await parts.rowsOf(task, this.shards.length, first);
    if (rows === null) return false;
    await this.engine.run(`CREATE VIEW memory.${this.schema}.${view} AS ${rows}`);
    return true;
  }

  async hide(view: string): Promise<void> {
    await this.engine.run(`DROP VIEW memory.${this.schema}.${view}`);
  }

  /** Makes a table of others. */
  async make(table: string, sql: string): Promise<void> {
    await this.engine.run(`CREATE TABLE memory.${this.schema}.${table} AS ${sql}`, undefined, this.searchPath);
  }

  async rows<T>(sql: string): Promise<T[]> {
    return this.engine.rows<T>(sql, undefined, undefined, this.searchPath);
  }

  columns(table: string): Promise<PartColumn[]> {
    return this.rows<PartColumn>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${table})`);
  }
}

function askedOf(task: MapTask, { params }: Merge): MapTask {
  return { ...task, params: params ? usedIn(task.sql, params) : task.params };
}

/** The engine refuses parameters that a statement does not have. */
function usedIn(sql: string, params: SqlParams): SqlParams {
  return Object.fromEntries(Object.entries(params).filter(([name]) => isUsed(name, sql)));
}

/** With those that neither statement has, which the engine refuses then. */
function ofMerge(sql: string, task: MapTask, params: SqlParams = {}): SqlParams {
  return Object.fromEntries(Object.entries(params).filter(([name]) => isUsed(name, sql) || !isUsed(name, task.sql)));
}

function isUsed(name: string, sql: string): boolean {
  return new RegExp(`\\$${name}\\b`).test(sql);
}
