import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { headed } from "../../../lib/chart/titles.ts";
import type { Pool } from "../../../lib/db/open/pool.ts";
import type { Row } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { figureProblems } from "../../../lib/render/render.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import { curveOf, giniOf, heldBy } from "./concentration.ts";
import experiment from "./experiment.ts";
import { type TopResult, withTop } from "./results.ts";

type Result = Awaited<ReturnType<typeof runOn>>;

const TOP = fs.readFileSync(path.join(experiment.folder, "top.sql"), "utf8");
const topOf = (pool: Pool, top = 100, by = "tool") => pool.rows<Row>(TOP, { top, by });
const near = (value: number) => expect.closeTo(value, 9);

/** Input bill of s1's steps 2 to 8 over their tokens: what a token costs that enters at the second step and stays. */
const RENT_OF_C1 =
  0.07375 / 30_200 + 0.018225 / 30_700 + 0.017225 / 31_000 + 0.1946875 / 31_150 + 0.0165125 / 31_300 + 0.0184625 / 31_750 + 0.029 / 33_850;

describe("pool M", () => {
  let result: Result;
  let top: Row[];
  beforeAll(async () => {
    await withPool(POOL_M, async (pool) => {
      result = await runOn(experiment, pool);
      top = await topOf(pool);
    });
  });

  it("c1 costs until the session ends, x1 until the reset", () => {
    const [c1, x1] = [top[0], top[1]];
    expect(c1).toEqual({
      provider: "claude",
      session_id: "s1",
      step: 2,
      call_no: 1,
      tool: "Read",
      is_error: false,
      chars: 26_000,
      offered_tokens: 6_500,
      carried_tokens: 6_500,
      ride_steps: 6,
      rent_usd: near(6_500 * RENT_OF_C1),
      ended_by: "session_end",
      target: null,
      call_round_pk: 1,
      tool_index: 1,
    });
    expect(c1?.rent_usd).toBeCloseTo(0.076746, 6);
    expect(x1).toMatchObject({ offered_tokens: 45_000, carried_tokens: 45_000, ride_steps: 0, rent_usd: near(0.045), ended_by: "reset" });
  });

  it("x2 came with the first step after the reset: its tokens are unknown", () => {
    const codex = rowsOf(result).find(({ scope, tool }) => scope === "codex" && tool === "exec_command");
    expect(codex).toMatchObject({
      results: 2,
      into_reset: 1,
      offered_tokens: 45_075,
      carried_tokens: 45_000,
      max_tokens: 45_000,
      oversized: 1,
    });
  });

  it("totals, then tools by cost", () => {
    expect(rowsOf(result).map(({ scope, tool, results, errors }) => [scope, tool, results, errors])).toEqual([
      ["merged", "all", 9, 2],
      ["claude", "all", 7, 2],
      ["codex", "all", 2, 0],
      ["claude", "Read", 1, 0],
      ["codex", "exec_command", 2, 0],
      ["claude", "Grep", 1, 0],
      ["claude", "Bash", 3, 2],
      ["claude", "Task", 1, 0],
      ["claude", "Edit", 1, 0],
    ]);
  });

  it("three ways to count what is oversized, and what burn charges for it", () => {
    expect(rowsOf(result, "tool_output_oversized")).toEqual([
      {
        provider: "claude",
        floor_tokens: 15_000,
        over_floor_at_4: 0,
        over_floor_measured: 0,
        over_floor_carried: 0,
        threshold_tokens: 15_000,
        oversized: 0,
        burn_threshold_tokens: 15_000,
        burn_results: 0,
        burn_usd: 0,
      },
      {
        provider: "codex",
        floor_tokens: 15_000,
        over_floor_at_4: 1,
        over_floor_measured: 1,
        over_floor_carried: 1,
        threshold_tokens: near(42_750),
        oversized: 1,
        burn_threshold_tokens: 15_000,
        burn_results: 1,
        burn_usd: near(45_000 * 2.5e-6),
      },
    ]);
  });

  it("growth that is too small is shared: half of it carries 24,400 of 45,000 tokens", async () => {
    const halved = POOL_M.map((step) =>
      step.session_id === "s3" && step.round_index === 2 ? { ...step, newly_append_tokens: 25_000, input_tokens_total: 125_000 } : step,
    );
    const found = await withPool(halved, async (pool) => ({ result: await runOn(experiment, pool), top: await topOf(pool) }));
    expect(found.top.find(({ session_id, call_no }) => session_id === "s3" && call_no === 1)).toMatchObject({
      offered_tokens: 45_000,
      carried_tokens: near(24_400),
    });
    const exec = rowsOf(found.result).find(({ tool }) => tool === "exec_command");
    expect(exec?.clipped_share).toBeCloseTo(1 - 24_400 / 45_075, 9);
  });

  it("--floor, --caps, --top", async () => {
    await withPool(POOL_M, async (pool) => {
      const found = await runOn(experiment, pool, { floor: 1_000, caps: [50_000, 2_000, 2_000], top: 3 });
      expect(rowsOf(found, "tool_output_oversized").map(({ threshold_tokens, oversized }) => [threshold_tokens, oversized])).toEqual([
        [near(3_900 + 0.7 * 2_600), 1],
        [near(42_750), 1],
      ]);
      expect(
        rowsOf(found, "tool_output_caps").map(({ provider, cap_tokens, results_above, tokens_above }) => [
          provider,
          cap_tokens,
          results_above,
          tokens_above,
        ]),
      ).toEqual([
        ["claude", 2_000, 2, near(4_500 + 1_900)],
        ["claude", 50_000, 0, 0],
        ["codex", 2_000, 1, 43_000],
        ["codex", 50_000, 0, 0],
      ]);
      expect(found.tables.find(({ name }) => name === "tool_output_top")?.rows).toMatchObject({ params: { top: 3, by: "tool" } });
      expect(await topOf(pool, 3)).toHaveLength(3);
    });
  });

  it("--by target needs what calls are about", async () => {
    await withPool(POOL_M, (pool) => expect(runOn(experiment, pool, { by: "target" })).rejects.toThrow(UserError));
  });
});

