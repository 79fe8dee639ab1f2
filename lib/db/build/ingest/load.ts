/** Loads spooled records into a table of the database that is being built. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Columns } from "../../../trace/schema.ts";
import { quoteLiteral, quoteName } from "../../sql.ts";
import type { Table } from "./building.ts";
import type { Part } from "./spool.ts";

const MIN_OBJECT_BYTES = 1 << 20;
/** Parts that may wait while one is loaded. */
const MAX_WAITING = 1;

/** Inserts parts one after the other in one transaction, so that rows stay in the order in which they were spooled. */
export class Loader {
  private readonly connection: DuckDBConnection;
  private readonly table: Table;
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  private failure: unknown;

  private constructor(connection: DuckDBConnection, table: Table) {
    this.connection = connection;
    this.table = table;
  }

  static async create(connection: DuckDBConnection, table: Table): Promise<Loader> {
    await connection.run("BEGIN");
    return new Loader(connection, table);
  }

  /** Puts a part in the queue; `onLoaded` is called when its file is free again. */
  add(part: Part, onLoaded: () => void): void {
    this.waiting++;
    this.queue = this.queue.then(async () => {
      if (this.failure !== undefined) return;
      try {
        await this.connection.run(insertSql(this.table, part));
        onLoaded();
      } catch (error) {
        this.failure = error;
      }
      this.waiting--;
    });
  }

  /** Resolves when the queue is short enough to go on. */
  async ready(): Promise<void> {
    if (this.waiting > MAX_WAITING) await this.queue;
    if (this.failure !== undefined) throw this.failure;
  }

  async commit(): Promise<void> {
    await this.queue;
    if (this.failure !== undefined) throw this.failure;
    await this.connection.run("COMMIT");
  }

  /** Ends what is running and waits for it. */
  async stop(): Promise<void> {
    this.failure ??= new Error("stopped");
    this.connection.interrupt();
    await this.queue;
  }
}

export function createTableSql({ database, name, columns }: Table): string {
  const definitions = Object.entries(columns).map(([column, type]) => `${quoteName(column)} ${type}`);
  return `CREATE TABLE ${quoteName(database)}.${quoteName(name)} (${definitions.join(", ")})`;
}

/** Every column is given with its type: the engine infers nothing. */
function insertSql(table: Table, part: Part): string {
  const types = Object.entries(recordColumns(table)).map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type)}`);
  return `
    ${insertFromRecordsSql(table)}
    FROM read_json(${quoteLiteral(part.file)}, format = 'newline_delimited', compression = 'uncompressed',
      maximum_object_size = ${Math.max(MIN_OBJECT_BYTES, part.longestRecord + 1)}, columns = {${types.join(", ")}})`;
}

/** Columns of the records of a table, with their types before conversion. */
export function recordColumns({ columns }: Table): Columns {
  const recorded = Object.entries(columns).filter(([name]) => name !== "ingest_seq");
  return Object.fromEntries(recorded.map(([name, type]) => [name, type === "TIMESTAMP" ? "VARCHAR" : type]));
}

/** Inserts what a FROM clause, which follows, has in the columns of the records. */
export function insertFromRecordsSql({ database, name, columns }: Table): string {
  const values = Object.entries(columns).map(([column, type]) => valueSql(column, type));
  return `INSERT INTO ${quoteName(database)}.${quoteName(name)} SELECT ${values.join(", ")}`;
}

function valueSql(name: string, type: string): string {
  if (name === "ingest_seq") return "round_pk";
  return type === "TIMESTAMP" ? `memory.utc_timestamp(${quoteName(name)})` : quoteName(name);
}
