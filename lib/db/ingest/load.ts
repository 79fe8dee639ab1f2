/** Loads spooled records into a table of the database that is being built. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { TRACE_TABLES, type TraceTable } from "../schema.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import type { Part } from "./spool.ts";

const MIN_OBJECT_BYTES = 1 << 20;
/** Parts that may wait while one is loaded. */
const MAX_WAITING = 1;

/** Inserts parts one after the other in one transaction, so that rows stay in the order in which they were spooled. */
export class Loader {
  private queue: Promise<void> = Promise.resolve();
  private waiting = 0;
  private failure: unknown;

  private constructor(
    private readonly connection: DuckDBConnection,
    private readonly table: TraceTable,
    private readonly database: string,
  ) {}

  static async create(connection: DuckDBConnection, database: string, table: TraceTable): Promise<Loader> {
    await connection.run("BEGIN");
    return new Loader(connection, table, database);
  }

  /** Puts a part in the queue; `onLoaded` is called when its file is free again. */
  add(part: Part, onLoaded: () => void): void {
    this.waiting++;
    this.queue = this.queue.then(async () => {
      if (this.failure !== undefined) return;
      try {
        await this.connection.run(insertSql(this.database, this.table, part));
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

export function createTableSql(database: string, table: TraceTable): string {
  const columns = Object.entries(TRACE_TABLES[table]).map(([name, type]) => `${quoteName(name)} ${type}`);
  return `CREATE TABLE ${quoteName(database)}.${quoteName(table)} (${columns.join(", ")})`;
}

/** Every column is given with its type: the engine infers nothing. */
function insertSql(database: string, table: TraceTable, part: Part): string {
  const columns = Object.entries(TRACE_TABLES[table]);
  const spooled = columns.filter(([name]) => name !== "ingest_seq");
  const types = spooled.map(([name, type]) => `${quoteLiteral(name)}: ${quoteLiteral(type === "TIMESTAMP" ? "VARCHAR" : type)}`);
  return `
    INSERT INTO ${quoteName(database)}.${quoteName(table)}
    SELECT ${columns.map(([name, type]) => valueSql(name, type)).join(", ")}
    FROM read_json(${quoteLiteral(part.file)}, format = 'newline_delimited', compression = 'uncompressed',
      maximum_object_size = ${Math.max(MIN_OBJECT_BYTES, part.longestRecord + 1)}, columns = {${types.join(", ")}})`;
}

function valueSql(name: string, type: string): string {
  if (name === "ingest_seq") return "round_pk";
  return type === "TIMESTAMP" ? `memory.utc_timestamp(${quoteName(name)})` : quoteName(name);
}
