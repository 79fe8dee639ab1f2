/** Files as a page gets them: dropped, chosen, or a member of an archive. */
import { concat } from "../../files/bytes.ts";

export interface DroppedFile {
  /** Separated by `/`, from the folder that was dropped; of a member of an archive, behind the archive's path without its extension. */
  readonly path: string;
  /** Bytes; of a packed file, packed. */
  readonly size: number;
  /** Why it can't be read, as one sentence that names it. */
  readonly refused?: string;
  /** Its text. Of what comes from an archive, it can be read once, before the next file is asked for. */
  stream(): ReadableStream<Uint8Array>;
}

/** Not every browser iterates streams. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

export function streamOf(chunks: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
}

/** The beginning of some chunks, and all of them. @param isEnough whether the beginning is long enough */
export async function peek(
  chunks: AsyncGenerator<Uint8Array>,
  isEnough: (head: Uint8Array) => boolean,
): Promise<{ head: Uint8Array; whole: AsyncGenerator<Uint8Array> }> {
  let head: Uint8Array = new Uint8Array(0);
  while (!isEnough(head)) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : concat([head, value]);
  }
  return { head, whole: continued(head, chunks) };
}

async function* continued(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}
