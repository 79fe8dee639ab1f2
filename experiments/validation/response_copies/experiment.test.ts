import { describe, expect, it } from "vitest";
import type { ExperimentResult } from "../../../lib/experiment.ts";
import { type StepLiteral, type TranscriptLiteral, withPool } from "../../../lib/testing/pool.ts";
import { rowsOf, runOn } from "../../../lib/testing/reference-pools.ts";
import type { Accounting } from "../../../lib/trace/readings.ts";
import { relationOrder } from "./copies.ts";
import experiment from "./experiment.ts";

const audit = (steps: readonly StepLiteral[], transcripts: readonly TranscriptLiteral[] = []) =>
  withPool(steps, (pool) => runOn(experiment, pool), transcripts);
const countsOf = (result: ExperimentResult) => rowsOf(result, "checks").map(({ count, of }) => [count, of]);

const plain = (session_id: string | null, round_id: string | null, provider: string | null = "claude"): StepLiteral => ({
  provider,
  session_id,
  round_id,
});
/** A step with details. */
const detailed = (transcript_id: string, response_id: string | null, given: StepLiteral = {}): StepLiteral => ({
  provider: "claude",
  session_id: `session of ${transcript_id}`,
  ...given,
  details: { transcript_id, response_id, is_first_holder: true },
});

describe("copies and shared responses, each of all", () => {
  it.each<[string, StepLiteral[], [number, number][]]>([
    [
      "messages of their own",
      [plain("a", "m1"), plain("b", "m2")],
      [
        [0, 2],
        [0, 2],
      ],
    ],
    [
      "a message in two sessions",
      [plain("a", "m"), plain("b", "m"), plain("b", "n")],
      [
        [1, 3],
        [1, 2],
      ],
    ],
    [
      "a message twice in a session",
      [plain("a", "m"), plain("a", "m")],
      [
        [1, 2],
        [0, 1],
      ],
    ],
    [
      "messages without id",
      [plain("a", null), plain("b", null), plain("b", "")],
      [
        [0, 3],
        [0, 0],
      ],
    ],
    [
      "ids of another provider, without details",
      [plain("a", "t:0", "codex"), plain("b", "t:0", "codex")],
      [
        [0, 2],
        [0, 0],
      ],
    ],
    [
      "no session",
      [plain(null, "m"), plain(null, "m")],
      [
        [1, 2],
        [0, 1],
      ],
    ],
    [
      "responses of Codex, with details",
      [detailed("a", "r", { provider: "codex" }), detailed("b", "r", { provider: "codex" })],
      [
        [1, 2],
        [1, 1],
      ],
    ],
    [
      "details outdo message ids",
      [detailed("a", "r1", { round_id: "m" }), detailed("b", "r2", { round_id: "m" })],
      [
        [0, 2],
        [0, 2],
      ],
    ],
    [
      "two transcripts of one session",
      [detailed("a", "r", { session_id: "s" }), detailed("b", "r", { session_id: "s" })],
      [
        [1, 2],
        [1, 1],
      ],
    ],
    [
      "steps with and without details",
      [detailed("a", "r"), plain("b", "m"), plain("c", "m")],
      [
        [0, 3],
        [0, 1],
      ],
    ],
  ])("%s", async (_, steps, counts) => {
    expect(countsOf(await audit(steps))).toEqual(counts);
  });
});

