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
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { POOL_M } from "../../../lib/testing/pool-m.ts";
import { printedRows } from "../../../lib/testing/printed.ts";
import { checkedQueries, REFERENCE_POOLS, rowsOf, runOn, withReferencePool } from "../../../lib/testing/reference-pools.ts";
import { withTranscripts } from "../../../lib/testing/transcripts.ts";
import { hazardBins } from "./ceilings.ts";
import experiment from "./experiment.ts";
import { RUNWAY } from "./occupancy.ts";
import { RESETS } from "./resets.ts";

type Result = Awaited<ReturnType<typeof runOn>>;
type Flags = Record<string, unknown>;

/** Rows of a streamed table. */
async function streamed(result: Result, name: string, pool: Pool): Promise<Row[]> {
  const table = result.tables.find((each) => each.name === name);
  if (!table || !("query" in table.rows)) throw new Error(`no streamed table ${name}`);
  const query = { "resets.sql": RESETS, "runway.sql": RUNWAY }[table.rows.query];
  if (!query) throw new Error(`columns of ${table.rows.query} are not declared`);
  const rows = await checkedQueries(experiment, pool).rows<object>(query, table.rows.params);
  expect(Object.keys(query.columns)).toEqual(table.columns.map((column) => column.name));
  return rows as Row[];
}

const near = (value: number) => expect.closeTo(value, 9);

