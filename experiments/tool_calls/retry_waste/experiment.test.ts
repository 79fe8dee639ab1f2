import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../../lib/collect/collect.ts";
import { buildDatabase } from "../../../lib/db/build/build.ts";
import { Pool } from "../../../lib/db/open/pool.ts";
import type { Row } from "../../../lib/experiment.ts";
import { renderFigure } from "../../../lib/render/render.ts";
import { known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { asSessions } from "../../../lib/testing/cases.ts";
import { hasShared, shared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import { inputsFileOf } from "../../../lib/trace/companions.ts";
import experiment from "./experiment.ts";

type Tool = NonNullable<StepLiteral["tools"]>[number];

const near = (usd: number) => expect.closeTo(usd, 9);
const REPEATED =
  "-- uses: repeated_calls\nSELECT session_id, call_no, tool, class, basis, previous_call_no, sole_from_chars IS NOT NULL AS sole FROM repeated_calls ORDER BY session_id, call_no";
const repeatedIn = (steps: readonly StepLiteral[]) => withPool(steps, (pool) => pool.rows<Row>(REPEATED));
/** Of everything, the row of a class. */
const classOf = (rows: readonly Row[], name: string, provider = "all") =>
  rows.find((row) => row.provider === provider && row.tool === null && row.class === name);

describe("pool M", () => {
  it("tries Bash twice again with an input of the same length", async () => {
    expect(await repeatedIn(POOL_M)).toEqual([
      { session_id: "s1", call_no: 3, tool: "Bash", class: "identical_after_error", basis: "size", previous_call_no: 2, sole: true },
      { session_id: "s1", call_no: 5, tool: "Bash", class: "identical_after_error", basis: "size", previous_call_no: 3, sole: true },
    ]);
  });

  it("pays for two steps, and for the failed result before them", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    // c2 left 130 tokens in the context of 30,700 at step 3 and of all later steps of s1.
    const rent = [
      18_225_000 / 30_700,
      17_225_000 / 31_000,
      194_687_500 / 31_150,
      16_512_500 / 31_300,
      18_462_500 / 31_750,
      29_000_000 / 33_850,
    ];
    expect(classOf(rowsOf(result), "identical_after_error")).toMatchObject({
      calls: 2,
      failed_again: 1,
      existence_steps: 2,
      existence_usd: near(0.020725 + 0.1959375),
      existence_tokens: 30_700 + 100 + 31_150 + 50,
      result_tokens: 130,
      size_usd: near((130 * sumOf(rent, (nano) => nano)) / 1e9),
    });
  });

  it("has one run of two failures, of the same call", async () => {
    const result = await withPool(POOL_M, (pool) => runOn(experiment, pool));
    expect(rowsOf(result, "retry_runs")).toEqual([{ provider: "claude", length: 2, runs: 1, same_input: 1 }]);
  });

  it("with a third failure has a loop", async () => {
    const steps = POOL_M.map((step, i) =>
      i === 2 ? { ...step, tools: [...(step.tools ?? []), { ...step.tools?.[0], tool_call_id: "c2b" }] } : step,
    );
    const streaks = await streaksOf(steps);
    expect(streaks).toHaveLength(1);
    expect(streaks).toMatchObject([
      // Steps 2 and 3; only the second has nothing but repetitions.
      { kind: "loop", length: 3, tools: "Bash", existence_usd: near(0.020725), cost_of_touched_steps_usd: near(0.08125 + 0.020725) },
    ]);
  });
});

async function streaksOf(steps: readonly StepLiteral[], flags: object = {}): Promise<Row[]> {
  return withPool(steps, async (pool) => {
    const { tables } = await runOn(experiment, pool, { ...flags });
    const streaks = known(tables.find(({ name }) => name === "retry_streaks"));
    const { params = {} } = "query" in streaks.rows ? streaks.rows : {};
    const sql = fs.readFileSync(path.join(experiment.folder, "streaks.sql"), "utf8");
    return pool.rows<Row>(sql, params);
  });
}

/** Steps of one request that make one call each: `[tool, is_error, input_chars]`. */
const calls = (...made: readonly (readonly [tool: string, is_error: boolean | null, input_chars: number, more?: Tool])[]): StepLiteral[] =>
  made.map(([tool_name, is_error, input_chars, more], i) => ({
    session_id: "s",
    provider: "claude",
    model: "claude-opus-4-6",
    prefix_tokens: 1_000 + i,
    timing_events: [
      ...(i === 0 ? [{ event_type: "user_message", timestamp: second(0), content_chars: 9 }] : []),
      { event_type: "text", timestamp: second(10 * i + 1) },
    ],
    tools: [{ tool_name, tool_call_id: `call-${i}`, is_error, input_chars, result_chars: 40, ...more }],
  }));
const second = (value: number) => new Date(Date.UTC(2026, 0, 5) + value * 1000).toISOString();
const withHashes = (steps: readonly StepLiteral[], hashes: readonly string[]): StepLiteral[] =>
  steps.map((step, i) => ({ ...step, inputs: [{ input_hash: known(hashes[i]), verb: "run", target: "a" }] }));

describe("a call", () => {
  const CASES: [what: string, steps: StepLiteral[], expected: (string | null)[]][] = [
    ["of another tool repeats nothing", calls(["Bash", true, 40], ["Read", false, 40]), [null, null]],
    ["of the same tool after an error is a retry", calls(["Bash", true, 40], ["Bash", false, 41]), [null, "altered_after_error"]],
    [
      "with other calls between is one, too",
      calls(["Bash", true, 40], ["Read", false, 9], ["Bash", false, 40]),
      [null, null, "identical_after_error"],
    ],
    ["after an unknown status is not", calls(["Bash", null, 40], ["Bash", false, 41]), [null, null]],
    ["after one that worked is redundant", calls(["Bash", false, 40], ["Bash", false, 40]), [null, "redundant"]],
    ["after an edit is a recheck", calls(["Bash", false, 40], ["Edit", false, 90], ["Bash", false, 40]), [null, null, "recheck"]],
    [
      "is redundant to the latest that worked",
      calls(["Bash", false, 40], ["Edit", false, 90], ["Bash", false, 40], ["Bash", false, 40]),
      [null, null, "recheck", "redundant"],
    ],
    ["that edits is never redundant", calls(["Edit", false, 40], ["Edit", false, 40]), [null, null]],
    ["that waits is never redundant", calls(["write_stdin", false, 40], ["write_stdin", false, 40]), [null, null]],
    ["that waits may be a retry", calls(["write_stdin", true, 40], ["write_stdin", false, 40]), [null, "identical_after_error"]],
    ["of another request is new", [...calls(["Bash", false, 40]), ...calls(["Bash", false, 40])], [null, null]],
  ];
  let found: readonly Row[];
  beforeAll(async () => {
    found = await repeatedIn(asSessions(CASES));
  });

  it.each(CASES)("%s", (what, steps, expected) => {
    const classes = new Map(found.flatMap(({ session_id, call_no, class: name }) => (session_id === what ? [[call_no, name]] : [])));
    expect(steps.map((_step, i) => classes.get(i + 1) ?? null)).toEqual(expected);
  });

  it("with a known input repeats the same input only", async () => {
    const steps = calls(["Bash", false, 4], ["Bash", false, 4], ["Bash", false, 4]);
    expect(await repeatedIn(withHashes(steps, ["a", "b", "a"]))).toEqual([
      { session_id: "s", call_no: 3, tool: "Bash", class: "redundant", basis: "hash", previous_call_no: 1, sole: true },
    ]);
  });

  it("with a short input is not the same for its length, but for its hash", async () => {
    const steps = calls(["Bash", true, 15], ["Bash", false, 15], ["Bash", false, 15]);
    const classes = async (pool: readonly StepLiteral[], flags: object = {}) => {
      const result = await withPool(pool, (each) => runOn(experiment, each, { ...flags }));
      return rowsOf(result).flatMap((row) => (row.provider === "all" && row.tool === null ? [row.class] : []));
    };
    expect(await classes(steps)).toEqual(["altered_after_error", "at most", "avoidable"]);
    expect(await classes(steps, { "min-input-chars": 15 })).toEqual(["identical_after_error", "redundant", "at most", "avoidable"]);
    expect(await classes(withHashes(steps, ["a", "a", "a"]))).toEqual(["identical_after_error", "redundant", "at most", "avoidable"]);
  });
});

it("redundant calls have a cost only where inputs are known", async () => {
  const steps = calls(["Bash", false, 40], ["Bash", false, 40]);
  const [bySize, byHash] = await Promise.all(
    [steps, withHashes(steps, ["a", "a"])].map((each) => withPool(each, async (pool) => rowsOf(await runOn(experiment, pool)))),
  );
  const cost = near((1_001 * 0.5) / 1e6);
  expect(classOf(known(bySize), "redundant")).toMatchObject({ existence_steps: 1, existence_usd: null, size_usd: null });
  expect(classOf(known(bySize), "at most")).toMatchObject({ existence_usd: cost, size_usd: null });
  expect(classOf(known(bySize), "avoidable")).toMatchObject({ calls: 0, existence_usd: 0 });
  expect(classOf(known(byHash), "redundant")).toMatchObject({ existence_steps: 1, existence_usd: cost, size_usd: 0 });
  expect(classOf(known(byHash), "avoidable")).toMatchObject({ calls: 1, existence_usd: cost });
});

describe("streaks", () => {
  const failing = (...inputs: readonly number[]) => calls(...inputs.map((chars) => ["Bash", true, chars] as const));
  const CASES: [what: string, steps: StepLiteral[], expected: [kind: string, length: number][]][] = [
    ["two failures are none", failing(40, 40), []],
    ["three of the same call are a loop", failing(40, 40, 40), [["loop", 3]]],
    ["three of different calls are a run", failing(40, 41, 42), [["failure_run", 3]]],
    [
      "a loop and what is left of the run",
      failing(40, 40, 40, 41, 42, 43),
      [
        ["loop", 3],
        ["failure_run", 3],
      ],
    ],
    ["too little is left", failing(41, 40, 40, 40, 42), [["loop", 3]]],
    [
      "two loops",
      failing(40, 40, 40, 41, 41, 41),
      [
        ["loop", 3],
        ["loop", 3],
      ],
    ],
    ["a call that works ends a run", calls(["Bash", true, 1], ["Bash", true, 2], ["Read", false, 3], ["Bash", true, 4]), []],
    ["so does an unknown status", calls(["Bash", true, 1], ["Bash", true, 2], ["Read", null, 3], ["Bash", true, 4]), []],
    ["and the end of a request", [...failing(40, 41), ...failing(42)], []],
  ];
  let found: readonly Row[];
  beforeAll(async () => {
    found = await streaksOf(asSessions(CASES));
  });

  it.each(CASES)("%s", (what, _steps, expected) => {
    const streaks = found.filter(({ session_id }) => session_id === what);
    expect(streaks.map(({ kind, length }) => [kind, length]).sort()).toEqual(expected.toSorted());
  });

  it("--streak makes shorter ones count", async () => {
    const streaks = await streaksOf(asSessions(CASES), { streak: 2 });
    expect(streaks.filter(({ session_id }) => session_id === "two failures are none")).toMatchObject([{ kind: "loop", length: 2 }]);
  });
});

describe("rules of others", () => {
  const hitsOf = async (steps: readonly StepLiteral[]) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool));
    return Object.fromEntries(rowsOf(result, "retry_peers").flatMap(({ rule, hits }) => (hits === 0 ? [] : [[rule, hits]])));
  };
  it.each<[what: string, steps: StepLiteral[], expected: object]>([
    [
      "a loop",
      calls(["Bash", true, 40], ["Bash", true, 40], ["Bash", true, 40]),
      {
        "burn retry loop": 1,
        "TokenJam retry": 2,
        "TokenJam retry, before its fix": 2,
        "agent-strace repeated command": 2,
        "ours, known": 2,
        "ours, at most": 2,
      },
    ],
    [
      "a loop and a failure that differs count twice",
      calls(["Bash", true, 40], ["Bash", true, 40], ["Bash", true, 40], ["Bash", true, 41]),
      { "burn retry loop": 1, "burn failure run": 1 },
    ],
    [
      "reading five files in a row",
      calls(...[1, 2, 3, 4, 5, 6].map((i) => ["Read", false, 50 + i] as const)),
      { "agent-strace tool loop": 1 },
    ],
    [
      "a call four times in six",
      calls(...[50, 50, 51, 50, 52, 50].map((chars) => ["Read", false, chars] as const)),
      { "TokenJam retry alert": 1 },
    ],
    ["not three times", calls(...[50, 50, 51, 50, 52, 53].map((chars) => ["Read", false, chars] as const)), { "ours, at most": 2 }],
  ])("%s", async (_, steps, expected) => expect(await hitsOf(steps)).toMatchObject(expected));

  it("--no-peers leaves them out", async () => {
    const { tables } = await withPool(POOL_M, (pool) => runOn(experiment, pool, { peers: false }));
    expect(tables.map(({ name }) => name)).not.toContain("retry_peers");
  });
});

