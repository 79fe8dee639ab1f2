/** A pipe of the engine for Node: records are spooled into files, full ones are loaded while the reader goes on. */
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Building, Pipe, Table } from "./building.ts";
import { Loader } from "./load.ts";
import { type Part, Spool } from "./spool.ts";

export class SpooledPipe implements Pipe {
  private readonly loader: Loader;
  private readonly spool: Spool;

  private constructor(folder: string, table: Table, rowsPerPart: number, loader: Loader) {
    this.loader = loader;
    this.spool = new Spool(folder, table.name, rowsPerPart, (part: Part) => loader.add(part, () => this.spool.reuse(part)));
  }

  /** @param folder of the spooled parts */
  static async create(instance: DuckDBInstance, folder: string, table: Table, rowsPerPart: number): Promise<SpooledPipe> {
    return new SpooledPipe(folder, table, rowsPerPart, await Loader.create(await instance.connect(), table));
  }

  write(...record: Parameters<Spool["write"]>): void {
    this.spool.write(...record);
  }

  ready(): Promise<void> {
    return this.loader.ready();
  }

  async end(): Promise<void> {
    this.spool.end();
    await this.loader.commit();
  }

  async stop(): Promise<void> {
    await this.loader.stop();
    this.spool.close();
  }
}

/** @param folder of the spooled parts */
export function buildingOf(instance: DuckDBInstance, connection: DuckDBConnection, folder: string): Building {
  return {
    async run(sql) {
      await connection.run(sql);
    },
    rows: async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJS(),
    pipe: (table, rowsPerPart) => SpooledPipe.create(instance, folder, table, rowsPerPart),
  };
}
