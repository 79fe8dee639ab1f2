/** What is kept of a transcript that was read: a summary, its rows as they are written, and a mark for each of them. */
import type { Position } from "../files/lines.ts";
import type { RoundFacts, SessionFacts } from "./row.ts";
import type { ToolInput } from "./tool-input.ts";

/** Shows whether a file is the one that was read. */
export interface Stamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Bytes of a file, by which it is known again. */
export interface Sample {
  readonly start: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** How far a transcript was read, and what distinguishes a file that grew from one that was rewritten. */
export interface Progress {
  /** After the last whole line; a last line without an end is read again. */
  readonly position: Position;
  /** Of the first and the last line before the position. */
  readonly samples: readonly Sample[];
}

export interface RejectedLines {
  count: number;
  /** The first three. Lines are 1-based. */
  first: { line: number; reason: string }[];
}

/** What is known of a transcript without its rows. */
export interface TranscriptSummary {
  readonly stamp: Stamp;
  /** Version of the program's reading part. */
  readonly parser: string;
  /** Null when the file can only be read from its start. */
  readonly progress: Progress | null;
  readonly session: SessionFacts;
  readonly rowCount: number;
  readonly rejected: RejectedLines;
  /** Bytes of a last line that is not complete yet; 0 when there is none. */
  readonly tornTailBytes: number;
  /** Why reading ended before the end of the file; null when it did not. */
  readonly error: string | null;
  readonly sections: { readonly rowsBytes: number; readonly marksBytes: number; readonly savedBytes: number };
}

/** What merging needs to know of a row. */
export interface RowMark {
  readonly traceKey: string;
  readonly sessionId: string;
  /** Bytes of its line, line end included. */
  readonly bytes: number;
  /** As far as they are known. */
  readonly prefixTokens: number;
  readonly appendTokens: number;
  readonly outputTokens: number;
  /** When the response came, ms since 1970; of its first event where no output has a time. Null without times. */
  readonly atMs: number | null;
  readonly facts: RoundFacts;
  readonly inputs: readonly ToolInput[];
}

/** Where the rows of a transcript are kept. */
export interface StoredRows {
  /** One per row, in their order. */
  marks(): Iterable<RowMark>;
  /** The bytes of rows, in pieces of any size, which hold until the next one is asked for. */
  bytes(ranges: readonly ByteRange[]): Iterable<Uint8Array>;
}

/** Of whole rows, line ends included. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export function stampOf(stat: { size: number; mtimeMs: number }): Stamp {
  return { bytes: stat.size, modifiedMs: stat.mtimeMs };
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return a.bytes === b.bytes && a.modifiedMs === b.modifiedMs;
}
