import { describe, expect, it } from "vitest";
import type { SqlParams } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { type StepLiteral, withPool } from "../../../lib/testing/pool.ts";
import { checkedQueries } from "../../../lib/testing/reference-pools.ts";
import experiment from "./experiment.ts";
import { type GroupRow, PAIRS } from "./measure.ts";

const START = Date.UTC(2026, 0, 1);
const DEFAULTS = {
  model: null,
  next_input: null,
  min_output_tokens: 1,
  max_gap_s: 240,
  tolerance_tokens: 512,
  tolerance_fraction: 0.1,
  max_points: 6000,
};

const step = (session_id: string, round_index: number, second: number, columns: StepLiteral): StepLiteral => ({
  session_id,
  round_index,
  timing_events: [{ event_type: "text", timestamp: new Date(START + second * 1000).toISOString() }],
  ...columns,
});

interface PairLiteral {
  readonly output: number;
  readonly append: number;
  /** Growth of the prefix; the previous step's whole input is 10,000 tokens. */
  readonly delta: number;
  readonly gap?: number;
  readonly previous?: StepLiteral;
  readonly next?: StepLiteral;
}

type Case = readonly [provider: string, pairs: readonly PairLiteral[], ...rest: unknown[]];

/** The pairs of each case are of a provider that is named like it; each is a session of two steps. */
const sessions = (cases: readonly Case[]): StepLiteral[] =>
  cases.flatMap(([provider, pairs]) =>
    pairs.flatMap(({ output, append, delta, gap = 1, previous, next }, i) => [
      step(`${provider} ${i}`, 1, 0, { provider, input_tokens_total: 10_000, output_tokens: output, ...previous }),
      step(`${provider} ${i}`, 2, gap, { provider, prefix_tokens: 10_000 + delta, newly_append_tokens: append, ...next }),
    ]),
  );

function rowsOf(cases: readonly Case[], params: SqlParams): Promise<GroupRow[]> {
  return withPool(sessions(cases), (pool) => checkedQueries(experiment, pool).rows(PAIRS, { ...DEFAULTS, ...params }));
}

async function measure(cases: readonly Case[], provider: string): Promise<GroupRow> {
  const rows = await rowsOf(cases, { provider });
  expect(rows).toHaveLength(1);
  return at(rows, 0);
}

describe("a pair", () => {
  const pair = { output: 3000, append: 3500, delta: 0 };
  const CASES: [rule: string, pairs: PairLiteral[], params: SqlParams, kept: boolean][] = [
    ["is kept as a rule", [pair], {}, true],
    ["may have the maximum gap itself", [{ ...pair, gap: 240 }], {}, true],
    ["is dropped beyond the maximum gap", [{ ...pair, gap: 240.001 }], {}, false],
    ["is dropped when the steps overlap", [{ ...pair, gap: -0.001 }], {}, false],
    ["may have no gap at all", [{ ...pair, gap: 0 }], {}, true],
    ["is dropped when the previous step had no input", [{ ...pair, previous: { input_tokens_total: 0 } }], {}, false],
    ["is dropped when the previous input is missing", [{ ...pair, previous: { input_tokens_total: null } }], {}, false],
    ["is dropped without output, even when no minimum output is asked for", [{ ...pair, output: 0 }], { min_output_tokens: 0 }, false],
    ["may have the minimum output itself", [pair], { min_output_tokens: 3000 }, true],
    ["is dropped below the minimum output", [pair], { min_output_tokens: 3001 }, false],
    ["belongs to a group of its provider", [pair], { provider: "claude" }, false],
    ["is of the model of the previous step", [{ ...pair, previous: { model: "gpt-5.5" } }], { model: "gpt-5.5" }, true],
    ["is not of the model of the next step", [{ ...pair, next: { model: "gpt-5.5" } }], { model: "gpt-5.5" }, false],
    ["has its model compared literally", [{ ...pair, previous: { model: "gpt-5.5-high" } }], { model: "gpt-5.5" }, false],
    [
      "is of the trigger of the next step",
      [{ ...pair, next: { first_input_event_type: "tool_result" } }],
      { next_input: "tool_result" },
      true,
    ],
    [
      "has no trigger of its previous step",
      [{ ...pair, previous: { first_input_event_type: "tool_result" } }],
      { next_input: "tool_result" },
      false,
    ],
  ];
  it.each(CASES)("%s", async (provider, _pairs, params, kept) => {
    const rows = await rowsOf(CASES, { provider, ...params });
    expect(rows.map(({ count }) => count)).toEqual(kept ? [1] : []);
  });
});

