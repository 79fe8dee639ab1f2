/**
 * Chunks of a PNG: read without trusting a length, written with fresh checksums. Pixels are never decoded, and chunks that
 * are not ours pass through byte for byte. Rules: https://www.w3.org/TR/png-3/#5DataRep
 */
import { concat } from "../files/bytes.ts";
import { crc32 } from "./codec.ts";

/** A chunk as found; all arrays are views into the file. */
export interface PngChunk {
  /** Four letters, e.g. `IDAT`. */
  readonly type: string;
  readonly data: Uint8Array;
  /** Length, type, data and checksum. */
  readonly bytes: Uint8Array;
  readonly crcMatches: boolean;
}

/** What could be read, and what is wrong with it in plain sentences; a sound file has no problems. */
export interface ScannedPng {
  readonly chunks: readonly PngChunk[];
  readonly problems: readonly string[];
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length, type and checksum. */
const CHUNK_FRAME_BYTES = 12;
/** Far more than encoders write: 8 KiB per IDAT chunk gives 800 MB of compressed pixels. */
const MAX_CHUNKS = 100_000;
/** Problems beyond this many are only counted. */
const MAX_PROBLEMS = 100;

export function isPng(bytes: Uint8Array): boolean {
  return bytes.length >= SIGNATURE.length && SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** Reads as far as the framing holds. Never throws and never allocates more than views. */
export function scanPng(bytes: Uint8Array): ScannedPng {
  if (!isPng(bytes)) return { chunks: [], problems: ["it does not begin like a PNG"] };
  const { chunks, problems } = walkChunks(bytes);
  const all = [...problems, ...headerProblems(chunks[0]), ...orderProblems(chunks.map((chunk) => chunk.type))];
  const more = all.length - MAX_PROBLEMS;
  return { chunks, problems: more > 0 ? [...all.slice(0, MAX_PROBLEMS), `and ${more} more problems`] : all };
}

/** The chunks of a sound PNG, signature left out. Throws an Error that lists what is wrong with any other. */
export function parsePng(bytes: Uint8Array): readonly PngChunk[] {
  const { chunks, problems } = scanPng(bytes);
  if (problems.length > 0) throw new Error(`not a sound PNG: ${problems.join("; ")}`);
  return chunks;
}

/** A PNG of whole chunks (length to checksum) in the order given. */
export function joinPng(chunks: readonly Uint8Array[]): Uint8Array {
  return concat([SIGNATURE, ...chunks]);
}

/** A whole chunk around its data. */
export function buildChunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + CHUNK_FRAME_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function walkChunks(bytes: Uint8Array): { chunks: PngChunk[]; problems: string[] } {
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  const problems: string[] = [];
  let at = SIGNATURE.length;
  while (at < bytes.length) {
    const left = bytes.length - at - CHUNK_FRAME_BYTES;
    if (left < 0) return stop(`it ends inside the frame of a chunk at byte ${at}`);
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) return stop(`the chunk at byte ${at} has no valid type`);
    if (length > left) return stop(`chunk ${type} at byte ${at} says ${length} bytes, but only ${left} follow`);
    if (chunks.length === MAX_CHUNKS) return stop(`it has more than ${MAX_CHUNKS} chunks`);
    const end = at + CHUNK_FRAME_BYTES + length;
    const crcMatches = crc32(bytes.subarray(at + 4, end - 4)) === view.getUint32(end - 4);
    if (!crcMatches) problems.push(`chunk ${type} at byte ${at} is damaged (its checksum differs)`);
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4), bytes: bytes.subarray(at, end), crcMatches });
    at = end;
    if (type === "IEND") break;
  }
  return at < bytes.length ? stop(`${bytes.length - at} bytes follow its end`) : { chunks, problems };

  function stop(problem: string) {
    problems.push(problem);
    return { chunks, problems };
  }
}

/** Bit depths that each color type allows. */
const DEPTHS: Readonly<Record<number, readonly number[]>> = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

function headerProblems(header: PngChunk | undefined): string[] {
  if (header?.type !== "IHDR") return ["its first chunk is not IHDR"];
  if (header.data.length !== 13) return [`its IHDR has ${header.data.length} bytes instead of 13`];
  const view = viewOf(header.data);
  const sizes = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, color = 0, compression = 0, filter = 0, interlace = 0] = header.data.subarray(8);
  const problems: string[] = [];
  if (sizes.some((size) => size === 0 || size > 0x7fffffff)) problems.push(`its size is ${sizes.join(" x ")} px`);
  if (!DEPTHS[color]?.includes(depth)) problems.push(`its color type ${color} does not go with ${depth} bits`);
  if (compression !== 0 || filter !== 0 || interlace > 1)
    problems.push("its IHDR names an unknown compression, filter or interlace method");
  return problems;
}

const AT_MOST_ONCE = new Set("IHDR PLTE IEND cHRM cICP gAMA iCCP sBIT sRGB bKGD hIST tRNS pHYs tIME eXIf".split(" "));
const BEFORE_PALETTE = new Set("cHRM cICP gAMA iCCP sBIT sRGB".split(" "));
const AFTER_PALETTE = new Set("bKGD hIST tRNS".split(" "));
const BEFORE_PIXELS = new Set("PLTE cHRM cICP gAMA iCCP sBIT sRGB bKGD hIST tRNS pHYs sPLT".split(" "));

function orderProblems(types: readonly string[]): string[] {
  const problems: string[] = [];
  const pixels = types.indexOf("IDAT");
  const lastPixels = types.lastIndexOf("IDAT");
  const palette = types.indexOf("PLTE");
  const seen = new Set<string>();
  if (pixels < 0) problems.push("it has no IDAT chunk");
  else if (types.slice(pixels, lastPixels + 1).some((type) => type !== "IDAT")) problems.push("its IDAT chunks are not in one run");
  if (types.at(-1) !== "IEND") problems.push("it has no IEND chunk");
  types.forEach((type, i) => {
    if (AT_MOST_ONCE.has(type) && seen.has(type)) problems.push(`it has more than one ${type} chunk`);
    seen.add(type);
    if (BEFORE_PIXELS.has(type) && pixels >= 0 && i > pixels) problems.push(`its ${type} chunk comes after the pixels`);
    if (BEFORE_PALETTE.has(type) && palette >= 0 && i > palette) problems.push(`its ${type} chunk comes after the palette`);
    if (AFTER_PALETTE.has(type) && i < palette) problems.push(`its ${type} chunk comes before the palette`);
  });
  return problems;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
