import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { Row } from "../../../lib/experiment.ts";
import { csvText } from "../../../lib/files/csv.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { timesAfter } from "../../../lib/testing/events.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { labelsOf, type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "drift-"));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const START = Date.UTC(2026, 0, 5);
const DAY_S = 86_400;

interface Sessions {
  readonly count: number;
  readonly name: string;
  readonly tools: readonly string[];
  readonly more?: StepLiteral;
  readonly fromDay?: number;
}

/** Sessions of one request with a step for each tool, one a day. */
function sessions({ count, name, tools, more = {}, fromDay = 0 }: Sessions): StepLiteral[] {
  return Array.from({ length: count }, (_, session) =>
    tools.map((tool_name, i): StepLiteral => {
      const { at, event } = timesAfter(START + ((fromDay + session) * DAY_S + i * 20) * 1000);
      return {
        provider: "claude",
        model: "claude-opus-4-6",
        user: "person-1",
        session_id: `${name}-${session}`,
        newly_append_tokens: 15_000,
        output_tokens: 100,
        timing_events: [...(i === 0 ? [event("user_message", 0)] : []), event("tool_call", 5, { tool_call_id: `${i}` })],
        tools: [{ tool_name, tool_call_id: `${i}`, emitted_at: at(5), result_at: at(8), is_error: false }],
        ...more,
      };
    }),
  ).flat();
}

const READERS: Sessions = { count: 10, name: "read", tools: ["Read", "Read", "Edit"], more: { model: "claude-opus-4-5" } };
const RUNNERS: Sessions = { count: 10, name: "run", tools: ["Bash", "Bash", "Bash", "Bash"], fromDay: 20 };
/** Nothing in common, but for rounding. */
const APART = expect.closeTo(1, 12);
const BOTH = [...sessions(READERS), ...sessions(RUNNERS)];

type Flags = Parameters<typeof runOn>[2];
const driftOn = (pool: Pool, flags: Flags = {}) => runOn(experiment, pool, { permutations: 399, ...flags });
const driftOf = (steps: readonly StepLiteral[], flags: Flags = {}, ...rest: [] | [Parameters<typeof withPool>[4]]) =>
  withPool(steps, (pool) => driftOn(pool, flags), [], [], rest[0]);
const rowOf = (rows: readonly Row[], dimension: string) => rows.find((row) => row.dimension === dimension);

describe("pool M", () => {
  it("has one session of each provider, so nothing to compare", async () => {
    const result = await driftOf(POOL_M);
    expect(result.tables.map(({ name }) => [name, rowsOf(result, name).length > 0])).toEqual([
      ["drift", false],
      ["drift_movers", false],
      ["fingerprints", true],
      ["drift_over_time", false],
    ]);
    expect(result.figures).toEqual([]);
  });

  it.each<[string, string, [bin: string, units: number][]]>([
    [
      "tool_mix",
      "claude",
      [
        ["Bash", 3],
        ["Edit", 1],
        ["Read", 1],
        ["Task", 1],
      ],
    ],
    [
      "flow",
      "claude",
      [
        ["edit > shell", 1],
        ["read > shell", 1],
        ["shell > edit", 1],
        ["shell > shell", 1],
      ],
    ],
    [
      "error",
      "claude",
      [
        ["worked", 4],
        ["failed", 2],
      ],
    ],
    [
      "repeat",
      "claude",
      [
        ["another tool", 5],
        ["same tool after an error", 1],
      ],
    ],
    [
      "parallel",
      "claude",
      [
        ["0", 2],
        ["1", 6],
      ],
    ],
    [
      "depth",
      "claude",
      [
        ["1", 2],
        ["5-8", 1],
      ],
    ],
    [
      "duration",
      "claude",
      [
        ["under 10 s", 1],
        ["30 s-2 min", 2],
      ],
    ],
    [
      "edits",
      "claude",
      [
        ["0", 2],
        ["1", 1],
      ],
    ],
    [
      "output",
      "claude",
      [
        ["32-63", 1],
        ["64-127", 3],
        ["128-255", 2],
        ["256-511", 2],
      ],
    ],
    [
      "context",
      "claude",
      [
        ["0-10%", 0],
        ["10-20%", 8],
      ].filter(([, units]) => units !== 0) as [string, number][],
    ],
    [
      "error",
      "codex",
      [
        ["worked", 1],
        ["unknown", 1],
      ],
    ],
    [
      "parallel",
      "codex",
      [
        ["0", 2],
        ["1", 2],
      ],
    ],
    [
      "depth",
      "codex",
      [
        ["1", 1],
        ["3-4", 1],
      ],
    ],
  ])("%s of %s", async (dimension, provider, bins) => {
    const rows = rowsOf(await driftOf(POOL_M, { by: "provider" }), "fingerprints");
    expect(rows.filter((row) => row.group === provider && row.dimension === dimension).map(({ bin, units }) => [bin, units])).toEqual(bins);
  });
});

