import { randomUUID } from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBMaterializedResult,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { Query, SqlParams } from "../../experiment.ts";
import { codeOf } from "../../files/errors.ts";
import { quoteLiteral } from "../sql.ts";
import { appendPlainValues, PackedNumbers } from "./column-values.ts";
import { checkColumns, type ReturnedColumn, type ReturnedKind } from "./declared-columns.ts";
import { type AnswerColumn, type Engine, failedQuery, onlyRow, POOL_PATH, rowsOf } from "./engine.ts";

export interface EngineOptions {
  readonly threads?: number;
  /** DuckDB memory limit, e.g. `2GB`. */
  readonly memoryLimit?: string;
  /** Where DuckDB spills what does not fit; created when first needed. */
  readonly tempDirectory?: string;
}

/** The only places that SQL can read and write. Absolute paths. */
export interface Reach {
  readonly files?: readonly string[];
  readonly folders?: readonly string[];
}

/**
 * Opens DuckDB in memory. Every connection of the program comes from here, with nothing inherited from the machine and
 * nothing that SQL can widen:
 *
 * - `enable_external_access=false` refuses all files and addresses: `read_text`, `read_csv`, `glob`, COPY, EXPORT, ATTACH, LOAD, INSTALL.
 *   A view or macro in a database from elsewhere can name any file.
 * - `allowed_paths` and `allowed_directories` are what it lets through: `reach`, and the folder for spilling.
 * - `autoinstall_known_extensions` and `autoload_known_extensions` are off, so a query that names a function of an extension
 *   neither downloads nor loads it; without `allow_community_extensions` and `allow_unsigned_extensions` nor does LOAD.
 * - `allow_persistent_secrets=false` keeps the credentials in the home folder out of reach.
 * - `lock_configuration=true` comes last: no SQL changes these settings, the limits or the time zone.
 */
export async function openDuckDb({ threads, memoryLimit, tempDirectory }: EngineOptions, { files = [], folders = [] }: Reach) {
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    allow_unsigned_extensions: "false",
    allow_persistent_secrets: "false",
    memory_limit: memoryLimit ?? DEFAULT_MEMORY_LIMIT,
    temp_directory: tempDirectory ?? "",
    ...(threads === undefined ? {} : { threads: String(threads) }),
  });
  const connection = await instance.connect();
  await connection.run(`
    SET GLOBAL TimeZone = 'UTC';
    SET GLOBAL allowed_paths = [${files.map(quoteLiteral).join(", ")}]::VARCHAR[];
    SET GLOBAL allowed_directories = [${folders.map(quoteLiteral).join(", ")}]::VARCHAR[];
    SET GLOBAL enable_external_access = false;
    SET GLOBAL lock_configuration = true`);
  connection.closeSync();
  return instance;
}

const DEFAULT_MEMORY_LIMIT = "3GB";

/** What DuckDB opens for a database: the file and its logs. */
export function databaseFiles(file: string): string[] {
  return ["", ".wal", ".wal.checkpoint", ".wal.recovery"].map((ending) => file + ending);
}

/**
 * A fenced DuckDB that returns plain values. Every query takes a connection of its own, so queries of several experiments may overlap.
 */
export class NodeEngine implements Engine {
  private readonly instance: DuckDBInstance;
  private readonly idle: DuckDBConnection[] = [];
  /** Where the connections look for tables. */
  private readonly searched = new WeakMap<DuckDBConnection, string>();
  /** The only folder that SQL can write to; created when first needed. */
  private readonly scratch: string;
  private readonly ownsScratch: boolean;
  private written = 0;

  private constructor(instance: DuckDBInstance, scratch: string, ownsScratch: boolean) {
    this.instance = instance;
    this.scratch = scratch;
    this.ownsScratch = ownsScratch;
  }

  /**
   * @param files that SQL can read or attach, absolute
   * @param folders that SQL can read, absolute
   */
  static async create(options: EngineOptions = {}, files: readonly string[] = [], folders: readonly string[] = []): Promise<NodeEngine> {
    const scratch = path.resolve(options.tempDirectory ?? path.join(os.tmpdir(), `trace-atlas-${randomUUID()}`));
    const instance = await openDuckDb(options, { files, folders: [scratch, ...folders] });
    return new NodeEngine(instance, scratch, options.tempDirectory === undefined);
  }

  async writeFile<T>(file: string, write: (place: string) => Promise<T>): Promise<T> {
    fs.mkdirSync(this.scratch, { recursive: true, mode: 0o700 });
    const place = path.join(this.scratch, `${this.written++}-${path.basename(file)}`);
    try {
      const result = await write(place);
      move(place, file);
      return result;
    } finally {
      fs.rmSync(place, { force: true });
    }
  }

  async run(sql: string, params?: SqlParams, searchPath?: string): Promise<void> {
    await this.withConnection({ sql, params, searchPath }, (connection) => execute(connection, sql, params));
  }