describe("pool M", () => {
  let result: Result;
  let resets: Row[];
  let runways: Row[];
  beforeAll(async () => {
    await withPool(POOL_M, async (pool) => {
      result = await runOn(experiment, pool);
      resets = await streamed(result, "reset_economics", pool);
      runways = await streamed(result, "context_runway", pool);
    });
  });

  it("windows are those listed for the models", () => {
    expect(
      rowsOf(result).map(({ model, window_tokens, window_basis, steps, unknown_window }) => [
        model,
        window_tokens,
        window_basis,
        steps,
        unknown_window,
      ]),
    ).toEqual([
      ["claude-opus-4-6", 200_000, "listed", 10, 0],
      ["gpt-5.4", 258_400, "listed", 4, 0],
    ]);
    expect(rowsOf(result)[1]).toMatchObject({
      max_occupancy: near(150_000 / 258_400),
      share_over_50: 0.25,
      share_over_80: 0,
      p50_context_tokens: 72_500,
    });
  });

  it("s1 fills 16.9 % of its window at most, s3 58.05 %", async () => {
    const peaks = rowsOf(result, "occupancy_peaks");
    expect(peaks.map(({ provider, sessions, nearly_full }) => [provider, sessions, nearly_full])).toEqual([
      ["claude", 2, 0],
      ["codex", 1, 0],
    ]);
    expect(peaks.map(({ p50_summed }) => p50_summed)).toEqual([near((239_950 + 24_000) / 2 / 200_000), near(335_000 / 258_400)]);
    expect(peaks[0]?.p50_peak).toBeCloseTo((0.16925 + 0.075) / 2, 9);
    expect(peaks[1]?.p50_peak).toBeCloseTo(0.5804953560371517, 9);
  });

  it("the one step between 55 and 60 % is followed by the reset", () => {
    const hazards = rowsOf(result, "occupancy_hazard").filter(({ provider }) => provider === "codex");
    expect(
      hazards.map(({ bin_lo, at_risk, resets: count, hazard, segments_at_risk, segment_survival }) => [
        bin_lo,
        at_risk,
        count,
        hazard,
        segments_at_risk,
        segment_survival,
      ]),
    ).toEqual([
      [0.15, 2, 0, 0, 2, 1],
      [0.35, 1, 0, 0, 1, 1],
      [0.55, 1, 1, 1, 1, 0],
    ]);
  });

  it("one reset is too few to measure the ceiling", () => {
    expect(
      rowsOf(result, "context_ceiling").map(({ provider, resets: count, p50_before, ceiling_tokens, assumed }) => [
        provider,
        count,
        p50_before,
        ceiling_tokens,
        assumed,
      ]),
    ).toEqual([
      ["claude", 0, null, 160_000, true],
      ["codex", 1, 150_000, near(206_720), true],
    ]);
  });

  it("the reset of s3 costs 4 cents and doesn't pay in the one step that is left", () => {
    expect(resets).toEqual([
      {
        round_pk: 13,
        provider: "codex",
        session_id: "s3",
        step: 3,
        known_from: "inferred",
        trigger: null,
        window_tokens: 258_400,
        tokens_before: 150_000,
        tokens_after: 40_000,
        freed_tokens: 110_000,
        occupancy: near(150_000 / 258_400),
        kept_share: near(40 / 150),
        reset_cost_usd: near(0.04),
        saved_per_step_usd: near(0.0275),
        payback_steps: near(0.04 / 0.0275),
        steps_until_end: 1,
        paid_back: false,
        cache_miss_reason: null,
      },
    ]);
  });

  it("runways: by the growth of the session, or of the provider where fewer than five steps grew", () => {
    const last = runways.filter(({ moment }) => moment === "last");
    expect(
      last.map(({ session_id, step, growth_per_step, growth_basis, runway_steps }) => [
        session_id,
        step,
        growth_per_step,
        growth_basis,
        runway_steps,
      ]),
    ).toEqual([
      // s3 grew by 50,000 and 5,000
      ["s3", 4, 27_500, "provider", near((206_720 - 45_000) / 27_500)],
      ["s1", 8, 450, "session", near((160_000 - 33_850) / 450)],
      // all of Claude's: 10,200, 500, 300, 150, 150, 450, 2,100 of s1, and 6,000 of s2
      ["s2", 2, 475, "provider", near((160_000 - 15_000) / 475)],
    ]);
    expect(runways.filter(({ session_id }) => session_id === "s3").map(({ step, moment }) => [step, moment])).toEqual([
      [2, "half"],
      [1, "quarter"],
      [4, "last"],
    ]);
  });

  it("--growth-steps, --warn", async () => {
    const { tables } = await withPool(POOL_M, async (pool) => {
      const found = await runOn(experiment, pool, { "growth-steps": 5, warn: 0.5 });
      return { tables: { ceilings: rowsOf(found, "context_ceiling"), runways: await streamed(found, "context_runway", pool) } };
    });
    expect(tables.ceilings.map(({ ceiling_tokens }) => ceiling_tokens)).toEqual([100_000, 129_200]);
    // 300, 150, 150, 450, 2,100: the median of five is 300 - of 150, 150, 450, 2,100 and the step's 300.
    expect(tables.runways.find(({ session_id, moment }) => session_id === "s1" && moment === "last")).toMatchObject({
      growth_per_step: 300,
      growth_basis: "session",
    });
  });

  it.each<[flags: Flags, message: RegExp]>([
    [{ window: ["gpt-5.4"] }, /--window is "gpt-5.4"; give a model and its tokens/],
    [{ window: ["gpt-5.4=0"] }, /--window is "gpt-5.4=0"/],
    [{ window: ["gpt-9=1000"] }, /--window names the model "gpt-9", which no step of this pool has. It has claude-opus-4-6, gpt-5.4\./],
    [{ "drawn-session": "s9" }, /--drawn-session is "s9", but no step of this pool has that session\./],
  ])("%o is refused", async (flags, message) => {
    await withPool(POOL_M, async (pool) => {
      const running = runOn(experiment, pool, flags);
      await expect(running).rejects.toThrow(UserError);
      await expect(running).rejects.toThrow(message);
    });
  });

  it("--drawn-session chooses the session that is drawn", async () => {
    const { figures } = await withPool(POOL_M, (pool) => runOn(experiment, pool, { "drawn-session": "s1" }));
    expect(figures.find(({ name }) => name === "context_occupancy_session")?.title).toMatch(/: 0 resets in 8 steps, about 280 steps \(/);
  });
});

const at = (second: number) => new Date(Date.UTC(2026, 5, 1) + second * 1000).toISOString();
/** Steps of a session, a minute apart, whose contexts are read from the cache. */
const contexts = (tokens: readonly number[], more: StepLiteral = {}): StepLiteral[] =>
  tokens.map((prefix_tokens, i) => ({
    session_id: "s",
    provider: "claude",
    model: "claude-opus-4-6",
    prefix_tokens,
    timing_events: [{ event_type: "text", timestamp: at(60 * i) }],
    ...more,
  }));

describe("windows", () => {
  const basisOf = async (steps: readonly StepLiteral[], flags: Flags = {}, transcripts: readonly TranscriptLiteral[] = []) => {
    const result = await withPool(steps, (pool) => runOn(experiment, pool, flags), transcripts);
    return rowsOf(result).map(({ window_tokens, window_basis, unknown_window }) => [window_tokens, window_basis, unknown_window]);
  };
  const logged = contexts([100_000], { details: { transcript_id: "t" } });
  const transcript = { transcript_id: "t", provider: "claude", session_id: "s", context_window_tokens: 500_000 };

  it.each<[what: string, found: () => Promise<unknown>, expected: unknown[]]>([
    ["listed", () => basisOf(contexts([1])), [200_000, "listed", 0]],
    ["logged ones win over listed ones", () => basisOf(logged, {}, [transcript]), [500_000, "logged", 0]],
    ["a logged window of 0 is none", () => basisOf(logged, {}, [{ ...transcript, context_window_tokens: 0 }]), [200_000, "listed", 0]],
    ["given ones win over all", () => basisOf(logged, { window: ["claude-opus-4-6=1000000"] }, [transcript]), [1_000_000, "given", 0]],
    ["of a provider", () => basisOf(contexts([1]), { window: ["claude:claude-opus-4-6=300000"] }), [300_000, "given", 0]],
    ["the last one given holds", () => basisOf(contexts([1]), { window: ["claude-opus-4-6=1", "claude-opus-4-6=2"] }), [2, "given", 0]],
    ["unknown", () => basisOf(contexts([1, 2], { model: "mystery" })), [null, null, 2]],
  ])("%s", async (_, found, expected) => expect(await found()).toEqual([expected]));

  it("contexts beyond the window are kept, and said", async () => {
    const result = await withPool(contexts([100_000, 300_000]), (pool) => runOn(experiment, pool));
    expect(rowsOf(result)[0]).toMatchObject({ max_occupancy: 1.5, share_over_90: 0.5 });
    expect(result.notes).toContain(
      "More context than the window holds, which then is larger than listed: 1 step. Give the window with --window.",
    );
  });

  it("and contexts scaled together change nothing but the tokens", async () => {
    const shares = async (factor: number) => {
      const steps = contexts([40_000, 90_000, 150_000, 30_000, 60_000].map((tokens) => tokens * factor));
      const result = await withPool(steps, (pool) => runOn(experiment, pool, { window: [`claude-opus-4-6=${200_000 * factor}`] }));
      return [
        rowsOf(result).map(({ p50_occupancy, max_occupancy }) => [p50_occupancy, max_occupancy]),
        rowsOf(result, "occupancy_hazard").map(({ window_tokens: _, ...row }) => row),
      ];
    };
    expect(await shares(3)).toEqual(await shares(1));
  });
});

describe("logged compactions", () => {
  const steps = contexts([50_000, 60_000, 55_000, 58_000], { details: { transcript_id: "t" } });
  const event = (seq: number, kind: string, second: number, more = {}) => ({
    session_id: "s",
    transcript_id: "t",
    seq,
    kind,
    timestamp: at(second),
    ...more,
  });

  it("are resets although the context hardly falls; micro-compactions are not", async () => {
    const events = [
      event(1, "compact", 90, { trigger: "manual", tokens_before: 61_000 }),
      event(2, "micro_compact", 150, { tokens_before: 56_000, tokens_after: 40_000, tool_call_ids: "a b" }),
      event(3, "interrupt", 160),
      event(4, "compact", 500),
    ];
    await withPool(
      steps,
      async (pool) => {
        const resets = await streamed(await runOn(experiment, pool), "reset_economics", pool);
        expect(
          resets.map(({ step, known_from, trigger, tokens_before, tokens_after }) => [
            step,
            known_from,
            trigger,
            tokens_before,
            tokens_after,
          ]),
        ).toEqual([[3, "logged", "manual", 60_000, 55_000]]);
        const compactions = await pool.rows<object>(fs.readFileSync(path.join(experiment.folder, "compactions.sql"), "utf8"));
        expect(compactions.map(Object.values)).toEqual([
          ["s", 1, "claude", 3, "compact", "manual", 61_000, null, 60_000, 55_000, null, false],
          ["s", 2, "claude", 4, "micro_compact", null, 56_000, 40_000, 55_000, 58_000, 2, false],
          ["s", 4, null, null, "compact", null, null, null, null, null, null, false],
        ]);
      },
      [],
      events,
    );
  });

  it("that are inferred, too, are one reset", async () => {
    const falling = contexts([150_000, 20_000, 30_000], { details: { transcript_id: "t", cache_miss_reason: "messages_changed" } });
    await withPool(
      falling,
      async (pool) => {
        const resets = await streamed(await runOn(experiment, pool), "reset_economics", pool);
        expect(
          resets.map(({ known_from, payback_steps, paid_back, cache_miss_reason }) => [
            known_from,
            payback_steps,
            paid_back,
            cache_miss_reason,
          ]),
        ).toEqual([["both", 0, true, "messages_changed"]]);
      },
      [],
      [event(1, "compact", 30)],
    );
  });
});

it("hazards and survival are shares, whatever the counts", () => {
  const bin = fc.record({
    bin: fc.nat({ max: 30 }),
    steps: fc.integer({ min: 1, max: 50 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(bin, { maxLength: 30 }), (bins) => {
      const steps = bins.map(({ bin: at, steps: n, share }) => ({ bin: at, steps: n, resets: Math.floor(n * share) }));
      const segments = steps.map(({ bin: at, steps: n, resets }) => ({ bin: at, segments: n, resets }));
      const found = hazardBins(steps, segments);
      let [survival, segmentSurvival] = [1, 1];
      for (const each of found) {
        expect(each.resets).toBeLessThanOrEqual(each.steps);
        expect(each.survival).toBeLessThanOrEqual(survival);
        expect(each.segmentSurvival).toBeLessThanOrEqual(segmentSurvival);
        expect(Math.min(each.survival, each.segmentSurvival)).toBeGreaterThanOrEqual(0);
        [survival, segmentSurvival] = [each.survival, each.segmentSurvival];
      }
    }),
  );
});

describe("pools of odd shape", () => {
  const ALL = ["context_occupancy", "context_occupancy_resets", "context_occupancy_session", "context_occupancy_payback"];
  it.each<[what: string, steps: StepLiteral[], figures: string[]]>([
    ["no window", contexts([1, 2], { model: "mystery" }), []],
    ["no session", contexts([1, 2], { session_id: null }), []],
    ["one step", contexts([5_000]), ["context_occupancy", "context_occupancy_session"]],
    ["empty contexts", contexts([0, 0]), ["context_occupancy", "context_occupancy_session"]],
    ["no times", contexts([5_000, 6_000], { timing_events: [] }), ["context_occupancy", "context_occupancy_session"]],
    ["a reset", contexts([150_000, 20_000, 30_000]), ALL],
    ["a reset without a price", contexts([150_000, 20_000, 30_000], { model: "claude-opus-4-6[1m]", provider: "claude" }), ALL],
    ["far beyond the window", contexts([900_000, 20_000, 3_000_000, 10, 20, 30]), ALL],
    [
      "three providers",
      ["claude", "codex", "other"].flatMap((provider) => contexts([5_000, 9_000], { provider, session_id: provider })),
      ["context_occupancy", "context_occupancy_session"],
    ],
  ])("%s", async (_, steps, expected) => {
    const { figures } = await withPool(steps, (pool) => runOn(experiment, pool));
    expect(figures.map(({ name }) => name)).toEqual(expected);
    for (const figure of figures) {
      const { problems } = await figureProblems({ name: figure.name, spec: headed(figure.spec, figure) });
      expect(problems, figure.name).toEqual([]);
    }
  });
});

/** Windows as the printed statements have them: 200,000 tokens for all of Claude's models. */
const PRINTED_WINDOWS: Record<(typeof REFERENCE_POOLS)[number], string[]> = {
  "pool-a": [],
  "pool-x": ["claude-unknown-9", "claude-opus-4-7", "claude:<unknown-model>"].map((model) => `${model}=200000`),
};

describe.each(REFERENCE_POOLS)("%s", (name) => {
  const skipped = name === "pool-a" && !hasShared;

  it.skipIf(skipped)("steps, resets and segments add up", async () => {
    await withReferencePool(name, async (pool) => {
      const result = await runOn(experiment, pool);
      const [sums] = await pool.rows<{ steps: number; resets: number }>(
        "-- uses: steps, context_resets\nSELECT (SELECT count(*) FROM steps) AS steps, (SELECT count(*) FROM context_resets) AS resets",
      );
      expect(sumOf(rowsOf(result), ({ steps }) => Number(steps))).toBe(sums?.steps);
      expect(await streamed(result, "reset_economics", pool)).toHaveLength(sums?.resets ?? -1);
      for (const row of rowsOf(result, "context_ceiling")) {
        const bins = rowsOf(result, "occupancy_hazard").filter(
          (bin) => bin.provider === row.provider && bin.window_tokens === row.window_tokens,
        );
        expect(sumOf(bins, ({ resets }) => Number(resets))).toBe(row.resets);
      }
    });
  });

  it.skipIf(skipped || !hasShared)("agrees with the printed statements", async () => {
    const result = await withReferencePool(name, (pool) => runOn(experiment, pool, { window: PRINTED_WINDOWS[name] }));
    const printed = printedRows(name, "context_occupancy").flat();
    const hazards = printed.filter(({ hazard }) => hazard !== undefined);
    expect(hazards.length).toBeGreaterThan(15);
    for (const { provider, bin_lo, at_risk, resets, hazard } of hazards) {
      const found = rowsOf(result, "occupancy_hazard").find(
        (row) => row.provider === provider && row.window_tokens !== 121_600 && row.bin_lo === bin_lo,
      );
      expect([provider, bin_lo, found?.at_risk, found?.resets, Math.round(Number(found?.hazard) * 1e4) / 1e4]).toEqual([
        provider,
        bin_lo,
        Number(at_risk),
        Number(resets),
        hazard,
      ]);
    }
    for (const { provider, sessions, peak_q, over_80 } of printed.filter(({ peak_q }) => peak_q !== undefined)) {
      const found = rowsOf(result, "occupancy_peaks").find((row) => row.provider === provider);
      expect(found).toMatchObject({ sessions: Number(sessions), nearly_full: Number(over_80) });
      expect([found?.p25_peak, found?.p50_peak, found?.p75_peak, found?.p90_peak]).toEqual((peak_q as number[]).map(near));
    }
    for (const { provider, resets, before_q, after_q } of printed.filter(({ before_q }) => before_q !== undefined)) {
      if (name === "pool-x") continue; // those of models without a window are in no row of context_ceiling
      const found = rowsOf(result, "context_ceiling").find((row) => row.provider === provider && row.window_tokens !== 121_600);
      expect(found?.resets).toBe(Number(resets));
      expect([found?.p10_before, found?.p50_before, found?.p90_before]).toEqual((before_q as number[]).map(near));
      expect(found?.p50_after).toBeCloseTo((after_q as number[])[1] ?? 0, 9);
    }
  });
});

describe.skipIf(!hasShared)("the transcripts", () => {
  it.each<[folder: "transcripts" | "transcripts-2026", loggedSteps: number, compactions: number, medianPeaks: unknown[]]>([
    [
      "transcripts",
      265,
      1,
      [
        ["claude", 0.453],
        ["codex", 0.197],
      ],
    ],
    [
      "transcripts-2026",
      7,
      1,
      [
        ["claude", 0.273],
        ["codex", 0.146],
      ],
    ],
  ])("of %s log windows of Codex and a compaction", async (folder, loggedSteps, compactions, medianPeaks) => {
    await withTranscripts(folder, "counted", async (pool) => {
      const result = await runOn(experiment, pool);
      const logged = rowsOf(result).filter(({ window_basis }) => window_basis === "logged");
      expect(sumOf(logged, ({ steps }) => Number(steps))).toBe(loggedSteps);
      expect(logged.every(({ provider, window_tokens }) => provider === "codex" && window_tokens === 258_400)).toBe(true);
      expect(await pool.rows<object>(fs.readFileSync(path.join(experiment.folder, "compactions.sql"), "utf8"))).toHaveLength(compactions);
      const peaks = rowsOf(result, "occupancy_peaks").map(({ provider, p50_peak }) => [
        provider,
        Math.round(Number(p50_peak) * 1000) / 1000,
      ]);
      expect(peaks).toEqual(medianPeaks);
      expect(rowsOf(result, "context_ceiling").every(({ assumed }) => assumed === true)).toBe(true);
    });
  });
});
