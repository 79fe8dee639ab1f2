/** What the page and its engine, which is loaded later, agree on. */
import type { Column } from "./values.ts";

export interface EngineFile {
  /** Relative to the page. */
  readonly address: string;
  readonly bytes: number;
  /** Bytes of the file at the address, which is packed. */
  readonly packed: number;
}

/** A table of an experiment, as a CSV file of the gallery. */
export interface OwnTable {
  readonly name: string;
  /** Relative to the page. */
  readonly address: string;
}

/** A table that comes from no file. */
export interface MadeTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Rows as a stream of Arrow; null without any. */
  readonly rows: Uint8Array<ArrayBuffer> | null;
}

export interface EngineFiles {
  readonly worker: string;
  readonly wasm: EngineFile;
  /** Or its tables, where the page has made them. */
  readonly database: EngineFile | readonly MadeTable[];
  /** Becomes a temporary table. */
  readonly table: OwnTable | null;
}

/** Bytes. */
export interface Download {
  readonly done: number;
  readonly total: number;
}

export interface Answer {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** There may be more rows than these. */
  readonly isCut: boolean;
  /** Cells with more characters than a cell keeps have lost their end. */
  readonly hasLongCells: boolean;
  readonly seconds: number;
}

export interface AskEngine {
  /** Loads what isn't loaded yet and opens the database; a second call does nothing. */
  start(files: EngineFiles, progress: (download: Download) => void): Promise<void>;
  /** @throws Error with the words of the engine */
  ask(sql: string): Promise<Answer>;
  /** Ends the engine, whatever it does. The next start is quick. */
  stop(): Promise<void>;
  csv(columns: readonly Column[]): string;
  parquet(columns: readonly Column[]): ArrayBuffer;
}

declare global {
  /** What the script of the engine leaves behind. */
  var askEngine: AskEngine | undefined;
}
