import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseFiles, NodeEngine } from "../../../db/open/connection.ts";
import { Pool, type PoolSummary } from "../../../db/open/pool.ts";
import { quoteLiteral } from "../../../db/sql.ts";
import { aboutRelation, explorePath, readExploreRecord, writeExploreDatabase } from "./explore.ts";

let folder: string;
let pool: Pool;
let summary: PoolSummary;
/** The last is misspelled. */
const QUERIES = ["-- uses: step_times, tool_latencies\nSELECT 1", "-- uses: step_times\nSELECT 2", "-- uses: step_timez\nSELECT 3"];

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-explore-"));
  const source = path.join(folder, "pool.duckdb");
  const engine = await NodeEngine.create({}, databaseFiles(source));
  await engine.run(`ATTACH ${quoteLiteral(source)} AS made`);
  await engine.run(`CREATE TABLE made.rounds AS SELECT i AS round_pk, 'claude' AS provider, 's' || i % 2 AS session_id, '/home/alice/secret' AS cwd,
    'alice' AS "user", if(i = 1, 'project_0a', 'acme') AS project, 'claude-opus-4-6' AS model, 100 * i AS input_tokens_total, 10 AS output_tokens FROM range(3) AS r(i)`);
  await engine.run(
    "CREATE TABLE made.tool_calls AS SELECT 1::BIGINT AS round_pk, 0::BIGINT AS tool_index, 'call_1' AS tool_call_id, 'Bash' AS tool_name, 40::BIGINT AS tool_wall_latency_ms",
  );
  await engine.run(
    "CREATE TABLE made.timing_events AS SELECT 1::BIGINT AS round_pk, 1::BIGINT AS event_index, 'user_message' AS event_type, TIMESTAMP '2026-01-01 00:00:00.000001' AS \"timestamp\"",
  );
  await engine.run("DETACH made");
  engine.close();
  pool = await Pool.open(source);
  summary = await pool.summary();
});

afterAll(() => {
  pool?.close();
  fs.rmSync(folder, { recursive: true });
});

function outFolder(name: string): string {
  const out = path.join(folder, name);
  fs.mkdirSync(out, { recursive: true });
  return out;
}

async function ask<T>(out: string, sql: string): Promise<T[]> {
  const engine = await NodeEngine.create({}, databaseFiles(explorePath(out)));
  try {
    await engine.run(`ATTACH ${quoteLiteral(explorePath(out))} AS explore (READ_ONLY)`);
    await engine.run("USE explore");
    return await engine.rows<T>(sql);
  } finally {
    engine.close();
  }
}

