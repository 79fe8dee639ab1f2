import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { Query, SqlParams } from "../../experiment.ts";
import { appendPlainValues } from "./column-values.ts";
import { checkColumns } from "./declared-columns.ts";

export interface EngineOptions {
  readonly threads?: number;
  /** DuckDB memory limit, e.g. `2GB`. */
  readonly memoryLimit?: string;
  /** Where DuckDB spills what does not fit; created when first needed. */
  readonly tempDirectory?: string;
}

/**
 * An in-memory DuckDB with nothing inherited from the machine: no extension downloads, UTC, explicit limits.
 * Every query takes a connection of its own, so queries of several experiments may overlap.
 */
export class Engine {
  private readonly instance: DuckDBInstance;
  private readonly idle: DuckDBConnection[] = [];

  private constructor(instance: DuckDBInstance) {
    this.instance = instance;
  }

  static async create(options: EngineOptions = {}): Promise<Engine> {
    const config: Record<string, string> = {
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
      memory_limit: options.memoryLimit ?? "3GB",
      temp_directory: options.tempDirectory ?? "",
    };
    if (options.threads) config.threads = String(options.threads);
    return new Engine(await DuckDBInstance.create(":memory:", config));
  }

  /** Runs statements for their effect. */
  async run(sql: string, params?: SqlParams): Promise<void> {
    await this.withConnection(sql, params, (connection) => connection.run(sql, bind(params)));
  }

  /** All rows as objects of plain values; `declared` is what they are checked against. */
  async rows<T>(sql: string, params?: SqlParams, declared?: Query<T>): Promise<T[]> {
    const columns = await this.read(sql, params, declared);
    const count = columns[0]?.values.length ?? 0;
    return Array.from({ length: count }, (_, i) => rowOf(columns, i) as T);
  }

  /** All rows as one array per column. */
  async columns<T>(sql: string, params?: SqlParams, declared?: Query): Promise<T> {
    return Object.fromEntries((await this.read(sql, params, declared)).map((c) => [c.name, c.values])) as T;
  }

  /** The single row of a query that returns exactly one. */
  async one<T>(sql: string, params?: SqlParams): Promise<T> {
    const rows = await this.rows<T>(sql, params);
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}\nSQL: ${sql}`);
    return rows[0] as T;
  }

  close(): void {
    for (const connection of this.idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
  }

  private async read(sql: string, params?: SqlParams, declared?: Query): Promise<Column[]> {
    return this.withConnection(sql, params, async (connection) => {
      const result = await connection.stream(sql, bind(params));
      const names = result.deduplicatedColumnNames();
      if (declared)
        checkColumns(
          declared,
          names.map((name, i) => ({ name, type: result.columnType(i) })),
        );
      const columns = names.map((name): Column => ({ name, values: [] }));
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
        for (const [index, column] of columns.entries()) appendPlainValues(column.values, chunk, index, column.name);
      return columns;
    });
  }

  /** A failed query carries its SQL and parameters. */
  private async withConnection<T>(
    sql: string,
    params: SqlParams | undefined,
    use: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    const connection = this.idle.pop() ?? (await this.connect());
    try {
      return await use(connection);
    } catch (error) {
      const bound = params ? `\nParameters: ${JSON.stringify(params)}` : "";
      throw new Error(`${error instanceof Error ? error.message : error}\nSQL: ${sql}${bound}`, { cause: error });
    } finally {
      this.idle.push(connection);
    }
  }

  private async connect(): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    await connection.run("SET TimeZone = 'UTC'").catch(() => connection.run("LOAD icu; SET TimeZone = 'UTC'"));
    return connection;
  }
}

interface Column {
  readonly name: string;
  readonly values: unknown[];
}

/** Named one by one, in the same order: rows of one shape, which cost less than entries. */
function rowOf(columns: readonly Column[], i: number): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const column of columns) row[column.name] = column.values[i];
  return row;
}

/** Integers outside 32 bits would be bound as DOUBLE; bind them as BIGINT. */
function bind(params: SqlParams | undefined): Record<string, DuckDBValue> | undefined {
  if (!params) return undefined;
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "number" && Number.isSafeInteger(value) && Math.abs(value) > 0x7fffffff ? BigInt(value) : value,
    ]),
  );
}
