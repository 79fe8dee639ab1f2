/** Cuts a stream of bytes into blocks of whole lines. */

/** The longest line that is read. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const LINE_FEED = 10;

export interface Block {
  /** Whole lines, each with its line feed; the last line of a file gets one. */
  readonly bytes: Buffer;
  /** The block is only the beginning of a line longer than the limit, without line feed; the rest of it was passed over. */
  readonly cut: boolean;
}

/**
 * Blocks are about as large as the pieces of the stream, larger only where a line is. Memory is bounded by the limit plus
 * one piece: of a longer line the beginning is handed out at once and the rest is dropped.
 */
export async function* readBlocks(chunks: AsyncIterable<Buffer>, maxLineBytes = MAX_LINE_BYTES): AsyncGenerator<Block> {
  let open: Buffer[] = [];
  let openBytes = 0;
  let dropping = false;
  for await (const chunk of chunks) {
    const from = dropping ? chunk.indexOf(LINE_FEED) + 1 : 0;
    if (dropping && from === 0) continue;
    dropping = false;
    const whole = chunk.lastIndexOf(LINE_FEED) + 1;
    if (whole > from) {
      yield { bytes: Buffer.concat([...open, chunk.subarray(from, whole)]), cut: false };
      open = [];
      openBytes = 0;
    }
    const rest = chunk.subarray(Math.max(from, whole));
    open.push(rest);
    openBytes += rest.length;
    if (openBytes > maxLineBytes) {
      yield { bytes: Buffer.concat(open), cut: true };
      open = [];
      openBytes = 0;
      dropping = true;
    }
  }
  if (openBytes > 0) yield { bytes: Buffer.concat([...open, Buffer.of(LINE_FEED)]), cut: false };
}
