/**
 * The database that readers of the gallery ask with SQL: a small copy of the pool in plain columns and in a storage format
 * that the engine for browsers reads. It leaves out paths, names and identifiers that nothing is counted by.
 *
 * The rows are the same for the same pool, the bytes are not: DuckDB stamps each file and lays out its blocks as they come.
 * So a file is kept for as long as it is fresh.
 */
import fs from "node:fs";
import path from "node:path";
import { versions } from "../../../artifacts/versions.ts";
import type { Pool, PoolSummary } from "../../../db/open/pool.ts";
import { quoteLiteral, quoteName } from "../../../db/sql.ts";
import { Draft, writeAtomically } from "../../../files/atomic.ts";
import { sha256 } from "../../../files/hash.ts";
import { areFilesOf, readInside } from "../../../files/inside.ts";
import { jsonText } from "../../../files/json.ts";
import { projectFile } from "../../../files/program.ts";
import { isRelation, relationSql, relationsOf, withThoseTheyRead } from "../../../relations/relations.ts";
import { COMPANION_TABLES, READING_COLUMNS, SCHEMA_VERSION, TRACE_TABLES } from "../../../trace/schema.ts";

const DATABASE = "explore.duckdb";
const RECORD = "explore.json";
/** Bumped when the file is written in another way. */
const VERSION = 5;
/** The engine for browsers is older than the one that writes. */
const STORAGE_VERSION = "v1.0.0";
const LARGEST_POOL_STEPS = 500_000;
/** With relations a step takes 1.5 kB, so those of larger pools would be written in vain. */
const MOST_STEPS_WITH_RELATIONS = 200_000;
const LARGEST_FILE_BYTES = 200_000_000;

/** Columns that no table keeps: paths, names of people, and long identifiers that are different in every row. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "user",
  "title",
  "home",
  "store",
  "cwd",
  "cwd_pseudonym",
  "git_branch_pseudonym",
  "session_file",
  "trace_key",
  "turn_id",
  "round_id",
  "tool_call_id",
  "parent_tool_call_id",
  "tool_call_ids",
  "response_id",
  "advisor_of",
  "request_id",
  "response",
  "transcript",
  "sample_sessions",
  "sample_trace_keys",
  "sample_line_numbers",
]);

const { tool_inputs: _private, ...PUBLISHED_TABLES } = {
  ...TRACE_TABLES,
  rounds: { ...TRACE_TABLES.rounds, ...READING_COLUMNS },
  ...COMPANION_TABLES,
};

/** What the tables of every pool hold. */
const ABOUT: Readonly<Record<string, string>> = {
  rounds: "One row per agent step: which model, and how many tokens went in and out.",
  tool_calls: "One row per tool call of a step: which tool, when it was called, and when its result arrived.",
  timing_events: "One row per event with a time in the log of a step, in the order of the log.",
  sessions: "One row per transcript: which client wrote it, and which session it continues or belongs to.",
  session_events: "One row per compaction, interrupt, API error or the like: when it happened, and in which session.",
  round_details: "One row per step with more than tokens and times in its log: how the cache was written, which response it belongs to.",
};

/** Relations that are always there: they have what money and projects are asked by, and what most questions are. */
export const ALWAYS: readonly string[] = ["dated_steps", "step_cost", "step_facts"];

const PROJECT = "project";
const LABELS = "project_labels";
const OWN_SQL = {
  projects: sqlOf("projects.sql"),
  sessions: sqlOf("sessions-of-steps.sql"),
};

function sqlOf(file: string): string {
  return fs.readFileSync(projectFile(`lib/gallery/features/ask/${file}`), "utf8");
}

export interface ExploreColumn {
  readonly name: string;
  readonly type: string;
}

export interface ExploreTable {
  readonly name: string;
  readonly about: string;
  /** Whether it is a relation: worked out from the trace, for the queries of experiments. */
  readonly derived: boolean;
  readonly rows: number;
  readonly columns: readonly ExploreColumn[];
}

/** `explore.json` of a run's folder. */
export interface ExploreRecord {
  /** Equal keys mean equal rows: a hash over the pool's fingerprint, the definitions of the tables and versions. */
  readonly key: string;
  /** Why there is no database, as a sentence; null when there is one. */
  readonly omitted: string | null;
  readonly bytes: number;
  readonly tables: readonly ExploreTable[];
}

