/** The engine for browsers behind the interface of a pool's engine. It works in the thread that calls it. */
import { type DuckDBBindings, type DuckDBConnection, JSONTableShape } from "@duckdb/duckdb-wasm/blocking";
import { tableToIPC } from "apache-arrow";
import { checkColumns } from "../../../../db/open/declared-columns.ts";
import { type AnswerColumn, type Engine, failedQuery, onlyRow, POOL_PATH, rowsOf } from "../../../../db/open/engine.ts";
import { quoteLiteral } from "../../../../db/sql.ts";
import type { Query, SqlParams } from "../../../../experiment.ts";
import { appendValues, returnedColumn } from "./arrow-values.ts";
import { withParameters } from "./parameters.ts";

export class WasmEngine implements Engine {
  private readonly bindings: DuckDBBindings;
  private readonly connection: DuckDBConnection;
  private searchPath = POOL_PATH;

  constructor(bindings: DuckDBBindings) {
    this.bindings = bindings;
    this.connection = bindings.connect();
    this.connection.query("SET autoinstall_known_extensions = false");
    this.connection.query("SET autoload_known_extensions = false");
  }

  async run(sql: string, params?: SqlParams, searchPath?: string): Promise<void> {
    this.query(sql, params, searchPath);
  }

  async rows<T>(sql: string, params?: SqlParams, declared?: Query<T>, searchPath?: string): Promise<T[]> {
    return rowsOf<T>(this.read(sql, params, declared, searchPath));
  }

  async columns<T>(sql: string, params?: SqlParams, declared?: Query, searchPath?: string): Promise<T> {
    return Object.fromEntries(this.read(sql, params, declared, searchPath).map(({ name, values }) => [name, values])) as T;
  }

  async check(sql: string, params: SqlParams | undefined, declared: Query, searchPath?: string): Promise<void> {
    this.read(`FROM (\n${sql}\n) LIMIT 0`, params, declared, searchPath);
  }

  async one<T>(sql: string, params?: SqlParams): Promise<T> {
    return onlyRow(await this.rows<T>(sql, params), sql);
  }

  async writeFile(): Promise<never> {
    throw new Error("a browser has no files to write to");
  }

  async connect(): Promise<never> {
    throw new Error("SQL of others runs in an engine of its own");
  }

  /** Makes a table of a file that holds a list of objects. @param columns with types as the engine's reader of JSON calls them */
  insertJson(file: string, table: string, columns: readonly { readonly name: string; readonly sqlType: string }[]): void {
    this.connection.insertJSONFromPath(file, {
      schema: "main",
      name: table,
      create: true,
      shape: JSONTableShape.ROW_ARRAY,
      columnsFlat: columns.map((column) => ({ ...column })),
    });
  }

  /** The answer as a stream of Arrow. */
  arrow(sql: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(tableToIPC(this.query(sql, undefined), "stream"));
  }

  close(): void {
    this.connection.close();
    this.bindings.reset();
  }

  private read(sql: string, params: SqlParams | undefined, declared: Query | undefined, searchPath: string | undefined): AnswerColumn[] {
    const answer = this.query(sql, params, searchPath);
    if (declared) checkColumns(declared, answer.schema.fields.map(returnedColumn));
    return answer.schema.fields.map(({ name }, i) => {
      const values: unknown[] = [];
      const vector = answer.getChildAt(i);
      if (vector) appendValues(values, vector, name);
      return { name, values };
    });
  }

  private query(sql: string, params: SqlParams | undefined, searchPath = POOL_PATH) {
    try {
      if (this.searchPath !== searchPath) {
        this.connection.query(`SET search_path = ${quoteLiteral(searchPath)}`);
        this.searchPath = searchPath;
      }
      return this.connection.query(withParameters(sql, params));
    } catch (error) {
      throw failedQuery(error, sql, params);
    }
  }
}