it.each<[by: "tool" | "server" | "target", tool: string, name: string | null]>([
  ["tool", "mcp__github__get_issue", "mcp__github__get_issue"],
  ["server", "mcp__github__get_issue", "github"],
  ["server", "Bash", "built-in"],
  ["target", "Bash", null],
])("the most expensive result is among those drawn, by %s as %s", (by, tool, name) => {
  const top: TopResult = {
    provider: "claude",
    session_id: "s1",
    step: 2,
    call_no: 1,
    tool,
    is_error: false,
    chars: 25,
    offered_tokens: 7,
    carried_tokens: 6,
    ride_steps: 3,
    rent_usd: 0.1,
    ended_by: "reset",
    target: null,
    call_round_pk: 12,
    tool_index: 0,
  };
  const drawn = { call_key: "12 0", provider: "claude", name, carried_tokens: 6, ride_steps: 3, char_tokens: 7 };
  const other = { ...drawn, call_key: "1 20" };
  expect(withTop([other], top, by)).toEqual([other, drawn]);
  expect(withTop([drawn, other], top, by)).toEqual([drawn, other]);
});

const at = (second: number) => new Date(Date.UTC(2026, 5, 1) + second * 1000).toISOString();

interface Given {
  readonly tool: string;
  readonly chars: number;
  readonly target?: string;
}

/** A session whose every step reads its context from the cache and calls a tool whose result is the next one's growth. */
function session(given: readonly Given[], more: StepLiteral = {}): StepLiteral[] {
  let context = 10_000;
  return [...given, null].map((call, i) => {
    const before = given[i - 1];
    context += before ? before.chars / 4 : 0;
    const id = `call-${i}`;
    return {
      session_id: "s",
      provider: "claude",
      model: "claude-opus-4-6",
      prefix_tokens: context,
      timing_events: [
        ...(before ? [{ event_type: "tool_result", timestamp: at(60 * i), tool_call_id: `call-${i - 1}` }] : []),
        ...(call ? [{ event_type: "tool_call", timestamp: at(60 * i + 5), tool_call_id: id }] : []),
      ],
      tools: call ? [{ tool_call_id: id, tool_name: call.tool, result_chars: call.chars }] : [],
      ...(call?.target === undefined ? {} : { inputs: [{ target: call.target }] }),
      ...more,
    };
  });
}

