/**
 * Cuts streams of bytes into lines, for two kinds of readers.
 *
 * `readLines` is for files of other programs, which may still grow: a line ends at `\n`, at `\r\n` or at a `\r` alone (U+2028 and
 * U+2029 are data), offsets say where reading can go on, and a line of any length comes in parts.
 *
 * `readBlocks` is for the ingest of traces, whose scanner runs over the bytes in place and needs no bounds checks because a line
 * feed follows each line. An object and a view per line would double the time for short lines (92 bytes, 0.8 million of them:
 * 0.29 s instead of 0.16 s).
 */

import { concat } from "./bytes.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const NO_BYTES = new Uint8Array(0);
const UTF8_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Lines up to this length come in one piece. A line is then held twice: as read, and joined. */
export const MAX_WHOLE_LINE_BYTES = 256 * 1024 * 1024;

/** A line, or a part of one that is longer than the limit. */
export interface Line {
  /** Without the end of the line. */
  readonly bytes: Uint8Array;
  /** 1 is the first of the file. Parts of a line share its number. */
  readonly number: number;
  /** Offset of the line in the text of the file; of a part too, where its line starts. */
  readonly start: number;
  /** Offset after the line and its end, where reading can go on; of a part that is not the last, after its bytes. */
  readonly end: number;
  /**
   * The end of the line was seen. False for what follows the last one, which is a record if it parses and else
   * most likely still being written: read on from `start` later.
   */
  readonly terminated: boolean;
  /** Parts of a long line come as `first`, any number of `middle`, `last`. */
  readonly part: "whole" | "first" | "middle" | "last";
}

/** Where a file is read from: the `end` of a line, and how many lines came before. */
export interface Position {
  readonly offset: number;
  readonly lines: number;
}

export const FILE_START: Position = { offset: 0, lines: 0 };

/**
 * Chunk boundaries do not affect the result. A UTF-8 byte order mark at offset 0 is passed over.
 * Lines are views of the chunk where they can be: they hold until the chunk is written to again.
 */
export class LineSplitter {
  private readonly maxWholeLineBytes: number;
  private lines: Line[] = [];
  private number: number;
  private start: number;
  /** Offset after the bytes of lines so far; ends of lines count when their line closes. */
  private offset: number;
  /** Pieces of the line that has not ended yet. */
  private open: Uint8Array[] = [];
  private openBytes = 0;
  /** The first part of the open line has been given. */
  private inParts = false;
  /** The last byte was a `\r`, which ended a line unless a `\n` follows. */
  private afterReturn = false;
  /** Bytes that may be a byte order mark; null once that is settled. */
  private head: Uint8Array | null;

  constructor(from: Position = FILE_START, maxWholeLineBytes = MAX_WHOLE_LINE_BYTES) {
    this.maxWholeLineBytes = maxWholeLineBytes;
    this.number = from.lines + 1;
    this.start = from.offset;
    this.offset = from.offset;
    this.head = from.offset === 0 ? NO_BYTES : null;
  }

  /** Lines that end within the chunk. */
  push(chunk: Uint8Array): Line[] {
    const bytes = this.head === null ? chunk : this.settleHead(this.head.length === 0 ? chunk : concat([this.head, chunk]), false);
    if (bytes.length > 0) this.split(bytes);
    return this.take();
  }

  /** What follows the last end of a line, if anything. The splitter is done then. */
  finish(): Line[] {
    if (this.head !== null && this.head.length > 0) this.split(this.settleHead(this.head, true));
    if (this.afterReturn) this.close(1, true);
    else if (this.openBytes > 0 || this.inParts) this.close(0, false);
    return this.take();
  }

  private take(): Line[] {
    const lines = this.lines;
    this.lines = [];
    return lines;
  }

  /** The bytes to split, none as long as they may still be a byte order mark. */
  private settleHead(head: Uint8Array, isAll: boolean): Uint8Array {
    const isPrefix = head.subarray(0, UTF8_MARK.length).every((byte, index) => byte === UTF8_MARK[index]);
    if (isPrefix && head.length < UTF8_MARK.length && !isAll) {
      this.head = new Uint8Array(head);
      return NO_BYTES;
    }
    this.head = null;
    if (!isPrefix || head.length < UTF8_MARK.length) return head;
    this.start = UTF8_MARK.length;
    this.offset = UTF8_MARK.length;
    return head.subarray(UTF8_MARK.length);
  }

  private split(bytes: Uint8Array): void {
    let from = 0;
    if (this.afterReturn) {
      from = bytes[0] === LINE_FEED ? 1 : 0;
      this.close(1 + from, true);
    }
    const firstReturn = bytes.indexOf(CARRIAGE_RETURN, from);
    from = firstReturn < 0 ? this.splitAtLineFeeds(bytes, from) : this.splitAtBoth(bytes, from, firstReturn);
    if (from < bytes.length) this.keep(new Uint8Array(bytes.subarray(from)));
  }

