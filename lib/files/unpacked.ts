/** The text of a file, whether packed or not. */
import fs from "node:fs";
import { messageOf, UserError } from "./errors.ts";
import { STDIN } from "./stdio.ts";
import { unpackStream } from "./unpack.ts";

const CHUNK_BYTES = 1 << 20;

/**
 * @param file plain, gzip or zstd; `-` is standard input
 * @throws UserError when it can't be read to its end
 */
export async function* unpackedBytes(file: string): AsyncGenerator<Uint8Array> {
  try {
    const stream: AsyncIterable<Uint8Array> = file === STDIN ? process.stdin : fs.createReadStream(file, { highWaterMark: CHUNK_BYTES });
    yield* unpackStream(stream, file);
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${messageOf(error)}.`, 2, { cause: error });
  }
}