describe("pools of odd shape", () => {
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["nothing twice", calls(["Bash", true, 40], ["Read", false, 40]), []],
    ["one retry", calls(["Bash", true, 40], ["Bash", false, 40]), ["retry_waste"]],
    [
      "no price",
      calls(["Bash", true, 40], ["Bash", true, 40], ["Bash", true, 40]).map((step) => ({ ...step, model: "mystery" })),
      ["retry_waste", "retry_streaks", "retry_worst_streak"],
    ],
    [
      "a long loop of a tool with a long name",
      calls(...Array.from({ length: 90 }, (_, i) => ["RunTheWholeNightlySuiteOnEveryPlatform", true, i < 50 ? 40 : 41] as const)),
      ["retry_waste", "retry_streaks", "retry_tools", "retry_worst_streak"],
    ],
    [
      "redundant by hash alone",
      withHashes(calls(["", false, 40], ["", false, 40]), ["a", "a"]).map((step) => ({ ...step, provider: "" })),
      ["retry_waste"],
    ],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const { name, spec } of figures) expect((await renderFigure({ name, spec, scale: 1 })).problems, name).toEqual([]);
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;
  const run = (flags: object = {}) => withReferencePool(name, (pool) => runOn(experiment, pool, { ...flags }));

  it.skipIf(!hasShared)("classes, steps and runs are as printed", async () => {
    const [classes = [], steps = [], runs = []] = printedRows(name, "retry_waste");
    const result = await run();
    expect(classes.length).toBeGreaterThan(0);
    for (const { provider, class: printed, calls: count, failed_again } of classes)
      if (printed !== "new")
        expect(classOf(rowsOf(result), String(printed), String(provider))).toMatchObject({ calls: count, failed_again });
    for (const { provider, steps: count, existence_usd } of steps)
      expect(classOf(rowsOf(result), "at most", String(provider))).toMatchObject({
        existence_steps: count,
        existence_usd: near(Number(existence_usd)),
      });
    expect(rowsOf(result, "retry_runs")).toEqual(runs.map(({ loops, ...row }) => ({ ...row, same_input: loops })));
  });

  it.skipIf(skipped)("classes are of different calls, costs add up, and steps of repetitions have no others", async () => {
    const rows = rowsOf(await run());
    const sums = (column: string, classes: readonly string[]) => sumOf(classes, (each) => Number(classOf(rows, each)?.[column] ?? 0));
    const repeats = ["identical_after_error", "altered_after_error", "redundant"];
    expect(classOf(rows, "at most")?.calls).toBe(sums("calls", repeats));
    expect(classOf(rows, "at most")?.existence_steps).toBe(sums("existence_steps", repeats));
    const [step] = await withReferencePool(name, (pool) =>
      pool.rows<{ other: number; steps: number }>(`-- uses: repeated_calls, calls
        SELECT count(*) FILTER (class IS NULL OR class IN ('new', 'recheck')) AS other, count(DISTINCT round_pk) AS steps
        FROM calls
        LEFT JOIN (SELECT round_pk, tool_index, if(basis = 'size' AND input_chars < 16, class_if_short, class) AS class FROM repeated_calls) USING (round_pk, tool_index)
        WHERE round_pk IN (SELECT round_pk FROM repeated_calls WHERE sole_from_chars >= 16)`),
    );
    expect(step).toEqual({ other: 0, steps: classOf(rows, "at most")?.existence_steps });
  });

  it.skipIf(skipped)("a larger --min-input-chars never adds calls of the same input", async () => {
    const results = [0, 16, 60, 1_000].map((min) => run({ "min-input-chars": min, peers: false }));
    const counts = (await Promise.all(results)).map((result) =>
      ["identical_after_error", "redundant", "recheck"].map((each) => Number(classOf(rowsOf(result), each)?.calls ?? 0)),
    );
    for (const [i, [identical = 0, redundant = 0, recheck = 0]] of counts.entries()) {
      const [before, after, checked] = counts[i - 1] ?? [identical, redundant, recheck];
      expect([identical <= Number(before), redundant <= Number(after), recheck <= Number(checked)]).toEqual([true, true, true]);
    }
  });
});