describe("the exported database", () => {
  it("holds the trace and the relations that queries read, as plain tables", async () => {
    const out = outFolder("tables");
    const record = await writeExploreDatabase({ pool, summary, out, queries: QUERIES });
    expect(record.tables.map(({ name, derived, rows }) => [name, derived, rows])).toEqual([
      ["rounds", false, 3],
      ["tool_calls", false, 1],
      ["timing_events", false, 1],
      ["sessions", false, 2],
      ["round_details", false, 0],
      ["session_events", false, 0],
      ["projects", true, 2],
      ["dated_steps", true, 3],
      ["step_cost", true, 3],
      ["step_facts", true, 3],
      ["step_times", true, 3],
      ["tool_latencies", true, 1],
    ]);
    expect(record.tables.every(({ about }) => about.endsWith(".") || about.endsWith(":"))).toBe(true);
    expect(await ask(out, "SELECT round_pk, first_us FROM step_times WHERE first_us IS NOT NULL")).toEqual([
      { round_pk: 1, first_us: 1_767_225_600_000_001 },
    ]);
    expect(fs.readdirSync(out).sort()).toEqual(["explore.duckdb", "explore.json"]);
  });

  it("keeps no path, no person, no project and no identifier of a call, in no table and no byte", async () => {
    const out = outFolder("private");
    const { tables } = await writeExploreDatabase({ pool, summary, out, queries: QUERIES });
    const columns = new Set(tables.flatMap((table) => table.columns.map(({ name }) => name)));
    for (const name of ["cwd", "user", "tool_call_id", "trace_key", "session_file"]) expect(columns).not.toContain(name);
    const bytes = fs.readFileSync(explorePath(out)).toString("latin1");
    for (const word of ["alice", "acme", "call_1"]) expect(bytes).not.toContain(word);
    expect(bytes).toContain("Bash");
  });

  it("has projects by pseudonym or number, what they cost, and sessions as their steps show them", async () => {
    const out = outFolder("projects");
    const { tables } = await writeExploreDatabase({ pool, summary, out, queries: [] });
    const cost = `SELECT projects.project, projects.steps, sum(cost_nano)::BIGINT AS nano
      FROM projects JOIN dated_steps USING (project) JOIN step_cost USING (round_pk) GROUP BY ALL ORDER BY projects.steps DESC`;
    expect(await ask(out, cost)).toEqual([
      { project: "project 1", steps: 2, nano: 500_000 },
      { project: "project_0a", steps: 1, nano: 250_000 },
    ]);
    expect(await ask(out, "SELECT DISTINCT project FROM rounds ORDER BY ALL")).toEqual([
      { project: "project 1" },
      { project: "project_0a" },
    ]);
    expect(await ask(out, "SELECT session_id, project, round_count, last_at IS NULL AS undated FROM sessions ORDER BY ALL")).toEqual([
      { session_id: "s0", project: "project 1", round_count: 2, undated: true },
      { session_id: "s1", project: "project_0a", round_count: 1, undated: false },
    ]);
    expect(tables.find(({ name }) => name === "sessions")?.about).toContain("no list of transcripts");
  });

  it("stays as it is while it is fresh, and is written again when a table is another", async () => {
    const out = outFolder("fresh");
    const first = await writeExploreDatabase({ pool, summary, out, queries: QUERIES });
    const written = fs.statSync(explorePath(out)).mtimeMs;
    expect(await writeExploreDatabase({ pool, summary, out, queries: [...QUERIES].reverse() })).toEqual(first);
    expect(fs.statSync(explorePath(out)).mtimeMs).toBe(written);
    const second = await writeExploreDatabase({ pool, summary, out, queries: [] });
    expect(second.key).not.toBe(first.key);
    expect(second.tables.filter(({ derived }) => derived).map(({ name }) => name)).toEqual([
      "projects",
      "dated_steps",
      "step_cost",
      "step_facts",
    ]);
  });

  it("has only the relations that are always there when the pool is too large for more", async () => {
    const record = await writeExploreDatabase({
      pool,
      summary: { ...summary, rounds: 200_001 },
      out: outFolder("without-relations"),
      queries: QUERIES,
    });
    expect(record.tables.filter(({ derived }) => derived).map(({ name }) => name)).toEqual([
      "projects",
      "dated_steps",
      "step_cost",
      "step_facts",
    ]);
  });

  it("a record whose database is gone counts for nothing", async () => {
    const out = outFolder("gone");
    await writeExploreDatabase({ pool, summary, out, queries: [] });
    fs.rmSync(explorePath(out));
    expect(readExploreRecord(out)).toBeNull();
    await writeExploreDatabase({ pool, summary, out, queries: [] });
    expect(readExploreRecord(out)?.bytes).toBe(fs.statSync(explorePath(out)).size);
  });

  it("is left out for a pool that no browser holds, and the record says why", async () => {
    const out = outFolder("large");
    await writeExploreDatabase({ pool, summary, out, queries: [] });
    const record = await writeExploreDatabase({
      pool,
      summary: { ...summary, rounds: 1_250_000, fingerprint: "of another pool" },
      out,
      queries: [],
    });
    expect(record.omitted).toBe("This pool has 1,250,000 agent steps; a browser can handle up to 500,000.");
    expect(fs.existsSync(explorePath(out))).toBe(false);
    expect(readExploreRecord(out)).toEqual(record);
  });
});

it("the sentences before the first empty line of a relation's header say what it is", () => {
  expect(aboutRelation("-- uses: a\n-- One thing\n-- and another.\n--\n-- Grain: row\nSELECT 1")).toBe("One thing and another.");
});
