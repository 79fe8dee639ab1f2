/**
 * What is kept of a transcript between two runs: one file with its rows as they are written, facts about them,
 * and the extractor as it was after the last whole line, so that a transcript that grew is read on from there.
 *
 * Layout: rows (JSON lines) · marks (JSON lines, one per row) · saved extractor · summary (JSON) · length of the summary
 * (4 bytes, big endian) · magic. The file appears whole or not at all.
 */
import fs from "node:fs";
import { Draft } from "../files/atomic.ts";
import { codeOf } from "../files/errors.ts";
import { OWNER_ONLY_FILE } from "../files/place.ts";
import { readAt } from "../files/read.ts";
import type { ByteRange, RowMark, StoredRows, TranscriptSummary } from "./stored.ts";

const MAGIC = Buffer.from("TATRACE1");
const TRAILER_BYTES = 4 + MAGIC.length;
const LINE_FEED = 0x0a;
/** Read at once; more where a mark is longer. */
const MARKS_BYTES = 1 << 20;
const COPY_BYTES = 1 << 20;
/** V8's strings end at 512 MiB. */
const MAX_TEXT_BYTES = 2 ** 29 - 64;

/** A smaller transcript is read from its start when it grew: sooner than to keep what its extractor knows, at every run. */
export const RESUMED_BYTES = 2 << 20;

export interface StateContent {
  /** A row's line without line end, and its mark but for the bytes. */
  readonly rows: Iterable<{ line: string; mark: Omit<RowMark, "bytes"> }>;
  /** JSON text of the extractor; null when reading on is not possible. Asked for when the rows are written. */
  saved(rowsBytes: number): string | null;
}

/** Writes the state of a transcript; the summary it returns says what the file holds. */
export function writeState(
  file: string,
  summary: Omit<TranscriptSummary, "sections" | "rowCount">,
  content: StateContent,
): TranscriptSummary {
  // Folders of states hold thousands of files; one look for leftovers is enough for all of them.
  const draft = new Draft(file, { tidy: false, flag: "--state" });
  const writer = draft.open(OWNER_ONLY_FILE);
  try {
    const marks: string[] = [];
    for (const { line, mark } of content.rows) {
      const bytes = writer.write(`${line}\n`);
      marks.push(JSON.stringify({ ...mark, bytes } satisfies RowMark));
    }
    const rowsBytes = writer.written;
    for (const mark of marks) writer.write(`${mark}\n`);
    const marksBytes = writer.written - rowsBytes;
    const saved = content.saved(rowsBytes);
    if (saved !== null) writer.write(saved);
    const savedBytes = writer.written - rowsBytes - marksBytes;
    const whole: TranscriptSummary = {
      ...summary,
      progress: saved === null ? null : summary.progress,
      rowCount: marks.length,
      sections: { rowsBytes, marksBytes, savedBytes },
    };
    const length = Buffer.alloc(4);
    length.writeUInt32BE(writer.write(JSON.stringify(whole)));
    writer.write(Buffer.concat([length, MAGIC]));
    writer.close();
    draft.publish({ sync: false });
    return whole;
  } finally {
    writer.abandon();
    draft.discard();
  }
}

/** Null when there is no such file or it is not one of ours. */
export function readSummary(file: string): TranscriptSummary | null {
  return withFile(file, (handle) => {
    const { size } = fs.fstatSync(handle);
    if (size < TRAILER_BYTES) return null;
    const trailer = readAt(handle, size - TRAILER_BYTES, TRAILER_BYTES);
    const length = trailer.readUInt32BE(0);
    if (!trailer.subarray(4).equals(MAGIC) || length > size - TRAILER_BYTES) return null;
    const summary = parsed(readAt(handle, size - TRAILER_BYTES - length, length).toString("utf8"));
    if (!summary) return null;
    const { rowsBytes, marksBytes, savedBytes } = summary.sections;
    return rowsBytes + marksBytes + savedBytes + length + TRAILER_BYTES === size ? summary : null;
  });
}

/** Null when a crash of the machine left something else where the summary should be. */
function parsed(text: string): TranscriptSummary | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The saved extractor; null when there is none or it is longer than a string can be. */
export function readSaved(file: string, { sections }: TranscriptSummary): string | null {
  if (sections.savedBytes === 0 || sections.savedBytes > MAX_TEXT_BYTES) return null;
  return withFile(file, (handle) => readAt(handle, sections.rowsBytes + sections.marksBytes, sections.savedBytes).toString("utf8"));
}

/** The rows of a state file. A transcript that could not be read may have none. */
export class RowsOnDisk implements StoredRows {
  private readonly file: string;
  private readonly summary: TranscriptSummary;

  constructor(file: string, summary: TranscriptSummary) {
    this.file = file;
    this.summary = summary;
  }

  marks(): Iterable<RowMark> {
    return this.summary.rowCount === 0 ? [] : readMarks(this.file, this.summary);
  }

  *bytes(ranges: readonly ByteRange[]): Generator<Uint8Array> {
    if (ranges.length === 0) return;
    const handle = fs.openSync(this.file, "r");
    try {
      for (const { start, end } of ranges)
        for (let position = start; position < end; ) {
          const bytes = readAt(handle, position, Math.min(copied.length, end - position), copied);
          if (bytes.length === 0) throw new Error(`The state file ${this.file} became shorter while it was in use.`);
          yield bytes;
          position += bytes.length;
        }
    } finally {
      fs.closeSync(handle);
    }
  }
}

const copied = Buffer.allocUnsafeSlow(COPY_BYTES);

/** The marks of a state's rows, in their order. */
export function* readMarks(file: string, { sections, rowCount }: TranscriptSummary): Generator<RowMark> {
  const handle = fs.openSync(file, "r");
  try {
    const end = sections.rowsBytes + sections.marksBytes;
    let count = 0;
    let size = MARKS_BYTES;
    for (let at = sections.rowsBytes; at < end; ) {
      const bytes = readAt(handle, at, Math.min(size, end - at));
      const whole = bytes.lastIndexOf(LINE_FEED) + 1;
      if (whole === 0 && bytes.length < size) break;
      if (whole === 0) size *= 2;
      for (const line of whole === 0 ? [] : bytes.toString("utf8", 0, whole - 1).split("\n")) {
        const mark: RowMark = JSON.parse(line);
        yield mark;
        count++;
      }
      at += whole;
    }
    if (count !== rowCount) throw new Error(`The state file ${file} became shorter while it was in use.`);
  } finally {
    fs.closeSync(handle);
  }
}

function withFile<T>(file: string, use: (handle: number) => T): T | null {
  let handle: number;
  try {
    handle = fs.openSync(file, "r");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
  try {
    return use(handle);
  } finally {
    fs.closeSync(handle);
  }
}
