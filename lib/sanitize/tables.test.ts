/** From transcripts to tables: a sanitized pool has the tables of the private one, names aside. */
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import { hasShared } from "../testing/paths.ts";
import { transcriptsTrace, withTranscripts } from "../testing/transcripts.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { sanitizeTrace } from "./sanitize.ts";

const TABLES = ["rounds", "tool_calls", "timing_events", "sessions", "round_details"];
/** Columns that only private pools have values in. */
const PRIVATE = new Set(["session_file", "cwd", "home", "byte_count", "record_count", "title"]);
const NAMES = new Set([
  ...[
    "project",
    "user",
    "session_id",
    "conversation_id",
    "round_id",
    "turn_id",
    "trace_key",
    "tool_call_id",
    "transcript_id",
    "parent_session_id",
  ],
  ...["parent_tool_call_id", "cwd_pseudonym", "git_branch_pseudonym", "response_id", "request_id", "first_holder_session_id"],
  ...["agent_type", "advisor_of", "conversation_id"],
]);

type Row = Record<string, unknown>;

describe.skipIf(!hasShared)("the transcripts", () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sanitize-tables-"));
  const at = (name: string) => path.join(folder, name);
  const tables: { before: Map<string, Row[]>; after: Map<string, Row[]> } = { before: new Map(), after: new Map() };

  beforeAll(async () => {
    if (!hasShared) return;
    const outcome = await sanitizeTrace({
      input: await transcriptsTrace("transcripts", "counted"),
      output: at("public.jsonl"),
      pseudonyms: new Pseudonyms(Buffer.from("k")),
      kept: new Set(),
      coarseTimes: false,
      stdout: process.stdout,
    });
    expect([outcome.left, outcome.findings]).toEqual([[], []]);
    tables.before = await withTranscripts("transcripts", "counted", tablesOf, "counted");
    await buildDatabase({ inputs: [at("public.jsonl")], db: at("public.duckdb"), threads: 1 });
    const pool = await Pool.open(at("public.duckdb"), { threads: 1 });
    tables.after = await tablesOf(pool).finally(() => pool.close());
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  async function tablesOf(pool: Pool): Promise<Map<string, Row[]>> {
    const found = new Map<string, Row[]>();
    for (const table of TABLES) found.set(table, await pool.rows<Row>(`SELECT columns(*)::VARCHAR FROM ${table}`));
    return found;
  }

  it.each(TABLES)("have the same %s", (table) => {
    const [before = [], after = []] = [tables.before.get(table), tables.after.get(table)];
    expect(before.length).toBeGreaterThan(10);
    const rest = (row: Row) => Object.fromEntries(Object.entries(row).filter(([column]) => !NAMES.has(column) && !PRIVATE.has(column)));
    expect(after.map(rest)).toEqual(before.map(rest));
    for (const column of PRIVATE) expect(after.filter((row) => row[column] != null)).toEqual([]);
  });

  it("have a name of its own for each name", () => {
    const pairs = TABLES.flatMap((table) =>
      (tables.before.get(table) ?? []).flatMap((row, i) =>
        Object.keys(row).flatMap((column) => (NAMES.has(column) ? [[row[column], tables.after.get(table)?.[i]?.[column]]] : [])),
      ),
    ).filter(([before]) => before != null);
    const distinct = new Set(pairs.map((pair) => JSON.stringify(pair)));
    expect(distinct.size).toBeGreaterThan(1500);
    expect(new Set(pairs.map(([before]) => before)).size).toBe(distinct.size);
    expect(new Set(pairs.map(([, after]) => after)).size).toBe(distinct.size);
    expect(pairs.filter(([before, after]) => before === after)).toEqual([]);
  });
});
