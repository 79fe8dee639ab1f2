/** The database that is being built, attached under the name that opens as a pool: what ingest needs of an engine. */
import type { Columns } from "../../../trace/schema.ts";

export const DATABASE = "pool";

export interface Table {
  /** As attached. */
  readonly database: string;
  readonly name: string;
  readonly columns: Columns;
}

/** Takes records. `ready` waits until it can take more. */
export interface Sink {
  /**
   * One record: `head` (an open object with its first member), the 1-based index when it is not 0, the members in the ranges
   * `bounds[first..last)` of `bytes`, and further members as text.
   */
  write(head: Uint8Array, index: number, bytes: Uint8Array, bounds: readonly number[], first: number, last: number, members: string): void;
  ready(): Promise<void>;
}

/** From a reader to one table: records are loaded in parts while the reader goes on. */
export interface Pipe extends Sink {
  /** Loads what is left. */
  end(): Promise<void>;
  stop(): Promise<void>;
}

export interface Building {
  /** Runs statements for their effect. */
  run(sql: string): Promise<void>;
  /** Integers may be numbers or BigInts. */
  rows(sql: string): Promise<Readonly<Record<string, unknown>>[]>;
  pipe(table: Table, rowsPerPart: number): Promise<Pipe>;
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
