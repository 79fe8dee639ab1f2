/** The bytes of a transcript, unpacked. Files are only read, never locked, and may grow, shrink or vanish meanwhile. */
import fs from "node:fs";
import { setImmediate } from "node:timers/promises";
import { Damaged, readingProblem } from "../files/damaged.ts";
import { codeOf, messageOf } from "../files/errors.ts";
import { readAt } from "../files/read.ts";
import { PACKING_HEAD_BYTES, type Packing, packingOf, unpack } from "../files/unpack.ts";

const CHUNK_BYTES = 1 << 20;
/** Of plain files, which are read one after the other. */
const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);

export interface TranscriptSource {
  /** The text from the offset on. A chunk may be written to again when the next one is asked for. Ends where the file ends or where `problem` says; never throws for what a file holds or lacks. */
  readonly chunks: AsyncIterable<Uint8Array>;
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

  async *chunks(): AsyncGenerator<Uint8Array> {
    let handle: number | null = null;
    try {
      handle = fs.openSync(this.file, "r");
      yield* this.read(handle);
    } catch (error) {
      this.clause = clauseOf(error, handle !== null);
    } finally {
      if (handle !== null) fs.closeSync(handle);
    }
  }

  private async *read(handle: number): AsyncGenerator<Uint8Array> {
    const { size } = fs.fstatSync(handle);
    this.packing = packingOf(readAt(handle, 0, PACKING_HEAD_BYTES), this.file);
    if (this.packing === "plain") yield* this.readPlain(handle, size);
    else
      yield* skip(
        unpack(
          this.bytes(handle, 0, () => Buffer.allocUnsafe(CHUNK_BYTES)),
          this.packing,
        ),
        this.fromOffset,
      );
  }

  private async *readPlain(handle: number, size: number): AsyncGenerator<Uint8Array> {
    if (this.fromOffset > size)
      throw new Shrunk(
        `it has ${size} bytes, fewer than the ${this.fromOffset} that were read before; it has to be read again from its start`,
      );
    yield* this.bytes(handle, this.fromOffset, () => buffer);
    const end = this.fromOffset + this.consumed;
    if (end < size) throw new Shrunk(`it became shorter while it was read, ${end} bytes instead of ${size}`);
  }

  private async *bytes(handle: number, from: number, bufferOf: () => Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const into = bufferOf();
      const count = fs.readSync(handle, into, 0, into.length, from + this.consumed);
      if (count === 0) return;
      this.consumed += count;
      yield into.subarray(0, count);
      // Signals and what other threads say are heard between the chunks.
      await setImmediate();
    }
  }
}

class Shrunk extends Error {}

async function* skip(chunks: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array> {
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
  if (isOpen || error instanceof Damaged) return readingProblem(error);
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
