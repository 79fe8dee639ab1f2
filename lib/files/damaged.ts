/** Packed bytes that are not whole. */
import { messageOf } from "./errors.ts";

/** Packed bytes that cannot be unpacked to their end; the message is a clause about the file. */
export class Damaged extends Error {
  /** The bytes end too early; what came before is sound. */
  readonly cutOff: boolean;

  constructor(message: string, cutOff: boolean, options?: ErrorOptions) {
    super(message, options);
    this.cutOff = cutOff;
  }
}

export function damaged(error: unknown, cutOff: boolean): Damaged {
  return cutOff
    ? new Damaged("it ends within its compressed data", true, { cause: error })
    : new Damaged(`its compressed data are damaged (${messageOf(error)})`, false, { cause: error });
}

/** Why reading ended early, as a clause about the file. */
export function readingProblem(error: unknown): string {
  return error instanceof Damaged ? `${error.message}; what comes before was read` : `reading it failed (${messageOf(error)})`;
}

/** Chunks of at most `size` bytes. */
export async function* inPieces(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
}
