/** Puts records of one table down as JSON, without making values of what was read. */
import { bytesOf } from "../../../files/bytes.ts";
import { at } from "../../../stats/known.ts";

const BUFFER_BYTES = 1 << 20;
/** Below this a loop is faster than a call into the copying routine. */
const SHORT_BYTES = 24;
const COMMA = 44;
const CLOSE_OBJECT = 125;
const INDEX_KEY = bytesOf(',"event_index":');

export class RecordWriter {
  /** Bytes that were handed on since the last `clear`, and rows. */
  bytes = 0;
  rows = 0;
  longestRecord = 0;
  private readonly separator: number;
  private readonly writeOut: (bytes: Uint8Array) => void;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private filled = 0;

  /**
   * @param separator a byte that follows each record
   * @param writeOut takes bytes, which are written over when it returns
   */
  constructor(separator: number, writeOut: (bytes: Uint8Array) => void) {
    this.separator = separator;
    this.writeOut = writeOut;
  }

  /** As `Sink` has it. */
  write(head: Uint8Array, index: number, bytes: Uint8Array, bounds: readonly number[], first: number, last: number, members: string): void {
    const start = this.bytes + this.filled;
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
    this.byte(this.separator);
    this.longestRecord = Math.max(this.longestRecord, this.bytes + this.filled - start);
    this.rows++;
  }

  flush(): void {
    this.handOn(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  clear(): void {
    this.bytes = 0;
    this.rows = 0;
    this.longestRecord = 0;
  }

  private handOn(bytes: Uint8Array): void {
    this.writeOut(bytes);
    this.bytes += bytes.length;
  }

  private copy(source: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.filled + length > BUFFER_BYTES) {
      this.flush();
      if (length > BUFFER_BYTES) {
        this.handOn(source.subarray(from, to));
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
}