describe("two groups that differ", () => {
  let rows: readonly Row[];
  let result: Awaited<ReturnType<typeof driftOf>>;
  beforeAll(async () => {
    result = await driftOf(BOTH);
    rows = rowsOf(result);
  });

  it("drift where they do, and nowhere else", () => {
    expect(Object.fromEntries(rows.map(({ dimension, jsd, drifted }) => [dimension, [jsd, drifted]]))).toMatchObject({
      tool_mix: [APART, true],
      flow: [APART, true],
      error: [0, false],
      parallel: [0, false],
      depth: [0, false],
      duration: [0, false],
      edits: [APART, true],
    });
  });

  it("say how sure that is", () => {
    expect(rowOf(rows, "tool_mix")).toMatchObject({
      comparison: "claude: claude-opus-4-5 > claude-opus-4-6",
      sessions_a: 10,
      units_a: 30,
      units_b: 40,
    });
    expect(rowOf(rows, "tool_mix")?.p_value).toBe(1 / 400);
  });

  it("have movers that add up to the divergence", () => {
    const parts = rowsOf(result, "drift_movers").filter(({ dimension }) => dimension === "tool_mix");
    expect(parts.map(({ bin, share_a, share_b }) => [bin, share_a, share_b])).toEqual([
      ["Bash", 0, 1],
      ["Read", 2 / 3, 0],
      ["(rare tools)", 1 / 3, 0],
    ]);
    expect(parts.reduce((sum, { part }) => sum + Number(part), 0)).toBeCloseTo(1, 12);
  });

  it("raise the alarm only where a flag asks for it", async () => {
    expect(result.alarm).toBeUndefined();
    expect((await driftOf(BOTH, { "fail-on-drift": true })).alarm).toMatch(
      /^4 of \d+ dimensions drifted from claude-opus-4-5 to claude-opus-4-6 \(--fail-on-drift\)\.$/,
    );
    expect((await driftOf(sessions(READERS), { by: "period", "fail-on-drift": true })).alarm).toBeUndefined();
  });

  it("come out the same in shards", async () => {
    expect(rowsOf(await driftOf(BOTH, {}, { shards: 5 }))).toEqual(rows);
  });

  it("are found in blocks of sessions, too", async () => {
    const many = [...sessions({ ...READERS, count: 40 }), ...sessions({ ...RUNNERS, count: 40 })];
    expect(rowOf(rowsOf(await driftOf(many, { "most-blocks": 16 })), "tool_mix")).toMatchObject({
      jsd: APART,
      drifted: true,
      sessions_a: 40,
    });
  });
});

describe("no verdict", () => {
  it("with fewer than 8 sessions in a group, which a note says", async () => {
    const result = await driftOf([...sessions({ ...READERS, count: 7 }), ...sessions(RUNNERS)]);
    const row = { jsd: APART, p_value: null, p_holm: null, drifted: null, verdict: "fewer than 8 sessions in a group" };
    expect(rowOf(rowsOf(result), "tool_mix")).toMatchObject(row);
    expect(result.notes).toContain(
      "1 comparison is not judged, because a group has fewer than 8 sessions: claude: claude-opus-4-5 > claude-opus-4-6.",
    );
  });

  it("on output that is less than what was written", async () => {
    const understated = sessions({ ...RUNNERS, more: { output_tokens: 2 } }).map(({ tools = [], ...step }) => ({
      ...step,
      tools: tools.map((tool) => ({ ...tool, input_chars: 4_000 })),
    }));
    const row = rowOf(rowsOf(await driftOf([...sessions(READERS), ...understated])), "output");
    expect(row).toMatchObject({ jsd: APART, drifted: null, p_holm: null, verdict: "output was logged while responses were streaming" });
  });

  it("on counts that are known to be of an unfinished stream: they are left out", async () => {
    const streamed = sessions({ ...RUNNERS, more: { details: { output_is_placeholder: true } } });
    const row = rowOf(rowsOf(await driftOf([...sessions(READERS), ...streamed])), "output");
    expect(row).toMatchObject({ units_a: 30, units_b: 0, jsd: null, verdict: "a group has no units" });
  });
});

