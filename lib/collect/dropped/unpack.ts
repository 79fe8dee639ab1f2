/** Opens what was dropped: packed files and archives become the files in them. */
import { createTarDecoder } from "modern-tar";
import { unzip, type ZipEntry } from "unzipit";
import { asciiOf } from "../../files/bytes.ts";
import { messageOf } from "../../files/errors.ts";
import { packingOf, unpack } from "../../files/unpack.ts";
import { chunksOf, type DroppedFile, peek, streamOf } from "./file.ts";

const TRANSCRIPT = /\.(jsonl|ndjson)(\.gz|\.zst)?$/i;
const ARCHIVE = /\.(zip|tar|tgz|tar\.gz|tar\.zst)$/i;
/** What the Finder adds to archives. */
const CLUTTER = /(^|\/)(__MACOSX\/|\._)/;
const HEAD_BYTES = 512;
const TAR_NAME_AT = 257;
/** Archives in archives. */
const MAX_DEPTH = 3;

/** Kinds of files that are easily taken for an archive or a trace, by their first bytes. */
const FOREIGN: readonly (readonly [magic: string, what: string])[] = [
  ["7z\xbc\xaf", "is a 7z archive. Make it a .zip or a .tar.gz"],
  ["Rar!", "is a RAR archive. Make it a .zip or a .tar.gz"],
  ["\xfd7zXZ", "is compressed with xz. Compress it with gzip"],
  ["BZh", "is compressed with bzip2. Compress it with gzip"],
  ["PAR1", "is a Parquet file. Drop a trace or transcripts as .jsonl"],
  ["\xff\xfe", "is UTF-16 text. Convert it to UTF-8"],
  ["\xfe\xff", "is UTF-16 text. Convert it to UTF-8"],
];

/**
 * The `.jsonl` files among the files given and in their archives, unpacked; a packed file keeps its name and size. What can't be opened
 * comes with the reason in `refused`. Other files of folders and archives are passed over.
 */
export async function* unpackDropped(files: AsyncIterable<DroppedFile>): AsyncGenerator<DroppedFile> {
  for await (const file of files) yield* opened(file, 0);
}

async function* opened(file: DroppedFile, depth: number): AsyncGenerator<DroppedFile> {
  const { path } = file;
  const isChosen = depth === 0 && !path.includes("/");
  if (CLUTTER.test(path) || !(isChosen || TRANSCRIPT.test(path) || ARCHIVE.test(path))) return;
  if (depth > MAX_DEPTH) yield refused(file, `${path} is an archive in archives. Unpack it first.`);
  else yield* openedAs(file, depth);
}

async function* openedAs(file: DroppedFile, depth: number): AsyncGenerator<DroppedFile> {
  const { head, whole } = await peek(chunksOf(file.stream()), (bytes) => bytes.length >= HEAD_BYTES);
  try {
    const packing = packingOf(head, file.path);
    if (asciiOf(head, 0, 2) === "PK") yield* unzipped(file, whole, depth);
    else if (packing !== "plain") yield* unpackedOnce(file, unpacked(whole, packing), depth);
    else yield* plain(file, head, whole, depth);
  } finally {
    await whole.return(undefined);
  }
}

async function* unpacked(bytes: AsyncGenerator<Uint8Array>, packing: "gzip" | "zstd"): AsyncGenerator<Uint8Array> {
  yield* unpack(bytes, packing);
}

/** A packed file holds an archive or a text. */
async function* unpackedOnce(file: DroppedFile, chunks: AsyncGenerator<Uint8Array>, depth: number): AsyncGenerator<DroppedFile> {
  try {
    const { head, whole } = await peek(chunks, (bytes) => bytes.length >= HEAD_BYTES);
    yield* plain(file, head, whole, depth);
  } catch (error) {
    yield refused(file, `${file.path} can't be opened: ${messageOf(error)}.`);
  }
}

async function* plain(file: DroppedFile, head: Uint8Array, whole: AsyncGenerator<Uint8Array>, depth: number): AsyncGenerator<DroppedFile> {
  const foreign = FOREIGN.find(([magic]) => asciiOf(head, 0, magic.length) === magic);
  if (asciiOf(head, TAR_NAME_AT, TAR_NAME_AT + 5) === "ustar") yield* untarred(file, whole, depth);
  else if (foreign) yield refused(file, `${file.path} ${foreign[1]}.`);
  else if (ARCHIVE.test(file.path)) yield refused(file, `${file.path} is not an archive, although its name says so.`);
  else yield { path: file.path, size: file.size, stream: () => streamOf(whole) };
}

async function* untarred(file: DroppedFile, chunks: AsyncGenerator<Uint8Array>, depth: number): AsyncGenerator<DroppedFile> {
  const members = streamOf(chunks)
    .pipeThrough(createTarDecoder({ strict: true }))
    .getReader();
  try {
    for (let next = await members.read(); !next.done; next = await members.read()) {
      const { header, body } = next.value;
      if (header.type === "file") yield* opened({ path: memberPath(file, header.name), size: header.size, stream: () => body }, depth + 1);
      // The next member comes when this one was read or canceled.
      if (!body.locked) await body.cancel();
    }
  } catch (error) {
    yield refused(file, `${file.path} is cut off or damaged (${messageOf(error)}). What comes before was read.`);
  } finally {
    await members.cancel().catch(() => undefined);
  }
}

/** The list of a zip file's members is at its end, so all of it is kept, outside of the page's own memory where the browser can. */
async function* unzipped(file: DroppedFile, chunks: AsyncGenerator<Uint8Array>, depth: number): AsyncGenerator<DroppedFile> {
  const entries = await zipEntries(new Response(streamOf(chunks)));
  if (typeof entries === "string") {
    yield refused(file, `${file.path} is cut off or not a zip file (${entries}). Make it again.`);
    return;
  }
  const wanted = entries.filter(({ isDirectory, name }) => !isDirectory && (TRANSCRIPT.test(name) || ARCHIVE.test(name)));
  const encrypted = wanted.filter((entry) => entry.encrypted);
  if (encrypted.length > 0) yield refused(file, `${file.path} is encrypted. Unpack it with its password first, and drop the folder.`);
  for (const entry of wanted) if (!entry.encrypted) yield* unzippedMember(file, entry, depth);
}

async function* unzippedMember(file: DroppedFile, entry: ZipEntry, depth: number): AsyncGenerator<DroppedFile> {
  const path = memberPath(file, entry.name);
  try {
    const stream = await entry.stream();
    yield* opened({ path, size: entry.size, stream: () => stream }, depth + 1);
  } catch (error) {
    yield refused(file, `${path} can't be unpacked: ${messageOf(error)}.`);
  }
}

/** Or what is wrong with the file. */
async function zipEntries(response: Response): Promise<ZipEntry[] | string> {
  try {
    const { entries } = await unzip(await response.blob());
    return Object.values(entries);
  } catch (error) {
    return messageOf(error);
  }
}

function memberPath(archive: DroppedFile, name: string): string {
  return `${archive.path.replace(ARCHIVE, "")}/${name.replace(/^(?:\.?\/)+/, "")}`;
}

function refused({ path, size }: DroppedFile, sentence: string): DroppedFile {
  return { path, size, refused: sentence, stream: () => new ReadableStream({ start: (controller) => controller.close() }) };
}
