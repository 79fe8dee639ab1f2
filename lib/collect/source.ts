/** The bytes of a transcript, unpacked. Files are only read, never locked, and may grow, shrink or vanish meanwhile. */
import { type FileHandle, open } from "node:fs/promises";
import { codeOf, messageOf } from "../files/errors.ts";
import { Damaged, PACKING_HEAD_BYTES, type Packing, packingOf, unpack } from "../files/unpack.ts";

const CHUNK_BYTES = 1 << 20;
/** After the end that was expected. Large buffers for many thousands of small files would keep the garbage collector busy. */
const LAST_CHUNK_BYTES = 16 << 10;

export interface TranscriptSource {
  /** The text from the offset on. Ends where the file ends or where `problem` says; never throws for what a file holds or lacks. */
  readonly chunks: AsyncIterable<Buffer>;
  /** Known once the chunks have begun; null for a file that could not be opened. */
  packing(): Packing | null;
  /** Bytes of the file as it is on disk that were read so far. */
  consumed(): number;
  /** Once the chunks have ended: why not all could be read, as one sentence that names the file; null when all was. */
  problem(): string | null;
}

/**
 * @param fromOffset where to begin in the unpacked text, as in `Line.end`. A packed file is unpacked from its start even so.
 */
export function openTranscript(file: string, fromOffset = 0): TranscriptSource {
  const source = new FileSource(file, fromOffset);
  return {
    chunks: source.chunks(),
    packing: () => source.packing,
    consumed: () => source.consumed,
    problem: () => (source.clause === null ? null : `${file}: ${source.clause}.`),
  };
}

class FileSource {
  private readonly file: string;
  private readonly fromOffset: number;
  packing: Packing | null = null;
  consumed = 0;
  clause: string | null = null;

  constructor(file: string, fromOffset: number) {
    this.file = file;
    this.fromOffset = fromOffset;
  }

  async *chunks(): AsyncGenerator<Buffer> {
    let handle: FileHandle | null = null;
    try {
      handle = await open(this.file, "r");
      yield* this.read(handle);
    } catch (error) {
      this.clause = clauseOf(error, handle !== null);
    } finally {
      await handle?.close();
    }
  }

  private async *read(handle: FileHandle): AsyncGenerator<Buffer> {
    const { size } = await handle.stat();
    const head = Buffer.alloc(PACKING_HEAD_BYTES);
    const { bytesRead } = await handle.read(head, 0, PACKING_HEAD_BYTES, 0);
    this.packing = packingOf(head.subarray(0, bytesRead), this.file);
    if (this.packing === "plain") yield* this.readPlain(handle, size);
    else yield* skip(unpack(this.bytes(handle, 0, size), this.packing), this.fromOffset);
  }

  private async *readPlain(handle: FileHandle, size: number): AsyncGenerator<Buffer> {
    if (this.fromOffset > size)
      throw new Shrunk(
        `it has ${size} bytes, fewer than the ${this.fromOffset} that were read before; it has to be read again from its start`,
      );
    yield* this.bytes(handle, this.fromOffset, size);
    const end = this.fromOffset + this.consumed;
    if (end < size) throw new Shrunk(`it became shorter while it was read, ${end} bytes instead of ${size}`);
  }

  private async *bytes(handle: FileHandle, from: number, size: number): AsyncGenerator<Buffer> {
    for (let position = from; ; ) {
      const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, Math.max(LAST_CHUNK_BYTES, size - position)));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      this.consumed += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }
}

class Shrunk extends Error {}

async function* skip(chunks: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (chunk.length > left) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
  if (left > 0)
    throw new Shrunk(`its text is shorter than the ${bytes} bytes that were read before; it has to be read again from its start`);
}

function clauseOf(error: unknown, isOpen: boolean): string {
  if (error instanceof Shrunk) return error.message;
  if (error instanceof Damaged) return `${error.message}; what comes before was read`;
  if (isOpen) return `reading it failed (${messageOf(error)})`;
  return whyUnreadable(error);
}

/** Why a path cannot be opened, as a clause. */
export function whyUnreadable(error: unknown): string {
  switch (codeOf(error)) {
    case "ENOENT":
      return "it is not there any more";
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    default:
      return `it cannot be opened (${messageOf(error)})`;
  }
}