describe("groups", () => {
  const comparisons = async (flags: Flags, steps: readonly StepLiteral[] = BOTH, labels: readonly string[] = []) => {
    const rows = rowsOf(await driftOf(steps, flags, labels.length > 0 ? { labels: labelsOf(...labels) } : {}));
    return [...new Set(rows.map(({ comparison }) => comparison))];
  };
  const others = sessions({ ...RUNNERS, name: "codex", more: { provider: "codex", user: "person-2", project: "shop" } });

  it.each<[string, Flags, string[]]>([
    ["halves", { by: "period" }, ["claude: before 2026-01-19 > from 2026-01-19"]],
    ["a given day", { by: "period", split: "2026-01-25" }, ["claude: before 2026-01-25 > from 2026-01-25"]],
    [
      "weeks",
      { by: "week" },
      [
        "claude: 2026-01-05 > 2026-01-12",
        "claude: 2026-01-05 > 2026-01-19",
        "claude: 2026-01-05 > 2026-01-26",
        "claude: 2026-01-05 > 2026-02-02",
      ],
    ],
    [
      "conditions",
      { "group-a": "model=claude-opus-4-5*", "group-b": "since=2026-01-25,until=2026-02-28" },
      ["model=claude-opus-4-5* > since=2026-01-25,until=2026-02-28"],
    ],
    ["some sessions only", { by: "period", among: "model=claude-opus-4-5" }, ["claude: before 2026-01-09 > from 2026-01-09"]],
  ])("%s", async (_, flags, expected) => {
    expect(await comparisons(flags)).toEqual(expected);
  });

  it("are inside a provider, unless providers are compared", async () => {
    const steps = [...BOTH, ...others];
    expect(await comparisons({ by: "person" }, steps)).toEqual([]);
    expect(await comparisons({ by: "provider" }, steps)).toEqual(["claude > codex"]);
  });

  it("by label", async () => {
    const labels = ["read-0,team,none", ...["read-1", "read-2"].map((session) => `${session},prompt,long`), "run-1,prompt,short"];
    expect(await comparisons({ by: "label:prompt" }, BOTH, labels)).toEqual(["claude: long > short"]);
    expect((await driftOf(BOTH, { by: "label:prompt" })).notes).toContain(
      "No session has a label with the key prompt; give them with --labels FILE, see docs/labels.md.",
    );
  });

  it("that differ by their projects only, when sessions are shuffled inside these", async () => {
    const inProjects = [
      ...sessions({ ...READERS, more: { ...READERS.more, project: "a" } }),
      ...sessions({ ...RUNNERS, more: { project: "b" } }),
    ];
    expect(rowOf(rowsOf(await driftOf(inProjects, { within: "project" })), "tool_mix")).toMatchObject({
      jsd: APART,
      p_value: 1,
      drifted: false,
    });
  });

  it.each<[Flags, string]>([
    [
      { by: "modle" },
      '--by names "modle"; use model, week, provider, person, project, client_version, agent_type or label:KEY, where KEY is one of --labels.',
    ],
    [{ by: "period", split: "January" }, '--split is "January"; give a day such as 2026-01-31.'],
    [{ split: "2026-01-31" }, "--split does nothing without --by period. Add it, or leave out --split."],
    [{ "group-a": "model=x" }, "--group-a needs --group-b; give the conditions of both groups."],
    [
      { "group-a": "model=x", "group-b": "y" },
      '--group-b has the condition "y"; write one such as model=claude-opus-4-5* or since=2026-01-31.',
    ],
    [{ "group-a": "model=x", "group-b": "model=y", by: "week" }, "--group-a and --group-b name the groups; leave out --by and --split."],
  ])("that make no sense are refused: %j", async (flags, sentence) => {
    await withPool(BOTH, (pool) => expect(driftOn(pool, flags)).rejects.toThrow(new UserError(sentence)));
  });
});

it("a window of time is compared with all before it", async () => {
  const rows = rowsOf(await driftOf(BOTH), "drift_over_time").filter(({ dimension }) => dimension === "tool_mix");
  expect(rows.map(({ comparison, sessions_a, sessions_b, drifted }) => [comparison, sessions_a, sessions_b, drifted])).toEqual([
    ["claude: all before > 2026-01-19", 10, 8, true],
    ["claude: all before > 2026-02-02", 18, 2, null],
  ]);
});

