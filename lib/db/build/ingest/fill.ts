/** Fills a database from the lines of traces and of their companion files. */
import fs from "node:fs";
import { at } from "../../../stats/known.ts";
import { TRACE_TABLES, type TraceTable } from "../../../trace/schema.ts";
import { quoteLiteral } from "../../sql.ts";
import { storedName } from "../identity.ts";
import { type Building, DATABASE, throughPipes } from "./building.ts";
import { type CompanionTally, readCompanions } from "./companions.ts";
import { ingest, type Tally } from "./ingest.ts";
import { type Companions, companionFiles, type TraceFile } from "./inputs.ts";
import type { Place } from "./keys.ts";
import { createTableSql } from "./load.ts";
import type { ReadOptions, UnknownKey } from "./read-lines.ts";

export interface Filled {
  /** Size of the files as they are, compressed or not. */
  readonly bytes: number;
  readonly rows: Readonly<Record<TraceTable, number>>;
  readonly companions: CompanionTally | null;
  readonly unknownKeys: readonly Readonly<UnknownKey>[];
  readonly unreadable: Readonly<Record<string, number>>;
}

export interface FillOptions extends ReadOptions {
  /** Called when all is read. */
  onWrite(): void;
}

const ROW_GROUP_ROWS = 122_880;
/** Two parts fill a row group: larger ones cost the system more for clearing pages than smaller ones for merging. */
const PART_ROWS = ROW_GROUP_ROWS / 2;

/** A step has about four events. */
const SINKS: Readonly<Record<Place, { table: TraceTable; rowsPerPart: number }>> = {
  row: { table: "rounds", rowsPerPart: PART_ROWS },
  timing_events: { table: "timing_events", rowsPerPart: 2 * PART_ROWS },
  tools: { table: "tool_calls", rowsPerPart: PART_ROWS },
};
const TIMESTAMP_MACRO = fs.readFileSync(new URL("./timestamp.sql", import.meta.url), "utf8");

/** And what reads their timestamps. */
export async function createTraceTables(building: Building): Promise<void> {
  await building.run(TIMESTAMP_MACRO);
  for (const [name, columns] of Object.entries(TRACE_TABLES)) await building.run(createTableSql({ database: DATABASE, name, columns }));
}

/**
 * Fills the trace tables and makes `trace_source`, and the tables that there are companion files for.
 * @param companions of each trace; none to leave them out
 * @throws UserError for lines as `ReadOptions` says, and for companion files of other traces
 */
export async function fillFromLines(
  files: readonly TraceFile[],
  companions: readonly Companions[],
  building: Building,
  options: FillOptions,
): Promise<Filled> {
  const tally = await loadTraces(files, building, options);
  const described =
    companionFiles(companions).length === 0
      ? null
      : await readCompanions(companions, tally.traces, { ...options, building, rowsPerPart: PART_ROWS });
  options.onWrite();
  await building.run(`CREATE TABLE ${DATABASE}.trace_source AS SELECT ${quoteLiteral(files.map(storedName).join("\n"))} AS path`);
  return {
    bytes: tally.bytes,
    rows: { rounds: tally.records.row, tool_calls: tally.records.tools, timing_events: tally.records.timing_events },
    companions: described,
    unknownKeys: [...options.unknownKeys.values()],
    unreadable: await checkTables(building, tally, described),
  };
}

async function loadTraces(files: readonly TraceFile[], building: Building, reading: ReadOptions): Promise<Tally> {
  const pipe = (place: Place) => {
    const { table: name, rowsPerPart } = SINKS[place];
    return building.pipe({ database: DATABASE, name, columns: TRACE_TABLES[name] }, rowsPerPart);
  };
  const pipes = { row: await pipe("row"), timing_events: await pipe("timing_events"), tools: await pipe("tools") };
  return throughPipes(Object.values(pipes), reading.signal, () => ingest(files, pipes, reading));
}

/** @throws Error when the tables do not hold what was read, which no input explains */
async function checkTables(building: Building, tally: Tally, described: CompanionTally | null): Promise<Readonly<Record<string, number>>> {
  const rows = await building.rows(`
    SELECT
      (SELECT count(*) FROM ${DATABASE}.rounds) AS rounds,
      (SELECT count(*) FROM ${DATABASE}.tool_calls) AS tool_calls,
      (SELECT count(*) FROM ${DATABASE}.timing_events) AS timing_events,
      (SELECT count("timestamp") FROM ${DATABASE}.timing_events) AS event_times,
      (SELECT count(emitted_at) + count(result_at) FROM ${DATABASE}.tool_calls) AS tool_times`);
  const counted = at(rows, 0);
  const countOf = (name: string) => Number(counted[name]);
  const { row, tools, timing_events: events } = tally.records;
  if (countOf("rounds") !== row || countOf("tool_calls") !== tools || countOf("timing_events") !== events)
    throw new Error(
      `read ${row} steps, ${tools} tool calls and ${events} events, but the tables hold ${countOf("rounds")}, ${countOf("tool_calls")} and ${countOf("timing_events")}`,
    );
  const unreadable = {
    "rounds.reasoning_output_tokens": tally.unreadableReasoning,
    "timing_events.timestamp": tally.timestamps.timing_events - countOf("event_times"),
    "tool_calls.emitted_at and result_at": tally.timestamps.tools - countOf("tool_times"),
    "sessions.first_at and last_at": described?.unreadableTimes.sessions ?? 0,
    "session_events.timestamp": described?.unreadableTimes.session_events ?? 0,
  };
  return Object.fromEntries(Object.entries(unreadable).filter(([, count]) => count > 0));
}
