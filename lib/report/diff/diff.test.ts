import fs from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../db/open/pool.ts";
import { queriesOf } from "../../run/compute.ts";
import { loadExperiments } from "../../run/discover.ts";
import { known } from "../../stats/known.ts";
import { project } from "../../testing/paths.ts";
import { type StepLiteral, withPool } from "../../testing/pool.ts";
import { POOL_M } from "../../testing/pool-m.ts";
import { readComparison } from "../../trace/session-diff/read.ts";
import { readSessions } from "../usage.ts";
import { readEdits } from "./edits.ts";
import { diffJson } from "./json.ts";
import { type DiffFacts, diffLines } from "./view.ts";

const OPTIONS = { top: 2, accounting: "published" } as const;

async function factsIn(pool: Pool, ...words: string[]): Promise<DiffFacts> {
  const [experiment] = await loadExperiments(["session/session_diff"]);
  const comparison = known(await readComparison(queriesOf(known(experiment), pool), words));
  return { comparison, about: await readSessions(pool), edits: await readEdits(pool, comparison) };
}

const textOf = (facts: DiffFacts, width: number | null = null) => diffLines(facts, OPTIONS, width).map(({ text }) => text);

describe("s1 and s2 of pool M", () => {
  let facts: DiffFacts;
  beforeAll(async () => {
    facts = await withPool(POOL_M, (pool) => factsIn(pool, "s1", "s2"));
  });

  it("are shown as text", () => {
    const lines = textOf(facts);
    expect(lines.slice(0, 6)).toEqual([
      "Two sessions (accounting: published)",
      "A s1: opus-4-6, from 2026-01-05 10:00 UTC",
      "B s2: opus-4-6, from 2026-01-05 10:33 UTC",
      "Numbers",
      "Metric                           A        B  B / A  Median of claude",
      "Requests                         3        1  0.33x                 2",
    ]);
    expect(lines.slice(lines.indexOf("Requests of A and B"))).toEqual([
      "Requests of A and B",
      "A  B  Alike  A does                         B does          A cost  B cost  A time  B time  A failed  B failed",
      "1  1    50%  explore run×2 edit run answer  explore answer   $0.47   $0.11  1m 45s  1m 33s         2         0",
      "2  –         delegate                                        $0.02          1m 46s                 0",
      "1 row more; --top shows them.",
      "Where A and B part",
      "In request 1 of A and request 1 of B, the first call is of the same kind and outcome; then A calls Bash (call 2, failed), and B makes no more calls.",
      "29% of the calls of A and B go together, in order, by what the tools are for.",
      "The tools of A and B differ by 1.00 bits (0: the same tools in the same shares; 1: no tool in common).",
      "What these numbers are",
      "Ranks are left out: they take single sessions of a provider with at least 20 sessions here.",
      "Alike: requests by what their steps do, not by what was asked. A pair with a request of one step may be alike by chance.",
      "Costs are at list prices. Output as logged may be too low; at least: by its characters.",
    ]);
  });

  it("fit a terminal", () => {
    const tables = diffLines(facts, OPTIONS, 60).filter(({ kind }) => kind === "row" || kind === "head");
    expect(tables.filter(({ text }) => text.length > 60)).toEqual([]);
  });

  it("have the fields that docs/diff.md lists, as JSON", () => {
    const documented = new Set([...fs.readFileSync(project("docs/diff.md"), "utf8").matchAll(/`(\w+)`/g)].map(([, name]) => name));
    const json = diffJson(facts, OPTIONS);
    const [comparison] = json.comparisons;
    const parts = [
      json,
      ...json.sessions,
      ...json.metrics,
      ...json.comparisons,
      comparison?.firstDivergence,
      ...(comparison?.requests ?? []),
    ];
    const names = [...parts, comparison?.requests[0]?.a].flatMap((part) => Object.keys(part ?? {}));
    expect(names.filter((name) => !documented.has(name))).toEqual([]);
    expect(json).toMatchObject({
      sessions: [{ sessionId: "s1" }, { sessionId: "s2" }],
      comparisons: [{ firstDivergence: { requestA: 1, requestB: 1, callA: 2, callB: null } }],
    });
  });
});

describe("where sessions part", () => {
  const step = (session_id: string, request: boolean, tool_name?: string, more: StepLiteral = {}): StepLiteral => ({
    session_id,
    provider: "claude",
    model: "claude-opus-4-6",
    timing_events: [
      { event_type: request ? "user_message" : "tool_result", timestamp: "2026-06-01T00:00:00Z" },
      { event_type: "text", timestamp: "2026-06-01T00:00:01Z" },
    ],
    ...(tool_name !== undefined && { tools: [{ tool_call_id: `${session_id}-${tool_name}`, tool_name, is_error: false }] }),
    ...more,
  });
  it.each<[what: string, steps: StepLiteral[], sentence: string]>([
    [
      "nowhere",
      [step("a", true, "Read"), step("b", true, "Grep")],
      "Nowhere: all requests make calls of the same kinds, with the same outcomes.",
    ],
    [
      "at a request that only one has",
      [step("a", true, "Read"), step("b", true, "Read"), step("b", true, "Edit")],
      "Request 2 of B has no counterpart in A.",
    ],
    [
      "at a call that only one makes",
      [step("a", true), step("b", true, "Edit")],
      "In request 1 of A and request 1 of B, A makes no call, and B calls Edit (call 1, worked).",
    ],
    [
      "at an outcome",
      [
        step("a", true, "Read"),
        step("a", false, "Bash"),
        step("b", true, "Read"),
        step("b", false, undefined, { tools: [{ tool_call_id: "x", tool_name: "Bash" }] }),
      ],
      "In request 1 of A and request 1 of B, the first call is of the same kind and outcome; then A calls Bash (call 2, worked), and B calls Bash (call 2, outcome unknown).",
    ],
    [
      "before the first request",
      [step("a", false, "Read"), step("b", false, "Edit")],
      "In what is before the first request of A and what is before the first request of B, A calls Read (call 1, worked), and B calls Edit (call 1, worked).",
    ],
  ])("%s", async (_, steps, sentence) => {
    const lines = textOf(await withPool(steps, (pool) => factsIn(pool, "a", "b")));
    expect(lines[lines.indexOf("Where A and B part") + 1]).toBe(sentence);
  });

  it("edited files are listed, those of one session first", async () => {
    const edit = (session_id: string, target: string) => step(session_id, true, "Edit", { inputs: [{ target }] });
    const steps = [edit("a", "both.ts"), edit("a", "one.ts"), edit("b", "both.ts")];
    const lines = textOf(await withPool(steps, (pool) => factsIn(pool, "a", "b")));
    expect(lines.slice(lines.indexOf("Edited files") + 1, lines.indexOf("Edited files") + 4)).toEqual([
      "File     A edits  B edits",
      "one.ts         1",
      "both.ts        1        1",
    ]);
  });
});