describe("groups", () => {
  const calls = [
    { tool: "mcp__docs__search", chars: 4_000, target: "a" },
    { tool: "mcp__docs__read", chars: 8_000, target: "b" },
    { tool: "Read", chars: 400, target: "b" },
  ];
  it.each([
    [
      "tool",
      [
        ["mcp__docs__read", 1],
        ["mcp__docs__search", 1],
        ["Read", 1],
      ],
    ],
    [
      "server",
      [
        ["docs", 2],
        ["built-in", 1],
      ],
    ],
    [
      "target",
      [
        ["b", 2],
        ["a", 1],
      ],
    ],
  ])("by %s", async (by, expected) => {
    const result = await withPool(session(calls), (pool) => runOn(experiment, pool, { by }));
    const rows = rowsOf(result).filter(({ tool }) => tool !== "all");
    expect(rows.map(({ tool, results }) => [tool, results])).toEqual(expected);
  });

  it("what calls are about is in no table unless asked for", async () => {
    await withPool(session(calls), async (pool) => {
      expect((await topOf(pool)).map(({ target }) => target)).toEqual([null, null, null]);
      expect((await topOf(pool, 100, "target")).map(({ target }) => target)).toEqual(["b", "a", "b"]);
      expect(await pool.summary()).toMatchObject({ isPrivate: true });
    });
  });

  it("beyond the 200 most expensive are one", async () => {
    const many = Array.from({ length: 203 }, (_, i) => ({ tool: `tool-${i}`, chars: 40_000 - 40 * i }));
    const result = await withPool(session(many), (pool) => runOn(experiment, pool));
    const others = rowsOf(result).at(-1);
    expect(rowsOf(result)).toHaveLength(202);
    expect(others).toMatchObject({ tool: "<others>", results: 3, p95_tokens: null });
  });
});

describe("a micro-compaction", () => {
  const calls = [
    { tool: "Read", chars: 4_000 },
    { tool: "Read", chars: 8_000 },
    { tool: "Bash", chars: 400 },
  ];
  const micro = (tool_call_ids: string, second: number) => ({
    session_id: "s",
    transcript_id: "t",
    seq: 1,
    kind: "micro_compact",
    timestamp: at(second),
    tool_call_ids,
  });

  it("ends what it clears, and nothing else", async () => {
    const steps = session(calls, { details: { transcript_id: "t" } });
    const top = await withPool(steps, (pool) => topOf(pool), [], [micro("call-0 unknown", 170)]);
    const perStep = 500e-9; // a cache read
    expect(top.map(({ call_no, ended_by, ride_steps, carried_tokens }) => [call_no, ended_by, ride_steps, carried_tokens])).toEqual([
      [2, "session_end", 1, 2_000],
      [1, "micro_compact", 1, 1_000],
      [3, "session_end", 0, 100],
    ]);
    // seen by the steps 2 and 3, cleared before the fourth
    expect(top[1]?.rent_usd).toBeCloseTo(1_000 * 2 * perStep, 9);
    expect(top[0]?.rent_usd).toBeCloseTo(2_000 * 2 * perStep, 9);
  });
});