export interface ExploreRequest {
  readonly pool: Pool;
  readonly summary: PoolSummary;
  /** Folder of the run. */
  readonly out: string;
  /** Texts of the experiments' queries: the relations that they read become tables, misspelled ones left out. */
  readonly queries: readonly string[];
  /** Called when it has to be written. */
  readonly onWrite?: () => void;
}

/** Writes the database and the record of it into the run's folder, unless both are there and fresh. */
export async function writeExploreDatabase({ pool, summary, out, queries, onWrite }: ExploreRequest): Promise<ExploreRecord> {
  const relations = [...new Set([...ALWAYS, ...queries.flatMap(relationsOf)])].filter(isRelation).sort();
  const key = keyOf(summary, relations);
  const earlier = readExploreRecord(out);
  if (earlier?.key === key) return earlier;
  onWrite?.();
  fs.rmSync(path.join(out, RECORD), { force: true });
  const record: ExploreRecord = { key, ...(await writeFitting(pool, summary, out, relations)) };
  writeAtomically(path.join(out, RECORD), jsonText(record));
  return record;
}

/** The record of a run's folder; null when there is none or its database is gone. */
export function readExploreRecord(out: string): ExploreRecord | null {
  const text = areFilesOf(out, [RECORD, DATABASE]) ? readInside(out, RECORD) : null;
  if (text === null) return null;
  const record: ExploreRecord = JSON.parse(text);
  const size = fs.statSync(explorePath(out), { throwIfNoEntry: false })?.size;
  return record.omitted !== null || size === record.bytes ? record : null;
}

export function explorePath(out: string): string {
  return path.join(out, DATABASE);
}

function keyOf(summary: PoolSummary, relations: readonly string[]): string {
  return sha256(
    JSON.stringify({
      version: VERSION,
      schema: SCHEMA_VERSION,
      fingerprint: summary.fingerprint,
      accounting: summary.accounting,
      prices: summary.prices,
      leftOut: [...LEFT_OUT],
      relations,
      definitions: [...Object.values(OWN_SQL), ...withThoseTheyRead([LABELS, ...relations]).map(relationSql)],
      engine: versions()["@duckdb/node-api"],
    }),
  );
}

type Written = Omit<ExploreRecord, "key">;

/** With the relations if that stays small, else without them, else not at all. */
async function writeFitting(pool: Pool, summary: PoolSummary, out: string, relations: readonly string[]): Promise<Written> {
  if (summary.rounds > LARGEST_POOL_STEPS) {
    fs.rmSync(explorePath(out), { force: true });
    return leftOut(`This pool has ${count(summary.rounds)} agent steps; a browser can handle up to ${count(LARGEST_POOL_STEPS)}.`);
  }
  const tries = summary.rounds > MOST_STEPS_WITH_RELATIONS ? [ALWAYS] : [relations, ALWAYS];
  for (const names of tries) {
    const tables = await writeDatabase(pool, explorePath(out), names);
    const bytes = fs.statSync(explorePath(out)).size;
    if (bytes <= LARGEST_FILE_BYTES) return { omitted: null, bytes, tables };
    fs.rmSync(explorePath(out));
  }
  return leftOut(`This pool's database is larger than the ${count(LARGEST_FILE_BYTES / 1e6)} MB that a browser can handle.`);
}

