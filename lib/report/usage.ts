/** What reports are made of, read from a pool. */
import fs from "node:fs";
import type { Period } from "../collect/days.ts";
import type { Pool } from "../db/open/pool.ts";
import { type Query, query, type RowOf, type SqlParams } from "../experiment.ts";

const USAGE = query("usage.sql", {
  quarter_us: "number?",
  provider: "text",
  model: "text",
  project: "text?",
  session_id: "text",
  conversation_id: "text",
  basis: ["listed", "family", "override", null],
  output_is_final: "boolean",
  is_replayed: "boolean",
  first_us: "number?",
  last_us: "number?",
  steps: "number",
  input_tokens: "number",
  cache_write_tokens: "number",
  cache_read_tokens: "number",
  output_tokens: "number",
  active_us: "number",
  cost_nano: "number",
  high_nano: "number",
});
/** Steps of one kind, of one quarter of an hour, model, project and session. */
export type Usage = RowOf<typeof USAGE>;

const SESSIONS = query("sessions.sql", {
  session_id: "text",
  title: "text?",
  project: "text?",
  is_helper: "boolean",
  agent_type: "text?",
  parent_session_id: "text?",
  known_from: "text?",
});
export type Session = RowOf<typeof SESSIONS>;

const TOOLS = query("tools.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  timed_calls: "number",
  total_ms: "number",
  input_chars: "number",
  result_chars: "number",
});
export type ToolUsage = RowOf<typeof TOOLS>;

const LABELS = query("labels.sql", { session_id: "text", value: "text" });

const COPIES = query("copies.sql", { steps: "number", tokens: "number" });
export type Copies = RowOf<typeof COPIES>;

/** The steps that a report is about. */
export interface Selection {
  readonly period: Period;
  /** Undefined for all. */
  readonly provider: string | undefined;
  /** Texts of which the name of the project or the path of its folder contains one; none for all. */
  readonly projects: readonly string[];
  /** Key of the labels to read. */
  readonly label?: string | undefined;
}

export interface PoolUsage {
  readonly usage: readonly Usage[];
  readonly tools: readonly ToolUsage[];
  readonly sessions: ReadonlyMap<string, Session>;
  readonly copies: Copies;
  /** Value of the label that was asked for, by session. */
  readonly labels: ReadonlyMap<string, string>;
}

export async function readUsage(pool: Pool, selection: Selection): Promise<PoolUsage> {
  await choose(pool, selection);
  const { label } = selection;
  const [usage, tools, sessions, [copies], labeled] = await Promise.all([
    rows(pool, USAGE),
    rows(pool, TOOLS),
    readSessions(pool),
    rows(pool, COPIES),
    label === undefined ? [] : rows(pool, LABELS, { key: label }),
  ]);
  const labels = new Map(labeled.map(({ session_id, value }) => [session_id, value]));
  return { usage, tools, sessions, copies: copies ?? { steps: 0, tokens: 0 }, labels };
}

/** What is known of each session, by its id. */
export async function readSessions(pool: Pool): Promise<ReadonlyMap<string, Session>> {
  return new Map((await rows(pool, SESSIONS)).map((session) => [session.session_id, session]));
}

async function choose(pool: Pool, { period: { sinceMs, untilMs }, provider, projects }: Selection): Promise<void> {
  const microseconds = (ms: number | null) => (ms === null ? null : ms * 1000);
  await pool.rows(sqlOf("chosen.sql"), {
    since_us: microseconds(sinceMs),
    until_us: microseconds(untilMs),
    provider: provider ?? null,
    projects: JSON.stringify(projects),
  });
}

function rows<R>(pool: Pool, declared: Query<R>, params?: SqlParams): Promise<R[]> {
  return pool.rows(sqlOf(declared.file), params, declared);
}

function sqlOf(file: string): string {
  return fs.readFileSync(new URL(file, import.meta.url), "utf8");
}