  async rows<T>(sql: string, params?: SqlParams, declared?: Query<T>, searchPath?: string): Promise<T[]> {
    return rowsOf<T>(
      await this.withConnection({ sql, params, searchPath }, async (connection) => {
        const result = await execute(connection, sql, params);
        const answer = answerOf(result, declared);
        for (let i = 0; i < result.chunkCount; i++) append(answer, result.getChunk(i));
        return answer;
      }),
    );
  }

  async columns<T>(sql: string, params?: SqlParams, declared?: Query, searchPath?: string): Promise<T> {
    const answer = await this.withConnection({ sql, params, searchPath }, async (connection) => {
      const result = await connection.stream(sql, bind(params));
      const answer = answerOf(result, declared).map((column) =>
        declared?.columns[column.name] === "number" ? { ...column, numbers: new PackedNumbers(column.name) } : column,
      );
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk())
        for (const [i, column] of answer.entries())
          if ("numbers" in column) column.numbers.append(chunk, i);
          else appendPlainValues(column.values, chunk, i, column.name);
      return answer;
    });
    return Object.fromEntries(answer.map((column) => [column.name, "numbers" in column ? column.numbers.take() : column.values])) as T;
  }

  async check(sql: string, params: SqlParams | undefined, declared: Query, searchPath?: string): Promise<void> {
    const isChecked = await this.withConnection({ sql, searchPath }, async (connection) => {
      const prepared = await connection.prepare(sql);
      const places = Array.from({ length: prepared.columnCount }, (_, i) => i);
      // The types of some columns are known only when parameters are.
      const areKnown = places.every((i) => prepared.columnTypeId(i) !== DuckDBTypeId.INVALID);
      if (areKnown)
        checkColumns(
          declared,
          places.map((i) => returned(prepared.columnName(i), prepared.columnType(i))),
        );
      prepared.destroySync();
      return areKnown;
    });
    if (!isChecked) await this.rows(`FROM (\n${sql}\n) LIMIT 0`, params, declared, searchPath);
  }

  async one<T>(sql: string, params?: SqlParams): Promise<T> {
    return onlyRow(await this.rows<T>(sql, params), sql);
  }

  async connect(schema: string): Promise<DuckDBConnection> {
    const connection = await this.instance.connect();
    await connection.run(`SET search_path = ${quoteLiteral(schema)}`);
    return connection;
  }

  close(): void {
    for (const connection of this.idle.splice(0)) connection.closeSync();
    this.instance.closeSync();
    if (this.ownsScratch) fs.rmSync(this.scratch, { recursive: true, force: true });
  }

  private async withConnection<T>(
    { sql, params, searchPath = POOL_PATH }: Statement,
    use: (connection: DuckDBConnection) => Promise<T>,
  ): Promise<T> {
    const connection = this.idle.pop() ?? (await this.instance.connect());
    try {
      if ((this.searched.get(connection) ?? POOL_PATH) !== searchPath) {
        await connection.run(`SET search_path = ${quoteLiteral(searchPath)}`);
        this.searched.set(connection, searchPath);
      }
      return await use(connection);
    } catch (error) {
      throw failedQuery(error, sql, params);
    } finally {
      this.idle.push(connection);
    }
  }
}

/** The temporary folder may be on another disk. */
function move(from: string, to: string): void {
  try {
    fs.renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== "EXDEV") throw error;
    fs.copyFileSync(from, to);
  }
}

interface Statement {
  readonly sql: string;
  readonly params?: SqlParams | undefined;
  readonly searchPath?: string | undefined;
}

/**
 * Keeps the whole result in the database's memory: each call of the engine wakes another thread, and this takes the fewest.
 * @param sql with parameters, one statement
 */
async function execute(connection: DuckDBConnection, sql: string, params: SqlParams | undefined): Promise<DuckDBMaterializedResult> {
  const values = bind(params);
  if (!values) return connection.run(sql);
  const prepared = await connection.prepare(sql);
  try {
    prepared.bind(values);
    return await prepared.run();
  } finally {
    prepared.destroySync();
  }
}

/** Without rows. @throws Error for columns other than those declared */
function answerOf(result: DuckDBResult, declared: Query | undefined): AnswerColumn[] {
  const names = result.deduplicatedColumnNames();
  if (declared)
    checkColumns(
      declared,
      names.map((name, i) => returned(name, result.columnType(i))),
    );
  return names.map((name) => ({ name, values: [] }));
}

function append(answer: readonly AnswerColumn[], chunk: DuckDBDataChunk): void {
  for (const [i, { name, values }] of answer.entries()) appendPlainValues(values, chunk, i, name);
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

function returned(name: string, type: DuckDBType): ReturnedColumn {
  return { name, kind: kindOf(type.typeId), type: String(type) };
}

function kindOf(type: DuckDBTypeId): ReturnedKind {
  switch (type) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.HUGEINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.UHUGEINT:
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return "number";
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.ENUM:
      return "text";
    case DuckDBTypeId.BOOLEAN:
      return "boolean";
    case DuckDBTypeId.LIST:
      return "list";
    case DuckDBTypeId.SQLNULL:
      return "null";
    default:
      return "other";
  }
}
