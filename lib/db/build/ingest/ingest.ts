/** Reads trace files and spools what the tables take. */
import { bytesOf } from "../../../files/bytes.ts";
import { UserError } from "../../../files/errors.ts";
import type { Sink } from "./building.ts";
import { notAStep, STEP_KEYS } from "./foreign.ts";
import type { TraceFile } from "./inputs.ts";
import type { Place } from "./keys.ts";
import { type GoodLine, LineReader, type Position, type ReadOptions, type Taker, writeRecords } from "./read-lines.ts";
import { type Ranges, Scanner } from "./scan.ts";

/** Which steps came from which lines of a trace. */
export interface TraceRows {
  readonly file: TraceFile;
  /** `round_pk` of its first step. */
  readonly firstPk: number;
  /** Lines that are not blank, good and bad. */
  readonly places: number;
  /** Places of bad lines, from 1, ascending. */
  readonly badPlaces: readonly number[];
}

export interface Tally {
  /** Bytes of the files as they are on disk. */
  bytes: number;
  /** Records by place; those of `row` are the steps. */
  readonly records: Record<Place, number>;
  /** Timestamps that are not null, readable or not. */
  readonly timestamps: Record<Place, number>;
  /** Counts of reasoning tokens that are not integers and become missing. */
  unreadableReasoning: number;
  /** In reading order. */
  readonly traces: TraceRows[];
}

/** @throws UserError for the first bad line, unless there is a place for them; for a file that cannot be read to its end in any case */
export async function ingest(
  files: readonly TraceFile[],
  sinks: Readonly<Record<Place, Sink>>,
  options: ReadOptions,
): Promise<Readonly<Tally>> {
  const scanner = new Scanner();
  const taker = new TraceTaker(scanner, sinks);
  const reader = new LineReader(scanner, taker, options);
  for (const file of files) {
    const firstPk = taker.tally.records.row + 1;
    const { bytes, places } = await reader.read(file);
    const badPlaces = taker.badPlaces.splice(0);
    if (places > 0 && badPlaces.length === places)
      throw new UserError(`${file.name} has no step: every line of it is bad. Leave out --skip-bad-lines to see why.`);
    taker.tally.bytes += bytes;
    taker.tally.traces.push({ file, firstPk, places, badPlaces });
  }
  return taker.tally;
}

/** Thrown to stop reading. */
const FOUND = new Error("found");

/**
 * Reads a trace up to its first step, which takes no time.
 * @throws UserError when something else comes first, or the file cannot be read
 */
export async function findFirstStep(file: TraceFile, open: ReadOptions["open"]): Promise<void> {
  const scanner = new Scanner();
  const take = () => {
    refuseForeign(scanner);
    throw FOUND;
  };
  const options = { open, rejects: null, unknownKeys: new Map(), onBlock: () => undefined, signal: undefined };
  try {
    await new LineReader(scanner, { sinks: [], take, leaveOut: () => undefined }, options).read(file);
  } catch (error) {
    if (error !== FOUND) throw error;
  }
}

/** @throws BadLine for a line that is not a step */
function refuseForeign(scanner: Scanner): void {
  if (scanner.unknown.length > 0 && !scanner.hasOneOf(STEP_KEYS)) throw notAStep(scanner.unknown);
}

class TraceTaker implements Taker {
  private readonly scanner: Scanner;
  private readonly sinkAt: Readonly<Record<Place, Sink>>;
  readonly tally: Tally = {
    bytes: 0,
    records: { row: 0, timing_events: 0, tools: 0 },
    timestamps: { row: 0, timing_events: 0, tools: 0 },
    unreadableReasoning: 0,
    traces: [],
  };
  readonly badPlaces: number[] = [];
  readonly sinks: readonly Sink[];

  constructor(scanner: Scanner, sinkAt: Readonly<Record<Place, Sink>>) {
    this.scanner = scanner;
    this.sinkAt = sinkAt;
    this.sinks = Object.values(sinkAt);
  }

  take(line: GoodLine): void {
    refuseForeign(this.scanner);
    const { row, events, tools, timestamps } = this.scanner;
    const { tally } = this;
    const head = bytesOf(`{"round_pk":${tally.records.row + 1}`);
    this.write("row", row, head, line);
    this.write("timing_events", events, head, line);
    this.write("tools", tools, head, line);
    tally.timestamps.timing_events += timestamps.timing_events;
    tally.timestamps.tools += timestamps.tools;
    tally.unreadableReasoning += line.unreadableReasoning;
  }

  leaveOut({ place }: Position): void {
    this.badPlaces.push(place);
  }

  private write(place: Place, ranges: Ranges, head: Uint8Array, line: GoodLine): void {
    writeRecords(this.sinkAt[place], place, ranges, head, line);
    this.tally.records[place] += ranges.records.length;
  }
}
