/** Zstd files for tests: Node 20 cannot pack them. */

const WINDOW_OF_2_MIB = 0x58;

/** A frame whose one block holds the bytes as they are (RFC 8878, 3.1.1); at most 128 KiB. */
export function zstdStored(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const block = Buffer.alloc(3);
  block.writeUIntLE((bytes.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, WINDOW_OF_2_MIB]), block, bytes]);
}

/** A frame that readers pass over. */
export function zstdSkippable(length: number): Buffer {
  const frame = Buffer.alloc(8 + length, 7);
  frame.writeUInt32LE(0x184d2a53, 0);
  frame.writeUInt32LE(length, 4);
  return frame;
}
