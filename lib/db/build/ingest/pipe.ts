/** From a reader to one table: records are spooled into parts, full parts are loaded while the reader goes on. */
import type { DuckDBInstance } from "@duckdb/node-api";
import { Loader, type Table } from "./load.ts";
import { type Part, Spool } from "./spool.ts";

/** Takes records. `ready` waits until it can take more. */
export interface Sink {
  write(head: Buffer, index: number, bytes: Buffer, bounds: readonly number[], first: number, last: number, members: string): void;
  ready(): Promise<void>;
}

export class Pipe implements Sink {
  private readonly loader: Loader;
  private readonly spool: Spool;

  private constructor(folder: string, table: Table, rowsPerPart: number, loader: Loader) {
    this.loader = loader;
    this.spool = new Spool(folder, table.name, rowsPerPart, (part: Part) => loader.add(part, () => this.spool.reuse(part)));
  }

  /** @param folder of the spooled parts */
  static async create(instance: DuckDBInstance, folder: string, table: Table, rowsPerPart: number): Promise<Pipe> {
    return new Pipe(folder, table, rowsPerPart, await Loader.create(await instance.connect(), table));
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

/** Lets `fill` write into pipes and ends them; they are stopped when it fails or the signal is aborted. */
export async function throughPipes<T>(pipes: readonly Pipe[], signal: AbortSignal | undefined, fill: () => Promise<T>): Promise<T> {
  const stop = (): void => void Promise.all(pipes.map((pipe) => pipe.stop()));
  signal?.addEventListener("abort", stop);
  try {
    const result = await fill();
    await Promise.all(pipes.map((pipe) => pipe.end()));
    return result;
  } finally {
    signal?.removeEventListener("abort", stop);
    await Promise.all(pipes.map((pipe) => pipe.stop()));
  }
}