describe("concentration", () => {
  const bins = (...amounts: readonly number[]) => amounts.map((amount, bin) => ({ bin, results: 1, amount }));
  it.each([
    ["all alike", [{ bin: 0, results: 10, amount: 50 }], 0.1, 0.1, 0],
    [
      "one has everything",
      [
        { bin: null, results: 9, amount: 0 },
        { bin: 7, results: 1, amount: 5 },
      ],
      0.1,
      1,
      0.9,
    ],
    ["halves", bins(1, 3), 0.5, 0.75, 0.25],
  ])("%s", (_, given, topShare, held, gini) => {
    const curve = curveOf(given);
    expect(heldBy(curve, topShare)).toBeCloseTo(held, 9);
    expect(giniOf(curve)).toBeCloseTo(gini, 9);
  });

  it("of nothing is none", () => {
    expect([curveOf([]), heldBy([], 0.1), giniOf([])]).toEqual([[], null, null]);
  });

  it("shares rise to 1, and few never hold less than their share", () => {
    const result = fc.record({ bin: fc.nat({ max: 40 }), results: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.uniqueArray(result, { selector: ({ bin }) => bin, minLength: 1 }), (given) => {
        const curve = curveOf(given.map(({ bin, results }) => ({ bin, results, amount: results * (bin + 1) })));
        expect(curve.at(-1)).toEqual({ results: expect.closeTo(1, 9), amount: expect.closeTo(1, 9) });
        for (const { results, amount } of curve) expect(amount).toBeGreaterThanOrEqual(results - 1e-9);
        const gini = giniOf(curve) ?? -1;
        expect(gini).toBeGreaterThanOrEqual(-1e-9);
        expect(gini).toBeLessThan(1);
      }),
    );
  });
});

