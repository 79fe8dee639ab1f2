import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { collect } from "../collect/collect.ts";
import { temporaryFolder } from "../collect/fixture.ts";
import { buildDatabase } from "../db/build/build.ts";
import { Pool } from "../db/open/pool.ts";
import { sumsOf } from "../stats/sum.ts";
import { hasShared, shared } from "../testing/paths.ts";
import { type StepLiteral, withPool } from "../testing/pool.ts";
import { FINAL_COUNTS, type FinalCount } from "../trace/final-counts.ts";
import type { Accounting } from "../trace/readings.ts";

const step = (provider: string | null, model: string | null, output_is_placeholder: boolean | null): StepLiteral => ({
  provider,
  model,
  details: { output_is_placeholder },
});
const STEPS = [
  step("claude", "a", true),
  step("claude", "a", false),
  step("claude", "a", null),
  step("codex", "b", false),
  step(null, "", true),
];
const countsOf = (pool: Pool) => pool.rows<FinalCount>(FINAL_COUNTS);

describe("final_counts", () => {
  it.each<[reading: Accounting, rows: unknown[][]]>([
    [
      "counted",
      [
        ["<unknown-provider>", "<unknown-model>", 1, 0],
        ["claude", "a", 3, 2],
        ["codex", "b", 1, 1],
      ],
    ],
    [
      "published",
      [
        ["<unknown-provider>", "<unknown-model>", 1, 1],
        ["claude", "a", 3, 3],
        ["codex", "b", 1, 1],
      ],
    ],
  ])("are those of the %s reading", async (accounting, rows) => {
    expect((await withPool(STEPS, countsOf, [], [], { accounting })).map(Object.values)).toEqual(rows);
  });

  it.skipIf(!hasShared)("of newer transcripts are those that were counted by other means, and those of the report", async () => {
    const folder = temporaryFolder();
    const trace = path.join(folder, "rounds.jsonl");
    const report = await collect({ homes: [shared("transcripts-2026", "home")], output: trace, say: () => {} });
    const db = path.join(folder, "rounds.duckdb");
    await buildDatabase({ inputs: [trace], db, threads: 1 });
    const pool = await Pool.open(db, { threads: 1 });
    // Those that only progress records know are counted apart there.
    const fromTranscripts = `SELECT model, count(*) AS steps, count(*) FILTER (output_is_final) AS final_steps
      FROM rounds WHERE provider = 'claude' AND session_id NOT IN (SELECT session_id FROM sessions WHERE known_from = 'progress')
      GROUP BY model ORDER BY model`;
    const rows = await pool.rows<object>(fromTranscripts);
    const claude = (await countsOf(pool)).filter(({ provider }) => provider === "claude");
    pool.close();
    fs.rmSync(folder, { recursive: true });

    expect(rows.map(Object.values)).toEqual([
      ["claude-haiku-4-5-20251001", 151, 0],
      ["claude-opus-4-6", 161, 38],
      ["claude-opus-5", 145, 145],
      ["claude-sonnet-4-5-20250929", 3, 0],
    ]);
    const { steps, final_steps } = sumsOf(claude, ["steps", "final_steps"]);
    expect([steps, final_steps]).toEqual([489, 183]);
    expect(report.providers.claude).toMatchObject({ rows: steps, placeholderRows: steps - final_steps });
  });
});
