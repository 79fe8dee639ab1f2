/** What gunzip.ts does, in browsers: their own stream refuses files of several members. Of checksums, lengths are verified. */
import { FlateErrorCode, Gunzip } from "fflate";
import { concat } from "./bytes.ts";
import { damaged, inPieces } from "./damaged.ts";

/** Packed bytes that are unpacked at once. gzip makes up to 33 MB of them. */
const PIECE_BYTES = 32 * 1024;
/** A member ends with the length of its text, modulo 2^32, in four bytes. As many zeros as this are padding: no header has them. */
const END_BYTES = 8;
const LENGTH_AT = 4;
/** Of header and end together. */
const SMALLEST_MEMBER_BYTES = 18;

/** Any number of members. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const packed = new Packed();
  for await (const piece of inPieces(bytes, PIECE_BYTES)) yield* packed.push(piece, false);
  yield* packed.push(new Uint8Array(0), true);
}

class Packed {
  private unpacked: Uint8Array[] = [];
  /** Bytes of the text of the last member so far. */
  private length = 0;
  private end: Uint8Array = new Uint8Array(0);
  private packedLength = 0;
  private readonly stream = new Gunzip((chunk) => {
    this.length += chunk.length;
    this.unpacked.push(chunk);
  });

  constructor() {
    this.stream.onmember = () => {
      this.length = 0;
    };
  }

  *push(piece: Uint8Array, final: boolean): Generator<Uint8Array> {
    this.packedLength += piece.length;
    this.end = concat([this.end, piece.subarray(-END_BYTES)]).subarray(-END_BYTES);
    const failure = this.inflate(piece, final);
    yield* this.unpacked.splice(0);
    if (failure !== null) throw failure;
    if (final && !this.isWhole()) throw damaged(new Error("the length of its text is wrong"), true);
  }

  private inflate(piece: Uint8Array, final: boolean): Error | null {
    try {
      this.stream.push(piece, final);
      return null;
    } catch (error) {
      return damaged(error, final && isCutOff(error));
    }
  }

  private isWhole(): boolean {
    if (this.packedLength < SMALLEST_MEMBER_BYTES) return false;
    const stated = new DataView(this.end.buffer, this.end.byteOffset, END_BYTES).getUint32(LENGTH_AT, true);
    return stated === this.length >>> 0 || this.end.every((byte) => byte === 0);
  }
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === FlateErrorCode.UnexpectedEOF;
}