describe("pools of odd shape", () => {
  const ALL = ["tool_output_tools", "tool_output_rides", "tool_output_caps", "tool_output_concentration"];
  const read = { tool: "Read", chars: 40_000 };
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["no calls", session([]), []],
    ["no session", session([read], { session_id: null }), []],
    ["one result", session([read]), ALL],
    ["a small result", session([{ tool: "Read", chars: 40 }]), ALL.filter((name) => name !== "tool_output_caps")],
    ["an empty result", session([{ tool: "Read", chars: 0 }]), []],
    ["no price", session([read], { model: "mystery" }), ALL.filter((name) => name !== "tool_output_caps")],
    ["all results right after a reset", session([read, read]).map((step, i) => ({ ...step, prefix_tokens: i === 0 ? 100_000 : 10 })), []],
    ["names that aren't plain", session(["<b>", "mcp__x", "constructor", ""].map((tool) => ({ tool, chars: 8_000 }))), ALL],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const figure of figures) {
      const { problems } = await figureProblems({ name: figure.name, spec: headed(figure.spec, figure) });
      expect(problems, figure.name).toEqual([]);
    }
  });
});

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;

  it.skipIf(skipped)("results carry at most what they offer and what the step grew by, and cost less than the input", async () => {
    await withReferencePool(name, async (pool) => {
      const [worst] = await pool.rows<{ over_offered: number; over_grown: number }>(`-- uses: result_costs, rent
        WITH steps AS (SELECT into_round_pk AS round_pk, sum(carried_tokens) AS carried FROM result_costs GROUP BY into_round_pk)
        SELECT (SELECT max(carried_tokens - offered_tokens) FROM result_costs) AS over_offered,
          (SELECT max(carried - grown_tokens) FROM steps JOIN rent USING (round_pk)) AS over_grown`);
      expect(worst?.over_offered).toBeLessThanOrEqual(1e-6);
      expect(worst?.over_grown).toBeLessThanOrEqual(1e-6);
      const result = await runOn(experiment, pool);
      for (const { rent_share_of_input } of rowsOf(result).filter(({ tool }) => tool === "all"))
        expect(rent_share_of_input).toBeLessThan(1);
    });
  });

  it.skipIf(skipped)("groups add up to the totals, and a larger cap saves less", async () => {
    await withReferencePool(name, async (pool) => {
      const result = await runOn(experiment, pool, { caps: [500, 1_000, 5_000, 20_000, 10_000_000] });
      for (const total of rowsOf(result).filter(({ scope, tool }) => tool === "all" && scope !== "merged")) {
        const members = rowsOf(result).filter(({ scope, tool }) => scope === total.scope && tool !== "all");
        for (const column of ["results", "errors", "carried_tokens", "rent_usd", "oversized", "into_reset"])
          expect(
            sumOf(members, (row) => Number(row[column])),
            column,
          ).toBeCloseTo(Number(total[column]), 4);
        const caps = rowsOf(result, "tool_output_caps").filter(({ provider }) => provider === total.scope);
        expect(caps.map(({ saved_usd }) => Number(saved_usd))).toEqual(
          caps.map(({ saved_usd }) => Number(saved_usd)).sort((a, b) => b - a),
        );
        expect(caps.at(-1)?.saved_usd).toBe(0);
        expect(caps[0]?.saved_usd).toBeLessThanOrEqual(Number(total.rent_usd));
      }
    });
  });
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("%s, as printed", (name) => {
  let result: Result;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });
  const printed = hasShared ? printedRows(name, "tool_output_bloat").flat() : [];
  // Pool X has contexts of 0 tokens, whose printed shares are of 1 token, so that the printed dollars don't add up to the bill.
  const dollars = (usd: unknown) => (name === "pool-x" ? expect.closeTo(Number(usd), 3) : near(Number(usd)));

  it.each(printed.filter(({ tool }) => tool !== undefined))(
    "$provider $tool",
    ({ provider, tool, results, offered, carried, q, max_carried, rent_usd, p50_ride }) => {
      const found = rowsOf(result).find((row) => row.scope === provider && row.tool === tool);
      const [p50, p95] = q as [number, number];
      expect(found).toMatchObject({
        results: Number(results),
        offered_tokens: expect.closeTo(Number(offered), 3),
        carried_tokens: expect.closeTo(Number(carried), 3),
        p50_tokens: near(p50),
        p95_tokens: near(p95),
        max_tokens: near(Number(max_carried)),
        rent_usd: dollars(rent_usd),
        p50_ride_steps: p50_ride,
      });
    },
  );

  it.each(printed.filter(({ over_15k_at_4 }) => over_15k_at_4 !== undefined))(
    "sizes and caps of $provider",
    ({ provider, over_15k_at_4, over_15k_measured, over_15k_carried, rent, saved_if_capped_5k }) => {
      const of = (table: string, isMeant: (row: Row) => boolean = () => true) =>
        rowsOf(result, table).find((row) => row.provider === provider && isMeant(row));
      expect(of("tool_output_oversized")).toMatchObject({
        over_floor_at_4: Number(over_15k_at_4),
        over_floor_measured: Number(over_15k_measured),
        over_floor_carried: Number(over_15k_carried),
      });
      expect(of("tool_output_caps", ({ cap_tokens }) => cap_tokens === 5_000)?.saved_usd).toBeCloseTo(Number(saved_if_capped_5k), 9);
      const total = rowsOf(result).find(({ scope, tool }) => scope === provider && tool === "all");
      expect(total?.rent_usd).toEqual(dollars(rent));
    },
  );
});

describe.skipIf(!hasShared)("the transcripts, as published", () => {
  let result: Result;
  beforeAll(async () => {
    result = await withTranscripts("transcripts", "published", (pool) => runOn(experiment, pool));
  });

  it.each([
    ["claude", 6.0, 1.89, 0.122],
    ["codex", 4.69, 0.49, 0.044],
  ])("%s: results cost %d USD, of which a cap of 5,000 tokens would save at most %d", (provider, rent, saved, share) => {
    const total = rowsOf(result).find(({ scope, tool }) => scope === provider && tool === "all");
    const cap = rowsOf(result, "tool_output_caps").find((row) => row.provider === provider && row.cap_tokens === 5_000);
    expect(total?.rent_usd).toBeCloseTo(rent, 2);
    expect(cap?.saved_usd).toBeCloseTo(saved, 2);
    expect(cap?.share_of_input).toBeCloseTo(share, 3);
  });

  it("Read has 73 results, the largest of 26,206 tokens", () => {
    const read = rowsOf(result).find(({ tool }) => tool === "Read");
    expect([read?.results, Math.round(Number(read?.p95_tokens)), Math.round(Number(read?.max_tokens))]).toEqual([73, 15_490, 26_206]);
  });
});
