/**
 * Reads the companion files of traces into the tables `sessions`, `round_details`, `session_events` and `tool_inputs`.
 *
 * Line n of a details file belongs to row n of its trace, blank lines not counted. A bad line keeps its place: when it is
 * left out of the trace, its details are left out too; when it is left out of the details, its step has none. The trace
 * keys of both lines must agree, so that files of different runs are never joined. A line of an inputs file belongs to the row
 * of its trace that has its trace key.
 */
import fs from "node:fs";
import { bytesOf } from "../../../files/bytes.ts";
import { UserError } from "../../../files/errors.ts";
import { at } from "../../../stats/known.ts";
import { COMPANION_KEYS, COMPANION_TABLES, type CompanionTable } from "../../../trace/schema.ts";
import { quoteLiteral, quoteName } from "../../sql.ts";
import { storedName } from "../identity.ts";
import { type Building, DATABASE, type Pipe, type Sink, type Table, throughPipes } from "./building.ts";
import type { TraceRows } from "./ingest.ts";
import { type Companions, companionFiles, eventsFiles, sessionsFiles, type TraceFile } from "./inputs.ts";
import { createTableSql } from "./load.ts";
import { type GoodLine, LineReader, type Position, type ReadOptions, type Taker, writeRecords } from "./read-lines.ts";
import { Scanner } from "./scan.ts";

export interface CompanionTally {
  /** As named, in reading order. */
  readonly files: readonly string[];
  /** Of the files as they are on disk. */
  readonly bytes: number;
  /** Rows of `sessions`. */
  readonly transcripts: number;
  /** Rows of `round_details`. */
  readonly describedSteps: number;
  /** Times that were given but cannot be read. */
  readonly unreadableTimes: { readonly sessions: number; readonly session_events: number };
}

export interface CompanionOptions extends ReadOptions {
  readonly building: Building;
  readonly rowsPerPart: number;
}

/** Lines as they were read, before they are checked against each other. */
const STAGED: Readonly<Record<CompanionTable, Table>> = {
  sessions: { database: "memory", name: "staged_sessions", columns: { position: "BIGINT", ...COMPANION_KEYS.sessions } },
  round_details: {
    database: "memory",
    name: "staged_round_details",
    columns: { round_pk: "BIGINT", file_index: "BIGINT", line: "BIGINT", ...COMPANION_KEYS.round_details },
  },
  session_events: {
    database: "memory",
    name: "staged_session_events",
    columns: { position: "BIGINT", ...COMPANION_KEYS.session_events },
  },
  tool_inputs: {
    database: "memory",
    name: "staged_tool_inputs",
    columns: { file_index: "BIGINT", line: "BIGINT", ...COMPANION_KEYS.tool_inputs },
  },
};
const DISTINCT_SESSIONS = fs.readFileSync(new URL("./distinct-sessions.sql", import.meta.url), "utf8");
const DISTINCT_EVENTS = fs.readFileSync(new URL("./distinct-events.sql", import.meta.url), "utf8");
const INPUTS_OF_STEPS = fs.readFileSync(new URL("./inputs-of-steps.sql", import.meta.url), "utf8");
const STAGED_DETAILS = "SELECT * EXCLUDE (file_index, line, trace_key) FROM memory.staged_round_details";
const UNPAIRED_DETAILS = fs.readFileSync(new URL("./unpaired-details.sql", import.meta.url), "utf8");

/**
 * Makes the tables that there are files for and `companion_source` (one row per file, column `path`).
 * @param companions of each trace
 * @param traces rows of the same traces
 * @throws UserError when a file is not of its trace, and for bad lines as traces do
 */
export async function readCompanions(
  companions: readonly Companions[],
  traces: readonly TraceRows[],
  options: CompanionOptions,
): Promise<CompanionTally> {
  const sessions = await readList("sessions", sessionsFiles(companions), DISTINCT_SESSIONS, options);
  const events = await readList("session_events", eventsFiles(companions), DISTINCT_EVENTS, options);
  const details = await readDetails(pairsOf("details", companions, traces), options);
  const inputs = await readInputs(pairsOf("inputs", companions, traces), options);
  const files = companionFiles(companions);
  const { building } = options;
  await building.run(`CREATE TABLE ${DATABASE}.companion_source (path VARCHAR)`);
  for (const file of files) await building.run(`INSERT INTO ${DATABASE}.companion_source VALUES (${quoteLiteral(storedName(file))})`);
  return {
    files: files.map(({ name }) => name),
    bytes: sessions.bytes + events.bytes + details.bytes + inputs.bytes,
    transcripts: sessions.rows,
    describedSteps: details.rows,
    unreadableTimes: { sessions: sessions.unreadableTimes, session_events: events.unreadableTimes },
  };
}