describe("what copies add", () => {
  const tokens = {
    model: "claude-opus-4-5",
    prefix_tokens: 1e6,
    newly_append_tokens: 2e6,
    claude_cache_creation_input_tokens: 1e6,
    output_tokens: 1e6,
  };
  const cost = 0.5 + 5 + 6.25 + 25;
  const transcripts = [
    { transcript_id: "a", relation: "main" },
    { transcript_id: "b", relation: "resume" },
    { transcript_id: "c", relation: "sub-agent" },
  ];

  it("is added up by relation of the transcript", async () => {
    const result = await audit(
      [
        detailed("a", "r", tokens),
        detailed("b", "r", tokens),
        detailed("b", "own", tokens),
        detailed("c", "r", { ...tokens, model: "odd" }),
        detailed("c", "odd", { ...tokens, model: "odd" }),
        detailed("c", "odd", { ...tokens, model: "odd" }),
      ],
      transcripts,
    );
    expect(rowsOf(result, "response_copies")).toMatchObject([
      {
        relation: "all",
        steps: 6,
        copy_steps: 3,
        copy_share: 0.5,
        copy_output_tokens: 3e6,
        cost_usd: 4 * cost,
        copy_cost_usd: 2 * cost,
        copy_unpriced_steps: 1,
      },
      { relation: "main", steps: 1, copy_steps: 0, copy_cost_usd: 0 },
      { relation: "resume", steps: 2, copy_steps: 1, copy_prefix_tokens: 1e6, copy_append_tokens: 2e6, copy_cost_usd: cost },
      { relation: "sub-agent", steps: 3, copy_steps: 2, copy_cost_usd: cost, unpriced_steps: 2 },
    ]);
    expect(rowsOf(result, "responses_by_transcripts")).toEqual([
      { provider: "claude", transcripts: 1, responses: 2, steps: 3 },
      { provider: "claude", transcripts: 3, responses: 1, steps: 3 },
    ]);
    expect(result.notes).toEqual([
      "Copies without a price, which cost nothing here: 1.",
      "List prices of each step's day: 2 of 3 steps have a price; 4.0M tokens unpriced.",
      "Without a price and left out of all costs (steps): odd (1).",
    ]);
    expect(result.figures).toHaveLength(1);
  });

  it.each<[Accounting, copyCost: number, unpriced: number]>([
    ["counted", cost, 0],
    ["published", 0, 1],
  ])("in the %s reading", async (accounting, copyCost, unpriced) => {
    const steps = [detailed("a", "r", tokens), detailed("c", "r", { ...tokens, model: "odd" })];
    const result = await withPool(steps, (pool) => runOn(experiment, pool), transcripts, [], { accounting });
    expect(rowsOf(result, "response_copies")[0]).toMatchObject({ copy_cost_usd: copyCost, copy_unpriced_steps: unpriced });
  });

  it("counts copies in the session that holds the response", async () => {
    const rows = rowsOf(await audit([plain("a", "m"), plain("a", "m"), plain("a/subagents/x", "m")]), "response_copies");
    expect(rows).toMatchObject([
      { relation: "all", copy_steps: 2, own_session_copies: 1 },
      { relation: "sub-agent", copy_steps: 1, own_session_copies: 0 },
      { relation: "unknown", copy_steps: 1, own_session_copies: 1 },
    ]);
  });
});

describe("notes", () => {
  it.each<[string, StepLiteral[], RegExp[]]>([
    ["an empty pool", [], []],
    ["no details", [plain("a", "m")], [/no details/]],
    ["some details", [detailed("a", "r"), plain("b", "m")], [/Only 1 of 2 steps have details/]],
    ["details of all steps", [detailed("a", "r")], []],
  ])("on %s", async (_, steps, patterns) => {
    expect(await audit(steps)).toMatchObject({
      figures: [],
      notes: [experiment.empty, ...patterns.map((pattern) => expect.stringMatching(pattern))],
    });
  });
});

it("orders relations: known ones first, then by name", () => {
  expect(relationOrder(["unknown", "zebra", "fork", "ant", "main", "fork"])).toEqual(["main", "fork", "unknown", "ant", "zebra"]);
});

it("sums each provider separately, and all of them add up", async () => {
  const rows = [plain("a", "m"), plain("a/subagents/x", "m"), plain("b", "n", "other")];
  const result = await audit(rows);
  expect(
    rowsOf(result, "response_copies").map(({ provider, relation, steps, copy_steps }) => [provider, relation, steps, copy_steps]),
  ).toEqual([
    ["claude", "all", 2, 1],
    ["claude", "sub-agent", 1, 1],
    ["claude", "unknown", 1, 0],
    ["other", "all", 1, 0],
    ["other", "unknown", 1, 0],
  ]);
  expect(countsOf(result)[0]).toEqual([1, 3]);
});
