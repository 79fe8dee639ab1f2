/** Fills the database of a pool in the engine for browsers, which reads JSON in a way of its own. */
import type { DuckDBBindings } from "@duckdb/duckdb-wasm/blocking";
import { type Building, DATABASE, type Pipe, type Table } from "../../../../db/build/ingest/building.ts";
import { insertFromRecordsSql, recordColumns } from "../../../../db/build/ingest/load.ts";
import { RecordWriter } from "../../../../db/build/ingest/record-writer.ts";
import { concat } from "../../../../files/bytes.ts";
import { known } from "../../../../stats/known.ts";
import type { WasmEngine } from "./wasm-engine.ts";

const COMMA = 44;
const OPEN_LIST = Uint8Array.of(91);
const CLOSE_LIST = 93;
/** As the engine's reader of JSON calls them. */
const TYPES: Readonly<Record<string, string>> = { BIGINT: "int64", BOOLEAN: "bool", VARCHAR: "utf8" };

/** With an empty database of the pool's name. */
export async function wasmBuilding(bindings: DuckDBBindings, engine: WasmEngine): Promise<Building> {
  await engine.run(`ATTACH ':memory:' AS ${DATABASE}`);
  return {
    run: (sql) => engine.run(sql),
    rows: (sql) => engine.rows<Record<string, unknown>>(sql),
    pipe: async (table, rowsPerPart) => new MemoryPipe(bindings, engine, table, rowsPerPart),
  };
}

class MemoryPipe implements Pipe {
  private readonly bindings: DuckDBBindings;
  private readonly engine: WasmEngine;
  private readonly table: Table;
  private readonly rowsPerPart: number;
  private chunks: Uint8Array[] = [];
  private readonly records = new RecordWriter(COMMA, (bytes) => void this.chunks.push(bytes.slice()));

  constructor(bindings: DuckDBBindings, engine: WasmEngine, table: Table, rowsPerPart: number) {
    this.bindings = bindings;
    this.engine = engine;
    this.table = table;
    this.rowsPerPart = rowsPerPart;
  }

  write(...record: Parameters<RecordWriter["write"]>): void {
    this.records.write(...record);
  }

  async ready(): Promise<void> {
    if (this.records.rows >= this.rowsPerPart) await this.load();
  }

  async end(): Promise<void> {
    if (this.records.rows > 0) await this.load();
  }

  async stop(): Promise<void> {
    this.chunks = [];
  }

  private async load(): Promise<void> {
    this.records.flush();
    const list = concat([OPEN_LIST, ...this.chunks]);
    // In place of the comma behind the last record.
    list[list.length - 1] = CLOSE_LIST;
    this.chunks = [];
    this.records.clear();
    // Pipes take turns, so each has names of its own.
    const [part, staged] = [`${this.table.name}.json`, `part_of_${this.table.name}`];
    this.bindings.registerFileBuffer(part, list);
    const columnsFlat = Object.entries(recordColumns(this.table)).map(([name, type]) => ({ name, sqlType: known(TYPES[type]) }));
    this.engine.insertJson(part, staged, columnsFlat);
    this.bindings.dropFile(part);
    await this.engine.run(`${insertFromRecordsSql(this.table)} FROM memory.main.${staged}`);
    await this.engine.run(`DROP TABLE memory.main.${staged}`);
  }
}
