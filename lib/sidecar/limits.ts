/** How large an image may be and how much text it may carry, in bytes; texts after inflating. */
const MIB = 1024 * 1024;

/** Readers built on Pillow refuse a whole PNG when one chunk inflates beyond this, so longer entries travel in parts. */
export const MAX_PART_BYTES = MIB;
/** A longer entry becomes a stub; and the reader inflates no chunk beyond it. */
export const MAX_ENTRY_BYTES = 16 * MIB;
/** Of all text chunks of an image together. */
export const MAX_TOTAL_BYTES = 64 * MIB;
export const MAX_TEXT_CHUNKS = 1000;
/** Larger files are not read. */
export const MAX_FILE_BYTES = 512 * MIB;
/** A deflate stream can't grow by more than this (https://zlib.net/zlib_tech.html). */
export const MAX_INFLATION = 1032;