describe("a baseline", () => {
  const saved = async (steps: readonly StepLiteral[]) => {
    const rows = rowsOf(await driftOf(steps, { by: "provider" }), "fingerprints");
    const file = path.join(scratch, "fingerprints.csv");
    fs.writeFileSync(file, csvText(Object.keys(rows[0] ?? {}), rows));
    return file;
  };

  it("of other behavior has drifted; its own has not", async () => {
    const file = await saved(sessions(READERS));
    const findings = async (steps: readonly StepLiteral[]) => rowsOf(await driftOf(steps, { by: "provider", baseline: file }));
    expect(rowOf(await findings(sessions(RUNNERS)), "tool_mix")).toMatchObject({
      comparison: "baseline > claude",
      jsd: APART,
      drifted: true,
    });
    expect(rowOf(await findings(sessions(READERS)), "tool_mix")).toMatchObject({ jsd: 0, p_value: 1, drifted: false });
  });

  it("without the group is said", async () => {
    expect((await driftOf(BOTH, { baseline: await saved(BOTH) })).notes).toContain(
      "The baseline has no group called claude: claude-opus-4-5, claude: claude-opus-4-6.",
    );
  });

  it("that is another file is refused with its line", async () => {
    const file = path.join(scratch, "other.csv");
    fs.writeFileSync(file, "group,dimension,bin,sessions,units,share\nclaude,mood,good,1,1,1\n");
    const error = new UserError(`${file}, line 2 has the dimension "mood"; give a fingerprints.csv that this program wrote.`);
    await withPool(BOTH, (pool) => expect(driftOn(pool, { baseline: file })).rejects.toThrow(error));
  });
});

describe.skipIf(!hasShared)("pool A", () => {
  const drift = (flags: Flags) => withReferencePool("pool-a", (pool) => runOn(experiment, pool, flags));

  it("has the printed divergences of Opus 4.5 and 4.6", async () => {
    const result = await drift({ "group-a": "model=claude-opus-4-5*", "group-b": "model=claude-opus-4-6*", "min-calls": 1 });
    const [printed = []] = printedRows("pool-a", "behavioral_drift");
    expect(printed).toHaveLength(5);
    const bins: Readonly<Record<string, string>> = { output: "16-31" };
    for (const { dimension, jsd, top_mover, its_change } of printed) {
      const row = rowOf(rowsOf(result), String(dimension));
      expect(row?.jsd, String(dimension)).toBeCloseTo(Number(jsd), 12);
      const mover = rowOf(rowsOf(result, "drift_movers"), String(dimension));
      expect(mover?.bin).toBe(bins[String(dimension)] ?? String(top_mover));
      expect(mover?.change).toBeCloseTo(Number(its_change), 12);
    }
    expect(rowOf(rowsOf(result), "tool_mix")).toMatchObject({ sessions_a: 80, sessions_b: 52, p_value: 0.001, drifted: true });
    expect(rowOf(rowsOf(result), "tool_mix")?.null_p50).toBeCloseTo(0.0097, 3);
    expect(rowOf(rowsOf(result), "tool_mix")?.null_p95).toBeCloseTo(0.0166, 2);
    expect(rowOf(rowsOf(result), "output")).toMatchObject({ drifted: null, verdict: "output was logged while responses were streaming" });
  });

  it("drifts inside one model, too", async () => {
    const rows = rowsOf(await drift({ by: "period", among: "model=claude-opus-4-5*", "min-calls": 1 }));
    expect(rowOf(rows, "tool_mix")?.jsd).toBeCloseTo(0.0449, 4);
    expect(rowOf(rows, "tool_mix")?.p_value).toBeLessThanOrEqual(0.003);
  });
});

it.skipIf(!hasShared)("pool X has no such models, as printed: nothing is compared", async () => {
  const result = await withReferencePool("pool-x", (pool) =>
    runOn(experiment, pool, { "group-a": "model=claude-opus-4-4*", "group-b": "model=claude-opus-4-6*" }),
  );
  expect(printedRows("pool-x", "behavioral_drift")[0]?.map(({ jsd }) => jsd)).toEqual([null, null, null, null, null]);
  expect(rowsOf(result).map(({ jsd, p_value }) => [jsd, p_value])).toEqual(rowsOf(result).map(() => [null, null]));
});
