/** Unpacks gzip; in a browser, gunzip-browser.ts takes the place of this module. */
import { createGunzip } from "node:zlib";
import { damaged, inPieces } from "./damaged.ts";
import { codeOf } from "./errors.ts";

/** Packed bytes that are unpacked at once. gzip makes up to 33 MB of them. */
const PIECE_BYTES = 32 * 1024;
const UNPACKED_CHUNK_BYTES = 256 * 1024;

/** Any number of members. */
export async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: UNPACKED_CHUNK_BYTES });
  let unpacked: Buffer[] = [];
  let failure: Error | null = null;
  let isEmpty = true;
  // A stream that fails discards what it holds, so all of a piece is taken before the next is given.
  stream.on("data", (chunk: Buffer) => unpacked.push(chunk));
  const failed = new Promise<void>((resolve) => {
    stream.once("error", (error) => {
      failure = error;
      resolve();
    });
  });
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  try {
    for await (const piece of inPieces(bytes, PIECE_BYTES)) {
      isEmpty = false;
      await Promise.race([new Promise<void>((resolve) => stream.write(piece, () => resolve())), failed]);
      yield* unpacked;
      unpacked = [];
      if (failure !== null) break;
    }
    stream.end();
    await closed;
    yield* unpacked;
    if (isEmpty) throw damaged(new Error("no bytes"), true);
    if (failure !== null) throw damaged(failure, codeOf(failure) === "Z_BUF_ERROR");
  } finally {
    stream.destroy();
  }
}
