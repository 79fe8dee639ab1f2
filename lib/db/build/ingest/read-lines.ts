/** Reads a file line by line and checks every line; what is good is handed on as byte ranges of the line. */
import { isUtf8 } from "node:buffer";
import { textOf } from "../../../files/bytes.ts";
import { UserError } from "../../../files/errors.ts";
import { type Block, MAX_LINE_BYTES, readBlocks } from "../../../files/lines.ts";
import { at } from "../../../stats/known.ts";
import { BadLine } from "./bad-line.ts";
import type { Sink } from "./building.ts";
import { convert } from "./convert.ts";
import type { Source } from "./decompress.ts";
import type { TraceFile } from "./inputs.ts";
import { type AnyPlace, pathOf, type Use } from "./keys.ts";
import type { Rejects } from "./rejects.ts";
import type { Ranges, Scanner } from "./scan.ts";

const LINE_FEED = 10;
const BYTES_PER_MIB = 1 << 20;

export interface UnknownKey {
  /** Dotted path, e.g. `timing_events.foo`. */
  readonly key: string;
  count: number;
  /** Where it occurs first. */
  readonly file: string;
  /** Null in files without lines. */
  readonly line: number | null;
}

export interface ReadOptions {
  readonly open: (file: TraceFile) => Source;
  /** Where bad lines go; without it the first one ends the build. */
  readonly rejects: Pick<Rejects, "add"> | null;
  readonly unknownKeys: Map<string, UnknownKey>;
  /** The share of the file that was read; unknown for standard input. */
  readonly onBlock: (file: TraceFile, fraction: number | undefined) => void;
  readonly signal: AbortSignal | undefined;
}

/** A line that passed the scanner, which still holds its ranges. */
export interface GoodLine {
  readonly bytes: Uint8Array;
  /** Members to add to the records, by `recordKey`. */
  readonly members: ReadonlyMap<string, string>;
  /** Reasoning tokens that are not integers and become missing. */
  readonly unreadableReasoning: number;
}

/** The place of a line, both counted from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  /** Among the lines that are not blank: what pairs a row with its details. */
  readonly place: number;
}

export interface Taker {
  readonly sinks: readonly Sink[];
  take(line: GoodLine, at: Position): void;
  /** A bad line was left out. */
  leaveOut(at: Position): void;
}

export class LineReader {
  private readonly scanner: Scanner;
  private readonly taker: Taker;
  private readonly options: ReadOptions;
  private at = { file: "", line: 0, place: 0 };

  constructor(scanner: Scanner, taker: Taker, options: ReadOptions) {
    this.scanner = scanner;
    this.taker = taker;
    this.options = options;
  }

  /** Returns the bytes of the file as it is on disk and the number of lines that are not blank. */
  async read(file: TraceFile): Promise<{ bytes: number; places: number }> {
    this.at = { file: file.name, line: 0, place: 0 };
    const source = this.options.open(file);
    for await (const block of readBlocks(source.chunks)) {
      this.readBlock(block);
      for (const sink of this.taker.sinks) await sink.ready();
      this.options.signal?.throwIfAborted();
      this.options.onBlock(file, file.size ? source.consumed() / file.size : undefined);
    }
    return { bytes: source.consumed(), places: this.at.place };
  }

  private readBlock({ bytes, cut }: Block): void {
    if (cut) {
      this.at.line++;
      this.at.place++;
      this.reject(tooLong(), bytes);
      return;
    }
    const isText = isUtf8(bytes);
    for (let start = 0, end = bytes.indexOf(LINE_FEED); end >= 0; start = end + 1, end = bytes.indexOf(LINE_FEED, start)) {
      this.at.line++;
      if (isBlank(bytes, start, end)) continue;
      this.at.place++;
      this.readLine(bytes, start, end, isText);
    }
  }

  private readLine(bytes: Uint8Array, start: number, end: number, isText: boolean): void {
    try {
      if (end - start > MAX_LINE_BYTES) throw tooLong();
      this.scanner.scan(bytes, start, end);
      if (!isText && !isUtf8(bytes.subarray(start, end))) throw new BadLine("not UTF-8", "it holds bytes that are not UTF-8");
      this.taker.take(this.convertAll(bytes), this.at);
      for (const key of this.scanner.unknown) this.countUnknown(key);
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      this.reject(error, bytes.subarray(start, end));
    }
  }

  private convertAll(bytes: Uint8Array): GoodLine {
    const members = new Map<string, string>();
    let unreadableReasoning = 0;
    for (const { place, record, name, use, from, to } of this.scanner.conversions) {
      const value = convertOne(pathOf(place, name), use, textOf(bytes.subarray(from, to)));
      if (value === null) unreadableReasoning++;
      const key = recordKey(place, record);
      members.set(key, `${members.get(key) ?? ""},${JSON.stringify(name)}:${value}`);
    }
    return { bytes, members, unreadableReasoning };
  }

  private countUnknown(key: string): void {
    const { unknownKeys } = this.options;
    const known = unknownKeys.get(key);
    if (known) known.count++;
    else unknownKeys.set(key, { key, count: 1, file: this.at.file, line: this.at.line });
  }

  private reject(bad: BadLine, text: Uint8Array): void {
    const { file, line } = this.at;
    if (this.options.rejects === null)
      throw new UserError(
        `${file}:${line}: bad line (${bad.reason}): ${bad.detail}. ${bad.advice ?? "Fix the line, or pass --skip-bad-lines to leave out such lines."}`,
      );
    this.options.rejects.add(file, line, bad, text);
    this.taker.leaveOut(this.at);
  }
}

/** Writes the records that were found at a place of a line. */
export function writeRecords(sink: Sink, place: AnyPlace, ranges: Ranges, head: Uint8Array, { bytes, members }: GoodLine): void {
  const { bounds, records } = ranges;
  for (let k = 0; k < records.length; k++) {
    const added = members.size === 0 ? "" : (members.get(recordKey(place, k)) ?? "");
    const index = place === "timing_events" ? k + 1 : 0;
    sink.write(head, index, bytes, bounds, at(records, k), records[k + 1] ?? bounds.length, added);
  }
}

/** JSON text of the value; null for reasoning tokens that cannot be read, which are missing rather than wrong. */
function convertOne(path: string, use: Use, source: string): string | null {
  try {
    return convert(path, use, source);
  } catch (error) {
    if (path === "reasoning_output_tokens" && error instanceof BadLine) return null;
    throw error;
  }
}

function recordKey(place: AnyPlace, record: number): string {
  return `${place}:${record}`;
}

function tooLong(): BadLine {
  return new BadLine("too long", `the line is longer than ${MAX_LINE_BYTES / BYTES_PER_MIB} MiB`);
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 13) i++;
  return i === end;
}
