/** Entries that are too long for one chunk (split into parts) or for the image (described by a stub). */
import { createHash } from "node:crypto";
import fs from "node:fs";

/** Size of a text that a stub stands for. */
interface Extent {
  /** CSV records below the header; lines of any other text. */
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** What is needed to describe a text without its content. */
export interface Outline {
  readonly extent: Extent;
  /** Its first lines, each whole; may be empty. */
  readonly head: string;
}

const READ_BYTES = 1 << 20;
const HEAD_ROWS = 20;
const HEAD_BYTES = 8192;
const QUOTE = 0x22;
const NEWLINE = 0x0a;

/** `text` in pieces of at most `maxBytes` UTF-8 bytes, cut after a line where the second half of a piece has one. */
export function splitText(text: string, maxBytes: number): string[] {
  const bytes = Buffer.from(text, "utf8");
  const pieces: string[] = [];
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = cutBefore(bytes, start, Math.min(start + maxBytes, bytes.length));
    pieces.push(bytes.toString("utf8", start, end));
  }
  return pieces.length > 0 ? pieces : [""];
}

function cutBefore(bytes: Buffer, start: number, end: number): number {
  if (end === bytes.length) return end;
  const line = bytes.lastIndexOf(NEWLINE, end - 1) + 1;
  if (line > (start + end) / 2) return line;
  let cut = end;
  while (((bytes[cut] ?? 0) & 0xc0) === 0x80) cut--;
  return cut;
}

/** The text that takes the place of an entry. */
export function stubText(key: string, { extent, head }: Outline): string {
  const lines = [
    `# truncated: ${key} is a table of another figure, or too long for this one`,
    `# rows: ${extent.rows}`,
    `# bytes: ${extent.bytes}`,
    `# sha256: ${extent.sha256}`,
    ...(head === "" ? [] : ["# it begins with:"]),
  ];
  return `${lines.join("\n")}\n${head}`;
}

export function outlineOfText(key: string, text: string): Outline {
  const outline = new OutlineBuilder(isTable(key));
  outline.add(Buffer.from(text, "utf8"));
  return outline.finish();
}

/** Reads a file of more than `READ_BYTES` as a stream, so its length does not matter. */
export async function outlineOfFile(key: string, file: string): Promise<Outline> {
  const outline = new OutlineBuilder(isTable(key));
  if (fs.statSync(file).size <= READ_BYTES) outline.add(fs.readFileSync(file));
  else for await (const bytes of fs.createReadStream(file, { highWaterMark: READ_BYTES })) outline.add(bytes);
  return outline.finish();
}

function isTable(key: string): boolean {
  return key.toLowerCase().endsWith(".csv");
}

class OutlineBuilder {
  readonly #hash = createHash("sha256");
  readonly #table: boolean;
  #head = Buffer.alloc(0);
  #bytes = 0;
  #lines = 0;
  #quoted = false;
  #midLine = false;

  /** In a table, line ends between quotes belong to a cell. */
  constructor(table: boolean) {
    this.#table = table;
  }

  add(bytes: Buffer): void {
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    this.#countLines(bytes);
    const missing = HEAD_BYTES - this.#head.length;
    if (missing > 0) this.#head = Buffer.concat([this.#head, bytes.subarray(0, missing)]);
  }

  finish(): Outline {
    const lines = this.#lines + (this.#midLine ? 1 : 0);
    const rows = this.#table ? Math.max(0, lines - 1) : lines;
    return { extent: { rows, bytes: this.#bytes, sha256: this.#hash.digest("hex") }, head: firstLines(this.#head, this.#table) };
  }

  #countLines(bytes: Buffer): void {
    let [lines, quoted] = [0, this.#quoted];
    if (!quoted && !bytes.includes(QUOTE)) lines = countOf(NEWLINE, bytes);
    else
      for (let i = 0; i < bytes.length; i++) {
        if (bytes[i] === QUOTE) quoted = this.#table && !quoted;
        else if (bytes[i] === NEWLINE && !quoted) lines++;
      }
    this.#lines += lines;
    this.#quoted = quoted;
    if (bytes.length > 0) this.#midLine = quoted || bytes.at(-1) !== NEWLINE;
  }
}

/** By searching, which is ten times as fast as looking at each byte. */
function countOf(byte: number, bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}

function firstLines(bytes: Buffer, table: boolean): string {
  let [lines, end, quoted] = [0, 0, false];
  for (let i = 0; i < bytes.length && lines <= HEAD_ROWS; i++) {
    if (bytes[i] === QUOTE && table) quoted = !quoted;
    else if (bytes[i] === NEWLINE && !quoted) [lines, end] = [lines + 1, i + 1];
  }
  return bytes.toString("utf8", 0, end);
}