/** A companion file whose lines belong to the rows of its trace. */
interface Pair {
  readonly file: TraceFile;
  readonly rows: TraceRows;
}

function pairsOf(kind: "details" | "inputs", companions: readonly Companions[], traces: readonly TraceRows[]): Pair[] {
  return companions.flatMap(({ [kind]: file }, i) => (file ? [{ file, rows: at(traces, i) }] : []));
}

/** @param distinct query for the lines that become rows */
async function readList(table: "sessions" | "session_events", files: readonly TraceFile[], distinct: string, options: CompanionOptions) {
  if (files.length === 0) return { bytes: 0, rows: 0, unreadableTimes: 0 };
  const scanner = new Scanner(table);
  let times = 0;
  const bytes = await stage(table, options, async (pipe) => {
    const taker = new ListTaker(table, scanner, pipe);
    const reader = new LineReader(scanner, taker, options);
    let read = 0;
    for (const file of files) read += (await reader.read(file)).bytes;
    times = taker.times;
    return read;
  });
  const readable = Object.entries(STAGED[table].columns).flatMap(([name, type]) =>
    type === "TIMESTAMP" ? [`count(${quoteName(name)})`] : [],
  );
  const { building } = options;
  const [counted] = await building.rows(`SELECT ${readable.join(" + ")} AS times FROM memory.${STAGED[table].name}`);
  return { bytes, rows: await insert(table, distinct, building), unreadableTimes: times - Number(counted?.times) };
}

async function readDetails(pairs: readonly Pair[], options: CompanionOptions) {
  if (pairs.length === 0) return { bytes: 0, rows: 0 };
  const scanner = new Scanner("round_details");
  const bytes = await stage("round_details", options, async (pipe) => {
    let read = 0;
    for (const [index, pair] of pairs.entries()) {
      const reader = new LineReader(scanner, new DetailsTaker(scanner, pipe, pair, index), options);
      const { bytes, places } = await reader.read(pair.file);
      if (places < pair.rows.places) throw tooFew(pair, places);
      read += bytes;
    }
    return read;
  });
  await refuseUnpaired(pairs, options.building);
  return { bytes, rows: await insert("round_details", STAGED_DETAILS, options.building) };
}

async function readInputs(pairs: readonly Pair[], options: CompanionOptions) {
  if (pairs.length === 0) return { bytes: 0 };
  const scanner = new Scanner("tool_inputs");
  const bytes = await stage("tool_inputs", options, async (pipe) => {
    let read = 0;
    for (const [index, { file }] of pairs.entries())
      read += (await new LineReader(scanner, new InputsTaker(scanner, pipe, index), options).read(file)).bytes;
    return read;
  });
  const { building } = options;
  await building.run("CREATE TABLE memory.trace_of_inputs (file_index BIGINT, first_pk BIGINT, last_pk BIGINT, is_whole BOOLEAN)");
  for (const [index, { rows }] of pairs.entries()) {
    const lastPk = rows.firstPk + rows.places - rows.badPlaces.length - 1;
    await building.run(`INSERT INTO memory.trace_of_inputs VALUES (${index}, ${rows.firstPk}, ${lastPk}, ${rows.badPlaces.length === 0})`);
  }
  await building.run(INPUTS_OF_STEPS);
  await refuseStrayInputs(pairs, building);
  await insert(
    "tool_inputs",
    "SELECT * EXCLUDE (file_index, line, trace_key, is_whole) FROM memory.inputs_of_steps WHERE round_pk IS NOT NULL",
    building,
  );
  return { bytes };
}

/** A step may be missing where bad lines were left out of the trace, and only there. */
async function refuseStrayInputs(pairs: readonly Pair[], building: Building): Promise<void> {
  const [stray] = await building.rows(
    "SELECT file_index, line, trace_key FROM memory.inputs_of_steps WHERE round_pk IS NULL AND is_whole ORDER BY file_index, line LIMIT 1",
  );
  if (!stray) return;
  const { file, rows } = at(pairs, Number(stray.file_index));
  throw new UserError(
    `${file.name}:${stray.line}: trace_key is ${keyText(textOrNull(stray.trace_key))}, which no row of ${rows.file.name} has. ${REMEDY}`,
  );
}