  /** Returns where the rest starts. */
  private splitAtLineFeeds(bytes: Uint8Array, start: number): number {
    let from = start;
    for (let at = bytes.indexOf(LINE_FEED, from); at >= 0; at = bytes.indexOf(LINE_FEED, from)) {
      this.add(bytes.subarray(from, at));
      this.close(1, true);
      from = at + 1;
    }
    return from;
  }

  private splitAtBoth(bytes: Uint8Array, start: number, firstReturn: number): number {
    let from = start;
    let feed = nextOf(LINE_FEED, bytes, from);
    let ret = firstReturn;
    while (feed < bytes.length || ret < bytes.length) {
      const at = Math.min(feed, ret);
      this.add(bytes.subarray(from, at));
      if (at === bytes.length - 1 && at === ret) {
        this.afterReturn = true;
        return bytes.length;
      }
      const length = at === ret && feed === ret + 1 ? 2 : 1;
      this.close(length, true);
      from = at + length;
      if (feed < from) feed = nextOf(LINE_FEED, bytes, from);
      if (ret < from) ret = nextOf(CARRIAGE_RETURN, bytes, from);
    }
    return from;
  }

  private add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.open.push(bytes);
    this.openBytes += bytes.length;
    this.offset += bytes.length;
  }

  /** The beginning of a line whose end is not there yet. */
  private keep(bytes: Uint8Array): void {
    this.add(bytes);
    if (this.openBytes > this.maxWholeLineBytes || this.inParts) this.giveParts();
  }

  private giveParts(): void {
    let end = this.offset - this.openBytes;
    for (const bytes of this.open) {
      end += bytes.length;
      this.lines.push({
        bytes,
        number: this.number,
        start: this.start,
        end,
        terminated: false,
        part: this.inParts ? "middle" : "first",
      });
      this.inParts = true;
    }
    this.open = [];
    this.openBytes = 0;
  }

  /** Ends the open line, whose end has so many bytes that are not counted yet. */
  private close(endBytes: number, terminated: boolean): void {
    if (this.openBytes > this.maxWholeLineBytes && !this.inParts) this.giveParts();
    this.offset += endBytes;
    const [first] = this.open;
    this.lines.push({
      bytes: first && this.open.length === 1 ? first : concat(this.open),
      number: this.number,
      start: this.start,
      end: this.offset,
      terminated,
      part: this.inParts ? "last" : "whole",
    });
    this.number++;
    this.start = this.offset;
    this.open = [];
    this.openBytes = 0;
    this.inParts = false;
    this.afterReturn = false;
  }
}

/** The next position of the byte; the length if there is none. */
function nextOf(byte: number, bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(byte, from);
  return at < 0 ? bytes.length : at;
}

/** The lines of a stream, in batches of those that end in the same chunk; the batch may be empty. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  from: Position = FILE_START,
  maxWholeLineBytes = MAX_WHOLE_LINE_BYTES,
): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter(from, maxWholeLineBytes);
  for await (const chunk of chunks) yield splitter.push(chunk);
  yield splitter.finish();
}

/** The longest line of a trace that is read. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

export interface Block {
  /** Whole lines, each with its line feed; the last line of a file gets one. */
  readonly bytes: Uint8Array;
  /** The block is only the beginning of a line longer than the limit, without line feed; the rest of it was passed over. */
  readonly cut: boolean;
}

/**
 * Blocks are about as large as the pieces of the stream, larger only where a line is. Memory is bounded by the limit plus
 * one piece: of a longer line the beginning is handed out at once and the rest is dropped.
 */
export async function* readBlocks(chunks: AsyncIterable<Uint8Array>, maxLineBytes = MAX_LINE_BYTES): AsyncGenerator<Block> {
  let open: Uint8Array[] = [];
  let openBytes = 0;
  let dropping = false;
  for await (const chunk of chunks) {
    const from = dropping ? chunk.indexOf(LINE_FEED) + 1 : 0;
    if (dropping && from === 0) continue;
    dropping = false;
    const whole = chunk.lastIndexOf(LINE_FEED) + 1;
    if (whole > from) {
      yield { bytes: concat([...open, chunk.subarray(from, whole)]), cut: false };
      open = [];
      openBytes = 0;
    }
    const rest = chunk.subarray(Math.max(from, whole));
    open.push(rest);
    openBytes += rest.length;
    if (openBytes > maxLineBytes) {
      yield { bytes: concat(open), cut: true };
      open = [];
      openBytes = 0;
      dropping = true;
    }
  }
  if (openBytes > 0) yield { bytes: concat([...open, Uint8Array.of(LINE_FEED)]), cut: false };
}

/** The text without a UTF-8 byte order mark at its start. */
export async function* withoutMark(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | null = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (start === null) {
      yield chunk;
      continue;
    }
    start = concat([start, chunk]);
    if (start.length < UTF8_MARK.length) continue;
    yield UTF8_MARK.every((byte, index) => start?.[index] === byte) ? start.subarray(UTF8_MARK.length) : start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}
