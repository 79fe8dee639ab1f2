import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import Papa from "papaparse";
import { describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import { readQuery } from "../../../lib/run/compute.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { published, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

/** The workload as it is written to disk, and the rest of the result. */
async function exported(pool: Pool, flags: Record<string, unknown> = {}) {
  const result = await runOn(experiment, pool, flags);
  const rows = result.tables[0]?.rows;
  if (!rows || !("query" in rows)) throw new Error("the workload is not streamed");
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-export-"));
  try {
    const file = path.join(folder, "coding_trace.csv");
    await pool.copyCsv(readQuery(experiment, rows.query), file, rows.params);
    const text = fs.readFileSync(file, "utf8");
    const summary = Object.fromEntries(rowsOf(result, "export_summary").map(({ key, value }) => [String(key), value]));
    return { result, summary, lines: text.trimEnd().split("\n") };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const tokens = (append: number | null, prefix: number | null = 0, output: number | null = 1) => ({
  newly_append_tokens: append,
  prefix_tokens: prefix,
  output_tokens: output,
});
const step = (session_id: string | null, round_index: number | null, more: StepLiteral = {}): StepLiteral => ({
  session_id,
  round_index,
  provider: "codex",
  ...tokens(5),
  ...more,
});
const waits = (...ms: (number | null)[]) => ms.map((tool_wall_latency_ms) => ({ tool_wall_latency_ms, tool_internal_latency_ms: 7 }));

const HEADER = "id,input_len,output_len,arrival_time,round_idx,tool_wait_after_ms,prefix_len";
const STABLE = { "session-order": "stable", "arrival-pattern": "constant" };

const CASES: [what: string, steps: StepLiteral[], flags: Record<string, unknown>, lines: string[]][] = [
  [
    "sessions come as in the file, their steps by index",
    [step("b", 2, tokens(7, 3, 4)), step("a", 0), step("b", 1)],
    STABLE,
    ["0,5,1,0.000000,0,0.000000,0", "0,7,4,0.000000,1,0.000000,3", "1,5,1,1000.000000,0,0.000000,0"],
  ],
  [
    "waits add up; unknown and negative ones and those of the last step don't count",
    [step("a", 0, { tools: waits(20, null, -3, 5) }), step("a", 1, { tools: waits(99) })],
    STABLE,
    ["0,5,1,0.000000,0,25.000000,0", "0,5,1,0.000000,1,0.000000,0"],
  ],
  [
    "the tool's own clock",
    [step("a", 0, { tools: waits(20, 30) }), step("a", 1)],
    { ...STABLE, "tool-latency-source": "internal" },
    ["0,5,1,0.000000,0,14.000000,0", "0,5,1,0.000000,1,0.000000,0"],
  ],
  ["lengths have a minimum", [step("a", 0, tokens(0, -4, -1))], STABLE, ["0,1,1,0.000000,0,0.000000,0"]],
  [
    "a step without an index is at its place in the file",
    [step("a", 3), step("a", null, tokens(8))],
    STABLE,
    ["0,8,1,0.000000,0,0.000000,0", "0,5,1,0.000000,1,0.000000,0"],
  ],
  [
    "one provider: the session ends with its last step of it",
    [step("a", 0, { tools: waits(20) }), step("a", 1, { provider: "claude" })],
    { ...STABLE, provider: "codex" },
    ["0,5,1,0.000000,0,0.000000,0"],
  ],
  ["steps without a session are left out", [step("", 0), step(null, 0)], STABLE, []],
  [
    "a step without tokens is left out",
    [step("a", 0, tokens(null)), step("a", 1, tokens(6)), step("b", 0, tokens(1, null))],
    STABLE,
    ["0,6,1,0.000000,0,0.000000,0"],
  ],
  [
    "rate and cap",
    [step("a", 0), step("b", 0), step("c", 0)],
    { ...STABLE, "arrival-rate": 4, "max-sessions": 2 },
    ["0,5,1,0.000000,0,0.000000,0", "1,5,1,250.000000,0,0.000000,0"],
  ],
  ["hostile names", [step(`"x", '<b>`, 0), step("$1;--", 0)], STABLE, ["0,5,1,0.000000,0,0.000000,0", "1,5,1,1000.000000,0,0.000000,0"]],
];

describe("the workload", () => {
  it.each(CASES)("%s", async (_what, steps, flags, lines) => {
    expect((await withPool(steps, (pool) => exported(pool, flags))).lines).toEqual([HEADER, ...lines]);
  });

  it("counts what went in and what did not", async () => {
    const steps = [
      step("a", 0, { tools: waits(20, null, -3), ...tokens(5, 0, 2) }),
      step("a", 1, tokens(5, 6)),
      step("a", 2, tokens(null)),
      step(null, 0),
    ];
    const { summary, result } = await withPool(steps, (pool) => exported(pool, STABLE));
    expect(summary).toEqual({
      input_steps: 4,
      sessions_seen: 1,
      sessions_emitted: 1,
      steps_emitted: 2,
      steps_without_session: 1,
      steps_without_tokens: 1,
      sessions_with_shrinking_context: 1,
      total_tool_wait_s: 0.02,
      tool_latencies_used: 1,
      tool_latencies_missing: 1,
      tool_latencies_invalid: 1,
      last_arrival_s: 0,
    });
    expect(result.notes).toHaveLength(4);
  });
});

describe("strictness", () => {
  const steps = [step("a", 0), step("b", 0, tokens(null))];

  it("refuses a step without tokens by name of its session", async () => {
    await withPool(steps, (pool) =>
      expect(runOn(experiment, pool, { ...STABLE, strict: true })).rejects.toThrow(/Session b has 1 step without/),
    );
  });

  it("does not ask for tokens in sessions that are cut", async () => {
    const { lines } = await withPool(steps, (pool) => exported(pool, { ...STABLE, strict: true, "max-sessions": 1 }));
    expect(lines).toHaveLength(2);
  });

  it("refuses a rate of nothing", async () => {
    await withPool(steps, (pool) => expect(runOn(experiment, pool, { "arrival-rate": 0 })).rejects.toThrow(/--arrival-rate is 0/));
  });
});

it("draws how many steps the longest sessions hold, from 20 sessions on", async () => {
  const sessions = (count: number) => Array.from({ length: count }, (_, i) => step(`s${i}`, 0));
  const long = Array.from({ length: 20 }, (_, i) => step("s0", i + 1));
  const many = await withPool([...sessions(20), ...long], (pool) => exported(pool));
  expect(many.result.figures).toMatchObject([{ title: "The longest 10% of the sessions hold 55% of the steps" }]);
  const few = await withPool(sessions(19), (pool) => exported(pool));
  expect(few.result).toMatchObject({ figures: [], notes: ["No figure was drawn: the workload has only 19 sessions."] });
});

it("has a header, no figure and a note for an empty pool", async () => {
  const { result, lines, summary } = await withPool([], (pool) => exported(pool));
  expect(lines).toEqual([HEADER]);
  expect(summary.sessions_emitted).toBe(0);
  expect(result).toMatchObject({ figures: [], headlines: [], notes: [experiment.empty] });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  it("returns the published workload, byte for byte but for line ends", async () => {
    const golden = published(name, experiment, "coding_trace.csv").replaceAll("\r\n", "\n").trimEnd().split("\n");
    const { lines, summary } = await withReferencePool(name, (pool) => exported(pool));
    expect(golden.length).toBeGreaterThan(10_000);
    expect(lines.findIndex((line, i) => line !== golden[i])).toBe(-1);
    expect(lines).toHaveLength(golden.length);
    expect(summary.steps_emitted).toBe(Papa.parse(golden.join("\n"), { header: true }).data.length);
  });
});
