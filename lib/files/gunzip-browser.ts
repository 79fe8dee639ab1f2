/** What gunzip.ts does, in browsers: their own stream refuses files of several members. Checksums are not verified. */
import { FlateErrorCode, Gunzip } from "fflate";
import { damaged, inPieces } from "./damaged.ts";

/** Packed bytes that are unpacked at once. gzip makes up to 33 MB of them. */
const PIECE_BYTES = 32 * 1024;

/** Any number of members. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let unpacked: Uint8Array[] = [];
  const stream = new Gunzip((chunk) => unpacked.push(chunk));
  let isEmpty = true;
  const push = (piece: Uint8Array, final: boolean): Error | null => {
    try {
      stream.push(piece, final);
      return null;
    } catch (error) {
      return damaged(error, final && isCutOff(error));
    }
  };
  for await (const piece of inPieces(bytes, PIECE_BYTES)) {
    isEmpty = false;
    const failure = push(piece, false);
    yield* unpacked;
    unpacked = [];
    if (failure !== null) throw failure;
  }
  const failure = isEmpty ? damaged(new Error("no bytes"), true) : push(new Uint8Array(0), true);
  yield* unpacked;
  if (failure !== null) throw failure;
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === FlateErrorCode.UnexpectedEOF;
}
