import { beforeAll, describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { parseFlags } from "../../../lib/run/flags.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { hasShared } from "../../../lib/testing/paths.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import {
  asPublished,
  checkedQueries,
  markdownCells,
  published,
  REFERENCE_POOLS,
  rowsOf,
  runOn,
  withReferencePool,
} from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { type Criteria, countCompactions } from "./measure.ts";

/** Steps of one session by total input in thousands of tokens; null tokens for null. Every step answers a tool result unless said otherwise. */
const session = (session_id: string, totals: (number | null)[], more: Record<number, StepLiteral> = {}): StepLiteral[] =>
  totals.map((total, i) => ({
    session_id,
    provider: "codex",
    first_input_event_type: "tool_result",
    prefix_tokens: total === null ? null : total * 900,
    newly_append_tokens: total === null ? 1 : total * 100,
    ...more[i],
  }));

describe("sessions, major reductions, compactions by user and by tool", () => {
  const USER = { first_input_event_type: "user_message" };
  const cases: [what: string, steps: StepLiteral[], expected: number[], flags?: Record<string, unknown>][] = [
    ["a compaction by a tool", session("s", [100, 160, 20, 40]), [1, 1, 0, 1]],
    ["one by the user", session("s", [100, 160, 20, 40], { 2: USER }), [1, 1, 1, 0]],
    [
      "a step without either trigger doesn't count",
      session("s", [100, 160, 20, 40], { 2: { first_input_event_type: null } }),
      [1, 0, 0, 0],
    ],
    ["the last step is not a compaction", session("s", [100, 160, 20]), [1, 1, 0, 0]],
    ["a rebound on the third step after", session("s", [160, 20, 20, 20, 120, 20]), [1, 2, 0, 0]],
    ["one on the fourth comes too late", session("s", [160, 20, 20, 20, 20, 120]), [1, 1, 0, 1]],
    ["whatever triggers it", session("s", [160, 20, 150], { 2: { first_input_event_type: null } }), [1, 1, 0, 0]],
    ["the largest context may come later", session("s", [100, 20, 30, 40, 50, 200]), [1, 1, 0, 0]],
    ["a missing count makes the total 0", session("s", [160, null, 155]), [1, 1, 0, 0]],
    ["file order counts, not round_index", session("s", [160, 20, 40], { 0: { round_index: 9 }, 1: { round_index: 1 } }), [1, 1, 0, 1]],
    ["sessions of one step and without tokens are counted", [...session("a", [160]), ...session("b", [null, null])], [2, 0, 0, 0]],
    ["steps without a session are not", [...session("", [160, 20, 40]), ...session("s", [1]), { prefix_tokens: 9 }], [1, 0, 0, 0]],
    ["a fall of exactly the least size", session("s", [100, 36, 40]), [1, 1, 0, 1]],
    ["a fall just below it", session("s", [100, 36.01, 40]), [1, 0, 0, 0]],
    ["one from exactly three quarters of the largest context", session("s", [160, 120, 20, 30]), [1, 1, 0, 1]],
    ["one from just below that", session("s", [160, 119.99, 20, 30]), [1, 1, 0, 0]],
    ["one that grows back to exactly three quarters", session("s", [160, 20, 120]), [1, 1, 0, 0]],
    ["one that grows back to just below", session("s", [160, 20, 119.99]), [1, 1, 0, 1]],
    ["no tokens at all, even with a least fall of 0", session("s", [0, 0, 0]), [1, 0, 0, 0], { "min-drop-tokens": 0 }],
    ["a smaller least fall", session("s", [100, 160, 120, 40]), [1, 2, 0, 1], { "min-drop-tokens": 40_000, "rebound-ratio": 0.8 }],
    ["no step to wait for", session("s", [100, 160, 20, 40]), [1, 1, 0, 0], { "rebound-steps": 0 }],
    ["more steps to wait for", session("s", [160, 20, 20, 20, 20, 120]), [1, 1, 0, 0], { "rebound-steps": 4 }],
    ["a laxer start", session("s", [100, 20, 30, 40, 50, 200]), [1, 1, 0, 1], { "near-max-ratio": 0.5 }],
  ];

  /** Each case is a provider, and has sessions of its own where they have a name. */
  const steps = cases.flatMap(([provider, own]) =>
    own.map((each) => ({ ...each, provider, session_id: each.session_id ? `${provider}: ${each.session_id}` : (each.session_id ?? null) })),
  );
  it.each(cases)("%s", async (what, _steps, expected, flags = {}) => {
    const criteria = parseFlags(experiment.flags, flags) as unknown as Criteria;
    const counts = await withPool(steps, (pool) => countCompactions(checkedQueries(experiment, pool), criteria));
    const own = counts.filter(({ provider }) => provider === what);
    const of = (column: "sessions" | "major_reductions" | "user_initiated" | "tool_initiated") => sumOf(own, (row) => row[column]);
    expect([of("sessions"), of("major_reductions"), of("user_initiated"), of("tool_initiated")]).toEqual(expected);
  });

  it("are added up for all", async () => {
    const row = rowsOf(await withPool(session("s", [100, 160, 20, 40]), (pool) => runOn(experiment, pool)))[0];
    expect(row).toMatchObject({ scope: "merged", n_sessions: 1, major_reductions: 1, user_initiated: 0, tool_initiated: 1 });
  });

  it("belong to the provider of the session's last step", async () => {
    const steps = session("s", [100, 160, 20, 40], { 3: { provider: "claude" } });
    const rows = rowsOf(await withPool(steps, (pool) => runOn(experiment, pool)));
    expect(rows.map(({ scope, total }) => [scope, total])).toEqual([
      ["merged", 1],
      ["claude", 1],
      ["codex", 0],
    ]);
  });
});

it("names the threshold in use", async () => {
  const result = await withPool(session("s", [100]), (pool) => runOn(experiment, pool, { "min-drop-tokens": 1500 }));
  expect(result.texts?.[0]?.text).toContain("Major reductions (≥1.5k drop)");
});

it("has zeros and a note for an empty pool", async () => {
  const result = await withPool([], (pool) => runOn(experiment, pool));
  expect(result).toMatchObject({ figures: [], notes: [experiment.empty] });
  expect(result.headlines.map(({ value }) => value)).toEqual(["–", "–", "0.0"]);
  expect(markdownCells(result.texts?.[0]?.text ?? "")).toContainEqual(["P90 / P99 (sessions with ≥1)", "0 / 0", "0 / 0"]);
});

describe.skipIf(!hasShared).each(REFERENCE_POOLS)("on %s", (name) => {
  let result: ExperimentResult;
  beforeAll(async () => {
    result = await withReferencePool(name, (pool) => runOn(experiment, pool));
  });

  it("returns the published tables", () => {
    const golden = markdownCells(published(name, experiment, "session_compaction_counts.md"));
    expect(golden).toHaveLength(12);
    expect(markdownCells(result.texts?.[0]?.text ?? "")).toEqual(golden);
  });

  it("returns the published headlines", () => {
    expect(asPublished(result.headlines)).toEqual(JSON.parse(published(name, experiment, "headline.json")));
  });

  it("returns the published statistics of each scope", () => {
    const blocks = published(name, experiment, "analyze.stdout.txt").trim().split("\n\n").slice(1);
    const golden = blocks.map((block) => block.match(/(?<![\w.=])\d[\d,.]*%?/g));
    const ours = rowsOf(result).map((row) => {
      const of = (column: string, digits: number) => toFixedHalfEven(Number(row[column]), digits);
      const share = (part: string, whole: number) => percent(Number(row[part]) / whole, 1);
      const total = Number(row.total);
      return [
        ...[grouped(Number(row.n_sessions)), of("major_reductions", 0), of("total", 0), share("total", Number(row.major_reductions))],
        ...[of("sessions_with", 0), percent(Number(row.share_with), 2)],
        ...[of("avg", 3), of("p25", 0), of("p50", 0), of("p90", 0), of("p99", 0)],
        ...[of("avg_pos", 2), of("p50_pos", 0), of("p90_pos", 0), of("p99_pos", 0)],
        ...[of("user_initiated", 0), share("user_initiated", total), of("tool_initiated", 0), share("tool_initiated", total)],
      ];
    });
    expect(ours).toEqual(golden);
  });
});