function leftOut(sentence: string): Written {
  return { omitted: sentence, bytes: 0, tables: [] };
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

async function writeDatabase(pool: Pool, file: string, relations: readonly string[]): Promise<ExploreTable[]> {
  const draft = new Draft(file);
  try {
    const tables = await pool.writeFile(draft.path, (place) => writeTables(pool, place, relations));
    draft.publish({ sync: false });
    return tables;
  } finally {
    draft.discard();
  }
}

async function writeTables(pool: Pool, file: string, relations: readonly string[]): Promise<ExploreTable[]> {
  await pool.rows(`ATTACH ${quoteLiteral(file)} AS explore (STORAGE_VERSION ${quoteLiteral(STORAGE_VERSION)})`);
  try {
    const tables = await exploreTables(pool, relations);
    await pool.rows("CHECKPOINT explore");
    return tables;
  } finally {
    await pool.rows("DETACH explore");
  }
}

/** Fills the database `explore`, which is attached. */
export async function exploreTables(pool: Pool, relations: readonly string[]): Promise<ExploreTable[]> {
  await pool.rows(`-- uses: ${LABELS}\nSELECT 1`);
  const tables: ExploreTable[] = [];
  for (const [name, columns] of Object.entries(PUBLISHED_TABLES)) {
    const kept = plainColumns(Object.entries(columns).map(([column, type]) => ({ name: column, type })));
    const order = ["round_pk", "event_index", "tool_index", "transcript_id", "seq"].filter((column) => column in columns);
    const copied = await copyTable(pool, { name, about: ABOUT[name] ?? "", derived: false, columns: kept }, order);
    tables.push(name === "sessions" ? await addSessionsOfSteps(pool, copied) : copied);
  }
  tables.push(await writeProjects(pool));
  for (const name of relations) {
    const about = aboutRelation(relationSql(name));
    await pool.rows(`-- uses: ${name}\nSELECT 1`);
    const columns = plainColumns(await columnsOf(pool, name, "memory"));
    tables.push(await copyTable(pool, { name, about, derived: true, columns }, ["ALL"]));
  }
  return tables;
}

async function copyTable(pool: Pool, table: Omit<ExploreTable, "rows">, order: readonly string[]): Promise<ExploreTable> {
  const name = quoteName(table.name);
  const select = table.columns.map((column) => `${selectedValue(column)} AS ${quoteName(column.name)}`);
  const uses = table.derived ? `-- uses: ${table.name}\n` : "";
  await pool.rows(
    `${uses}CREATE TABLE explore.main.${name} AS SELECT ${select.join(", ")} FROM memory.main.${name} AS copied ORDER BY ${order.join(", ")}`,
  );
  return { ...table, rows: await rowsIn(pool, table.name) };
}

/** Projects go by their labels; the name of those that are unknown stays. */
function selectedValue({ name, type }: ExploreColumn): string {
  const value = `copied.${quoteName(name)}::${type}`;
  if (name !== PROJECT) return value;
  const label = `(SELECT label FROM memory.main.${LABELS} AS labels WHERE labels.project = ${value})`;
  return `if(${value} = '<unknown-project>', ${value}, ${label})`;
}

async function rowsIn(pool: Pool, table: string): Promise<number> {
  const [counted] = await pool.rows<{ rows: number }>(`SELECT count(*) AS rows FROM explore.main.${quoteName(table)}`);
  return counted?.rows ?? 0;
}

async function addSessionsOfSteps(pool: Pool, table: ExploreTable): Promise<ExploreTable> {
  await pool.rows(`INSERT INTO explore.main.sessions BY NAME\n${OWN_SQL.sessions}`);
  const rows = await rowsIn(pool, table.name);
  if (rows === table.rows) return table;
  const about =
    table.rows === 0
      ? "One row per session: this pool has no list of transcripts, so that only what the steps show is known."
      : `${table.about} Of sessions without a transcript, only what their steps show is known.`;
  return { ...table, about, rows };
}

async function writeProjects(pool: Pool): Promise<ExploreTable> {
  const name = "projects";
  await pool.rows(`CREATE TABLE explore.main.${name} AS\n${OWN_SQL.projects}`);
  const columns = await columnsOf(pool, name, "explore");
  return { name, about: aboutRelation(OWN_SQL.projects), derived: true, columns, rows: await rowsIn(pool, name) };
}

async function columnsOf(pool: Pool, table: string, database: "memory" | "explore"): Promise<ExploreColumn[]> {
  return pool.rows<ExploreColumn>(`SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${database}.main.${quoteName(table)})`);
}

/** Sums are HUGEINT for safety on the way; what arrives fits into BIGINT, which every engine and file format has. */
function plainColumns(columns: readonly ExploreColumn[]): ExploreColumn[] {
  return columns.filter(({ name }) => !LEFT_OUT.has(name)).map(({ name, type }) => ({ name, type: type === "HUGEINT" ? "BIGINT" : type }));
}

/** The first paragraph of a relation's header. */
export function aboutRelation(sql: string): string {
  const lines = sql
    .split("\n")
    .filter((line) => !/^--\s*(uses|scope|merge):/i.test(line))
    .map((line) => /^--\s?(.*)$/.exec(line)?.[1]?.trim() ?? "");
  const end = lines.findIndex((line, i) => i > 0 && line === "");
  return lines.slice(0, end).join(" ").trim();
}
