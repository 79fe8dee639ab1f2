/** Reads trace files line by line, checks every line and spools what the tables take. */
import { isUtf8 } from "node:buffer";
import { UserError } from "../../errors.ts";
import { BadLine } from "./bad-line.ts";
import { convert } from "./convert.ts";
import { openTrace, type Unpacking } from "./decompress.ts";
import type { TraceFile } from "./inputs.ts";
import { type Place, pathOf, type Use } from "./keys.ts";
import { type Block, MAX_LINE_BYTES, readBlocks } from "./lines.ts";
import type { Rejects } from "./rejects.ts";
import { type Ranges, Scanner } from "./scan.ts";

const LINE_FEED = 10;
const BYTES_PER_MIB = 1 << 20;

/** Takes the records of one place. `ready` waits until it can take more. */
export interface Sink {
  write(head: Buffer, index: number, bytes: Buffer, bounds: readonly number[], first: number, last: number, members: string): void;
  ready(): Promise<void>;
}

export interface UnknownKey {
  /** Dotted path, e.g. `timing_events.foo`. */
  readonly key: string;
  count: number;
  /** Where it stands first. */
  readonly file: string;
  readonly line: number;
}

export interface Tally {
  /** Bytes of the files as they are on disk. */
  bytes: number;
  /** Records by place; those of `row` are the steps. */
  readonly records: Record<Place, number>;
  /** Timestamps that are not null, readable or not. */
  readonly timestamps: Record<Place, number>;
  /** Counts of reasoning tokens that are no integers and become missing. */
  unreadableReasoning: number;
  readonly unknownKeys: Map<string, UnknownKey>;
}

export interface IngestOptions {
  readonly sinks: Readonly<Record<Place, Sink>>;
  /** Where bad lines go; without it the first one ends the build. */
  readonly rejects: Rejects | null;
  readonly unpacking: Unpacking;
  readonly onBlock: (fileIndex: number, fraction: number | undefined) => void;
  readonly signal: AbortSignal | undefined;
}

/** @throws UserError for the first bad line, unless there is a place for them; for a file that cannot be read to its end in any case */
export async function ingest(files: readonly TraceFile[], options: IngestOptions): Promise<Tally> {
  const reader = new TraceReader(options);
  for (const [index, file] of files.entries()) await reader.read(file, index);
  return reader.tally;
}

class TraceReader {
  readonly tally: Tally = {
    bytes: 0,
    records: { row: 0, timing_events: 0, tools: 0 },
    timestamps: { row: 0, timing_events: 0, tools: 0 },
    unreadableReasoning: 0,
    unknownKeys: new Map(),
  };
  private readonly scanner = new Scanner();
  private file = "";
  private line = 0;
  /** Unreadable reasoning tokens of the line. */
  private unreadable = 0;

  constructor(private readonly options: IngestOptions) {}

  async read(file: TraceFile, index: number): Promise<void> {
    const { sinks, signal, unpacking, onBlock } = this.options;
    this.file = file.name;
    this.line = 0;
    const source = openTrace(file, unpacking);
    for await (const block of readBlocks(source.chunks)) {
      this.readBlock(block);
      for (const sink of Object.values(sinks)) await sink.ready();
      signal?.throwIfAborted();
      onBlock(index, file.size ? source.consumed() / file.size : undefined);
    }
    this.tally.bytes += source.consumed();
  }

  private readBlock({ bytes, cut }: Block): void {
    if (cut) {
      this.line++;
      this.reject(tooLong(), bytes);
      return;
    }
    const isText = isUtf8(bytes);
    for (let start = 0, end = bytes.indexOf(LINE_FEED); end >= 0; start = end + 1, end = bytes.indexOf(LINE_FEED, start)) {
      this.line++;
      if (!isBlank(bytes, start, end)) this.readLine(bytes, start, end, isText);
    }
  }

  private readLine(bytes: Buffer, start: number, end: number, isText: boolean): void {
    try {
      if (end - start > MAX_LINE_BYTES) throw tooLong();
      this.scanner.scan(bytes, start, end);
      if (!isText && !isUtf8(bytes.subarray(start, end))) throw new BadLine("not UTF-8", "it holds bytes that are no UTF-8 text");
      this.take(bytes, this.convertAll(bytes));
    } catch (error) {
      if (!(error instanceof BadLine)) throw error;
      this.reject(error, bytes.subarray(start, end));
    }
  }

  /** Members to add to the records, by place and number of the record. */
  private convertAll(bytes: Buffer): ReadonlyMap<string, string> {
    const members = new Map<string, string>();
    this.unreadable = 0;
    for (const { place, record, name, use, from, to } of this.scanner.conversions) {
      const value = this.convertOne(pathOf(place, name), use, bytes.toString("utf8", from, to));
      const key = recordKey(place, record);
      members.set(key, `${members.get(key) ?? ""},${JSON.stringify(name)}:${value}`);
    }
    return members;
  }

  /** Unlike other counts, reasoning tokens that cannot be read are missing rather than wrong. */
  private convertOne(path: string, use: Use, source: string): string {
    try {
      return convert(path, use, source);
    } catch (error) {
      if (path !== "reasoning_output_tokens" || !(error instanceof BadLine)) throw error;
      this.unreadable++;
      return "null";
    }
  }

  private take(bytes: Buffer, members: ReadonlyMap<string, string>): void {
    const { row, events, tools, timestamps, unknown } = this.scanner;
    const head = Buffer.from(`{"round_pk":${++this.tally.records.row}`, "latin1");
    this.writeRecords("row", row, head, bytes, members);
    this.writeRecords("timing_events", events, head, bytes, members);
    this.writeRecords("tools", tools, head, bytes, members);
    this.tally.timestamps.timing_events += timestamps.timing_events;
    this.tally.timestamps.tools += timestamps.tools;
    this.tally.unreadableReasoning += this.unreadable;
    for (const key of unknown) this.countUnknown(key);
  }

  private writeRecords(place: Place, ranges: Ranges, head: Buffer, bytes: Buffer, members: ReadonlyMap<string, string>): void {
    const sink = this.options.sinks[place];
    const { bounds, records } = ranges;
    for (let k = 0; k < records.length; k++) {
      const added = members.size === 0 ? "" : (members.get(recordKey(place, k)) ?? "");
      const index = place === "timing_events" ? k + 1 : 0;
      sink.write(head, index, bytes, bounds, records[k] as number, records[k + 1] ?? bounds.length, added);
    }
    if (place !== "row") this.tally.records[place] += records.length;
  }

  private countUnknown(key: string): void {
    const known = this.tally.unknownKeys.get(key);
    if (known) known.count++;
    else this.tally.unknownKeys.set(key, { key, count: 1, file: this.file, line: this.line });
  }

  private reject(bad: BadLine, text: Buffer): void {
    if (this.options.rejects === null)
      throw new UserError(
        `${this.file}:${this.line}: bad line (${bad.reason}): ${bad.detail}. Mend the line, or pass --skip-bad-lines to go on without such lines.`,
      );
    this.options.rejects.add(this.file, this.line, bad, text);
  }
}

function recordKey(place: Place, record: number): string {
  return `${place}:${record}`;
}

function tooLong(): BadLine {
  return new BadLine("too long", `the line is longer than ${MAX_LINE_BYTES / BYTES_PER_MIB} MiB`);
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  let i = start;
  while (bytes[i] === 32 || bytes[i] === 9 || bytes[i] === 13) i++;
  return i === end;
}
