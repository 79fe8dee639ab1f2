import fs from "node:fs";

const BUFFER_BYTES = 1 << 20;
/** Enough for most files. Large buffers for many thousands of small files would keep the garbage collector busy. */
const FIRST_BUFFER_BYTES = 16 << 10;
/** A large buffer that no writer uses: to make one for each of thousands of files would keep it busy, too. */
let spare: Buffer<ArrayBuffer> | null = null;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const PIECE_CHARS = Math.floor(BUFFER_BYTES / 3) - 1;

/** Writes a new file and gathers small pieces into large writes. */
export class Writer {
  /** Bytes so far. */
  written = 0;
  private handle: number | null;
  private buffer: Buffer<ArrayBuffer> = Buffer.allocUnsafe(FIRST_BUFFER_BYTES);
  private filled = 0;

  /** @throws when the file exists, also as a link that leads nowhere */
  constructor(file: string, mode = 0o666) {
    this.handle = fs.openSync(file, "wx", mode);
  }

  /** Returns the bytes of the content. */
  write(content: string | Uint8Array): number {
    const before = this.written;
    if (typeof content !== "string") this.writeBytes(content);
    else if (content.length <= PIECE_CHARS) this.writePiece(content);
    else for (const piece of piecesOf(content)) this.writePiece(piece);
    return this.written - before;
  }

  flush(): void {
    this.writeOut(this.buffer.subarray(0, this.filled));
    this.filled = 0;
  }

  close(): void {
    if (this.handle === null) return;
    this.flush();
    this.abandon();
  }

  /** Closes the file without what is in the buffer. */
  abandon(): void {
    if (this.handle === null) return;
    if (this.buffer.length === BUFFER_BYTES) spare = this.buffer;
    fs.closeSync(this.handle);
    this.handle = null;
  }

  private writePiece(text: string): void {
    this.makeRoom(text.length * 3);
    const bytes = this.buffer.write(text, this.filled);
    this.filled += bytes;
    this.written += bytes;
  }

  private writeBytes(bytes: Uint8Array): void {
    this.makeRoom(bytes.length);
    if (bytes.length > BUFFER_BYTES) this.writeOut(bytes);
    else {
      this.buffer.set(bytes, this.filled);
      this.filled += bytes.length;
    }
    this.written += bytes.length;
  }

  private makeRoom(bytes: number): void {
    if (bytes <= this.buffer.length - this.filled) return;
    this.flush();
    if (this.buffer.length === BUFFER_BYTES) return;
    this.buffer = spare ?? Buffer.allocUnsafe(BUFFER_BYTES);
    spare = null;
  }

  private writeOut(bytes: Uint8Array): void {
    if (this.handle === null) throw new Error("the file is closed");
    writeFully(this.handle, bytes);
  }
}

/** Pieces that do not cut a pair of surrogates. */
function* piecesOf(text: string): Generator<string> {
  for (let start = 0; start < text.length; ) {
    let end = Math.min(text.length, start + PIECE_CHARS);
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end--;
    yield text.slice(start, end);
    start = end;
  }
}

/** The system may write less than it is asked to. */
export function writeFully(handle: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(handle, bytes, done);
}