describe("the verdict over a pair", () => {
  const CASES: [rule: string, pairs: [PairLiteral], expected: string, predicates: object][] = [
    ["prefix grown by the output", [{ output: 3000, append: 10, delta: 3000 }], "prefix_side", { close: 1, reject: 0, append_can: 0 }],
    [
      "at the lower edge of the tolerance",
      [{ output: 3000, append: 3000, delta: 2488 }],
      "prefix_side",
      { close: 1, reject: 0, append_can: 1 },
    ],
    [
      "below the lower edge, append has room",
      [{ output: 3000, append: 2488, delta: 2487 }],
      "append_side",
      { close: 0, reject: 1, append_can: 1 },
    ],
    [
      "below the lower edge, append has no room",
      [{ output: 3000, append: 2487, delta: 2487 }],
      "unassigned",
      { close: 0, reject: 1, append_can: 0 },
    ],
    [
      "at the upper edge of the tolerance",
      [{ output: 3000, append: 0, delta: 3512 }],
      "prefix_side",
      { close: 1, reject: 0, append_can: 0 },
    ],
    ["above the upper edge", [{ output: 3000, append: 9000, delta: 3513 }], "unassigned", { close: 0, reject: 0, append_can: 1 }],
    ["a tenth of a large output", [{ output: 10_000, append: 0, delta: 9000 }], "prefix_side", { close: 1, reject: 0, append_can: 0 }],
    ["a prefix that shrank", [{ output: 3000, append: 12_000, delta: -4000 }], "append_side", { close: 0, reject: 1, append_can: 1 }],
  ];
  it.each(CASES)("%s", async (rule, [pair], verdict, predicates) => {
    const result = await measure(CASES, rule);
    expect(result).toMatchObject(predicates);
    expect(result.points).toEqual([{ output: pair.output, append: pair.append, growth: pair.delta, verdict }]);
  });
});

describe("the statistics", () => {
  it("clip the gain, but not its difference to the output", async () => {
    expect(await measure([["codex", [{ output: 3000, append: 10, delta: -500 }]]], "codex")).toMatchObject({
      median_gain: 0,
      median_prefix_delta_minus_output: -3500,
    });
  });

  it("interpolate quantiles", async () => {
    const pairs = [0, 10, 20, 30].map((more) => ({ output: 1000, append: 1000 + more, delta: 0 }));
    const result = await measure([["codex", pairs]], "codex");
    expect(result).toMatchObject({ median_append: 1015, median_append_minus_output: 15 });
    expect(result.p10_append_minus_output).toBeCloseTo(3, 12);
    expect(result.p90_append_minus_output).toBeCloseTo(27, 12);
  });

  const CASES: [rule: string, pairs: PairLiteral[], append: number | null, gain: number | null][] = [
    ["a single pair", [{ output: 1024, append: 2, delta: 2 }], null, null],
    [
      "a constant output",
      [
        { output: 1024, append: 2, delta: 2 },
        { output: 1024, append: 4, delta: 4 },
      ],
      null,
      null,
    ],
    [
      "gains that are all clipped",
      [
        { output: 1024, append: 2, delta: -1 },
        { output: 2048, append: 4, delta: -2 },
      ],
      1,
      null,
    ],
    [
      "values below one, taken as one",
      [
        { output: 1024, append: 0, delta: -9 },
        { output: 2048, append: 1, delta: 1 },
        { output: 4096, append: 1, delta: 4 },
      ],
      null,
      Math.sqrt(3) / 2,
    ],
    [
      "powers of two",
      [
        { output: 1024, append: 8, delta: 16 },
        { output: 2048, append: 4, delta: 32 },
      ],
      -1,
      1,
    ],
  ];
  it.each(CASES)("correlate logarithms: %s", async (rule, _pairs, append, gain) => {
    const result = await measure(CASES, rule);
    for (const [actual, expected] of [
      [result.corr_log_output_append, append],
      [result.corr_log_output_prefix_gain, gain],
    ] as const)
      if (expected === null) expect(actual).toBeNull();
      else expect(actual).toBeCloseTo(expected, 12);
  });
});

describe("the points", () => {
  const ascending = Array.from({ length: 10 }, (_, i) => ({ output: 100 + i, append: i, delta: 0 }));
  const appends = async (pairs: PairLiteral[], max_points: number) => {
    const [row] = await rowsOf([["codex", pairs]], { provider: "codex", max_points });
    return row?.points.map((point) => point.append);
  };

  it.each([
    [10, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [11, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [9, [0, 1, 2, 3, 4, 5, 6, 7, 9]],
    [4, [0, 3, 6, 9]],
    [3, [0, 4, 9]],
    [2, [0, 9]],
  ])("are at most %d, spread evenly over the ranks", async (max, expected) => {
    expect(await appends(ascending, max)).toEqual(expected);
  });

  it("are ordered by output, ties by place in the trace", async () => {
    const pairs = [5, 3, 3, 4].map((output, i) => ({ output, append: i, delta: 0 }));
    expect(await appends(pairs, 6000)).toEqual([1, 2, 3, 0]);
  });
});