async function stage(
  table: CompanionTable,
  { building, rowsPerPart, signal }: CompanionOptions,
  fill: (pipe: Pipe) => Promise<number>,
): Promise<number> {
  await building.run(createTableSql(STAGED[table]));
  const pipe = await building.pipe(STAGED[table], rowsPerPart);
  return throughPipes([pipe], signal, () => fill(pipe));
}

/** Returns the number of rows. */
async function insert(table: CompanionTable, select: string, building: Building): Promise<number> {
  await building.run(createTableSql({ database: DATABASE, name: table, columns: COMPANION_TABLES[table] }));
  const [inserted] = await building.rows(`INSERT INTO ${DATABASE}.${table} BY NAME\n${select}`);
  return Number(inserted?.Count);
}

class ListTaker implements Taker {
  private readonly table: "sessions" | "session_events";
  private readonly scanner: Scanner;
  private readonly sink: Sink;
  readonly sinks: readonly Sink[];
  /** Times that are not null, readable or not. */
  times = 0;
  private taken = 0;

  constructor(table: "sessions" | "session_events", scanner: Scanner, sink: Sink) {
    this.table = table;
    this.scanner = scanner;
    this.sink = sink;
    this.sinks = [sink];
  }

  take(line: GoodLine): void {
    this.times += this.scanner.timestamps[this.table];
    writeRecords(this.sink, this.table, this.scanner.row, bytesOf(`{"position":${++this.taken}`), line);
  }

  leaveOut(): void {}
}

class InputsTaker implements Taker {
  private readonly scanner: Scanner;
  private readonly sink: Sink;
  private readonly index: number;
  readonly sinks: readonly Sink[];

  constructor(scanner: Scanner, sink: Sink, index: number) {
    this.scanner = scanner;
    this.sink = sink;
    this.index = index;
    this.sinks = [sink];
  }

  take(line: GoodLine, { line: number }: Position): void {
    const head = bytesOf(`{"file_index":${this.index},"line":${number}`);
    writeRecords(this.sink, "tool_inputs", this.scanner.row, head, line);
  }

  leaveOut(): void {}
}

class DetailsTaker implements Taker {
  private readonly scanner: Scanner;
  private readonly sink: Sink;
  private readonly pair: Pair;
  private readonly index: number;
  readonly sinks: readonly Sink[];
  /** Bad lines of the trace before the place that was seen last. */
  private missing = 0;

  constructor(scanner: Scanner, sink: Sink, pair: Pair, index: number) {
    this.scanner = scanner;
    this.sink = sink;
    this.pair = pair;
    this.index = index;
    this.sinks = [sink];
  }

  take(line: GoodLine, at: Position): void {
    const roundPk = this.roundPkAt(at);
    if (roundPk === null) return;
    const head = bytesOf(`{"round_pk":${roundPk},"file_index":${this.index},"line":${at.line}`);
    writeRecords(this.sink, "round_details", this.scanner.row, head, line);
  }

  leaveOut(at: Position): void {
    this.roundPkAt(at);
  }

  /** The step of a line; null when its row was left out. Lines come in order. */
  private roundPkAt(at: Position): number | null {
    const { firstPk, places, badPlaces } = this.pair.rows;
    if (at.place > places) throw tooMany(this.pair, at);
    if (badPlaces[this.missing] === at.place) {
      this.missing++;
      return null;
    }
    return firstPk + at.place - 1 - this.missing;
  }
}

async function refuseUnpaired(pairs: readonly Pair[], building: Building): Promise<void> {
  const [unpaired] = await building.rows(UNPAIRED_DETAILS);
  if (!unpaired) return;
  const { file, rows } = at(pairs, Number(unpaired.file_index));
  throw new UserError(
    `${file.name}:${unpaired.line}: trace_key is ${keyText(textOrNull(unpaired.found))}, but the row at that place of ${rows.file.name} has ${keyText(textOrNull(unpaired.expected))}. ${REMEDY}`,
  );
}

const REMEDY = "Collect both files again in one run, or pass --no-companions to leave such files out.";

function textOrNull(value: unknown): string | null {
  return value === null ? null : String(value);
}

function keyText(key: string | null): string {
  return key === null ? "none" : JSON.stringify(key);
}

function tooMany({ rows }: Pair, { file, line }: Position): UserError {
  return new UserError(`${file}:${line}: a line of details without a row, for ${rows.file.name} ends after row ${rows.places}. ${REMEDY}`);
}

function tooFew({ file, rows }: Pair, places: number): UserError {
  return new UserError(`${file.name} ends after line ${places} of details, but ${rows.file.name} has ${rows.places} rows. ${REMEDY}`);
}
