/** Puts the records of one table down as JSON lines, in files that the engine can read with all its threads. */
import fs from "node:fs";
import path from "node:path";
import { bytesOf } from "../../../files/bytes.ts";
import { at } from "../../../stats/known.ts";

const BUFFER_BYTES = 1 << 20;
/** Below this a loop is faster than a call into the copying routine. */
const SHORT_BYTES = 24;
const COMMA = 44;
const CLOSE_OBJECT = 125;
const LINE_FEED = 10;
const INDEX_KEY = bytesOf(',"event_index":');

export interface Part {
  readonly file: string;
  readonly handle: number;
  rows: number;
  bytes: number;
  longestRecord: number;
}

export class Spool {
  private readonly folder: string;
  private readonly name: string;
  private readonly rowsPerPart: number;
  private readonly onPart: (part: Part) => void;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private filled = 0;
  private part: Part;
  private recordStart = 0;
  private readonly free: Part[] = [];
  private readonly all: Part[] = [];

  /** @param onPart receives each part when it has its rows, and hands it back with `reuse` */
  constructor(folder: string, name: string, rowsPerPart: number, onPart: (part: Part) => void) {
    this.folder = folder;
    this.name = name;
    this.rowsPerPart = rowsPerPart;
    this.onPart = onPart;
    this.part = this.nextPart();
  }

  /**
   * Writes one record: `head` (an open object with its first member), the 1-based index when it is not 0, the members in
   * the ranges `bounds[first..last)` of `bytes`, and further members as text.
   */
  write(head: Uint8Array, index: number, bytes: Uint8Array, bounds: readonly number[], first: number, last: number, members: string): void {
    this.recordStart = this.part.bytes + this.filled;
    this.copy(head, 0, head.length);
    if (index > 0) {
      this.copy(INDEX_KEY, 0, INDEX_KEY.length);
      this.text(String(index));
    }
    for (let i = first; i < last; i += 2) {
      this.byte(COMMA);
      this.copy(bytes, at(bounds, i), at(bounds, i + 1));
    }
    if (members !== "") this.text(members);
    this.byte(CLOSE_OBJECT);
    this.byte(LINE_FEED);
    this.part.longestRecord = Math.max(this.part.longestRecord, this.part.bytes + this.filled - this.recordStart);
    if (++this.part.rows === this.rowsPerPart) this.handOver();
  }

  /** Hands over what is left. */
  end(): void {
    if (this.part.rows > 0) this.handOver();
  }

  reuse(part: Part): void {
    this.free.push(part);
  }

  close(): void {
    for (const part of this.all.splice(0)) fs.closeSync(part.handle);
  }

  private handOver(): void {
    this.flush();
    fs.ftruncateSync(this.part.handle, this.part.bytes);
    const full = this.part;
    this.part = this.nextPart();
    this.onPart(full);
  }

  /** Files are overwritten rather than created again, which spares the system clearing their pages. */
  private nextPart(): Part {
    const used = this.free.pop();
    if (used) return Object.assign(used, { rows: 0, bytes: 0, longestRecord: 0 });
    const file = path.join(this.folder, `${this.name}.${this.all.length}.jsonl`);
    const part = { file, handle: fs.openSync(file, "w"), rows: 0, bytes: 0, longestRecord: 0 };
    this.all.push(part);
    return part;
  }

  private copy(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.filled + length > BUFFER_BYTES) {
      this.flush();
      if (length > BUFFER_BYTES) {
        this.writeOut(source, from, length);
        return;
      }
    }
    if (length > SHORT_BYTES) {
      this.buffer.set(source.subarray(from, to), this.filled);
      this.filled += length;
      return;
    }
    const { buffer } = this;
    let { filled } = this;
    for (let i = from; i < to; i++) buffer[filled++] = source[i] ?? 0;
    this.filled = filled;
  }

  private text(text: string): void {
    const bytes = bytesOf(text);
    this.copy(bytes, 0, bytes.length);
  }

  private byte(byte: number): void {
    if (this.filled === BUFFER_BYTES) this.flush();
    this.buffer[this.filled++] = byte;
  }

  private flush(): void {
    this.writeOut(this.buffer, 0, this.filled);
    this.filled = 0;
  }

  private writeOut(source: Uint8Array, from: number, length: number): void {
    for (let done = 0; done < length; ) done += fs.writeSync(this.part.handle, source, from + done, length - done, this.part.bytes + done);
    this.part.bytes += length;
  }
}