describe.skipIf(!hasShared)("pool A", () => {
  let rows: readonly Row[];
  beforeAll(async () => {
    rows = rowsOf(await withReferencePool("pool-a", (pool) => runOn(experiment, pool)));
  });

  it.each([
    ["claude", 0.0104],
    ["codex", 0.0068],
  ])("%s: inputs have the same length by chance in %d of pairs", (provider, chance) => {
    expect(classOf(rows, "redundant", provider)?.chance_rate).toBeCloseTo(chance, 4);
  });

  it("11 errors are followed at once by a call of the tool whose input is as long", async () => {
    const sql = `-- uses: calls
      SELECT count(*) AS n FROM calls JOIN calls AS next ON next.session_id = calls.session_id AND next.call_no = calls.call_no + 1
      WHERE calls.is_error AND calls.request_no > 0 AND next.request_no = calls.request_no AND next.tool = calls.tool AND next.input_chars = calls.input_chars`;
    expect(await withReferencePool("pool-a", (pool) => pool.rows(sql))).toEqual([{ n: 11 }]);
  });
});

describe.skipIf(!hasShared)("the transcripts, as published", () => {
  it.each<[what: string, isKnown: boolean, expected: object]>([
    ["without inputs", false, { claude: [1, 8, 20], codex: [1, 11, 44] }],
    ["with hashes of inputs, fewer are the same", true, { claude: [1, 8, 1], codex: [1, 11, 26] }],
  ])("%s", async (_, isKnown, expected) => {
    const use = async (pool: Pool) => rowsOf(await runOn(experiment, pool));
    const rows = await (isKnown ? withTranscripts("transcripts", "published", use) : withoutInputs(use));
    const of = (provider: string) =>
      ["identical_after_error", "altered_after_error", "redundant"].map((name) => classOf(rows, name, provider)?.calls);
    expect({ claude: of("claude"), codex: of("codex") }).toEqual(expected);
    if (!isKnown) {
      expect(classOf(rows, "at most", "claude")?.existence_usd).toBeCloseTo(1.67, 2);
      expect(classOf(rows, "at most", "codex")?.existence_usd).toBeCloseTo(0.54, 2);
    }
  });
});

/** Lets `use` work with the transcripts without what is known of the inputs of calls. */
async function withoutInputs<T>(use: (pool: Pool) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "retry-waste-"));
  const [trace, db] = [path.join(folder, "trace.jsonl"), path.join(folder, "trace.duckdb")];
  try {
    await collect({ homes: [shared("transcripts", "home")], output: trace, environment: {}, reading: "published", say: () => {} });
    fs.rmSync(inputsFileOf(trace));
    await buildDatabase({ inputs: [trace], db });
    const pool = await Pool.open(db, { accounting: "published" });
    try {
      return await use(pool);
    } finally {
      pool.close();
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
