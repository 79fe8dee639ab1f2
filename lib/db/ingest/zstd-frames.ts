/**
 * Whether a zstd file is complete, from its frame and block headers (RFC 8878, section 3.1) without decompressing it.
 */
import fs from "node:fs";

const MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const SKIPPABLE_MASK = 0xfffffff0;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4] as const;
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const;
const BLOCK_HEADER_BYTES = 3;
const RLE_BLOCK = 1;
const RESERVED_BLOCK = 3;

/** Whether bytes begin like a zstd file. */
export function isZstd(head: Buffer): boolean {
  return head.length >= 4 && (head.readUInt32LE(0) === MAGIC || (head.readUInt32LE(0) & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC);
}

/** @throws Error when the file ends within a frame or something else follows a frame */
export function checkZstdFrames(file: string): void {
  const handle = fs.openSync(file, "r");
  try {
    const reader = new Reader(handle, fs.fstatSync(handle).size);
    do skipFrame(reader);
    while (reader.position < reader.size);
  } finally {
    fs.closeSync(handle);
  }
}

function skipFrame(reader: Reader): void {
  const magic = reader.take(4);
  if ((magic & SKIPPABLE_MASK) >>> 0 === SKIPPABLE_MAGIC) {
    reader.skip(reader.take(4));
    return;
  }
  if (magic !== MAGIC) throw new Error("something else follows its compressed data");
  const descriptor = reader.take(1);
  const singleSegment = (descriptor & 0x20) !== 0;
  const contentSizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] || (singleSegment ? 1 : 0);
  reader.skip((singleSegment ? 0 : 1) + (DICTIONARY_ID_BYTES[descriptor & 3] as number) + contentSizeBytes);
  while (!skipBlock(reader));
  if (descriptor & 4) reader.skip(4);
}

/** Returns whether it was the last block of its frame. */
function skipBlock(reader: Reader): boolean {
  const header = reader.take(BLOCK_HEADER_BYTES);
  const type = (header >> 1) & 3;
  if (type === RESERVED_BLOCK) throw new Error("its compressed data are damaged");
  reader.skip(type === RLE_BLOCK ? 1 : header >> 3);
  return (header & 1) === 1;
}

class Reader {
  position = 0;
  private readonly buffer = Buffer.alloc(4);

  constructor(
    private readonly handle: number,
    readonly size: number,
  ) {}

  /** The next little-endian number of so many bytes. */
  take(bytes: number): number {
    this.skip(bytes);
    fs.readSync(this.handle, this.buffer, 0, bytes, this.position - bytes);
    return this.buffer.readUIntLE(0, bytes);
  }

  skip(bytes: number): void {
    this.position += bytes;
    if (this.position > this.size) throw new Error("it ends within its compressed data");
  }
}
