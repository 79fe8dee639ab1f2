/** Relations of steps, calls and contexts on pool M, whose rows are checked by hand. */
import { beforeAll, expect, it } from "vitest";
import { withPool } from "../testing/pool.ts";
import { POOL_M, POOL_M_START } from "../testing/pool-m.ts";

/** `_us` at the end of a column stands for microseconds and is given in seconds of the pool; money is in nano-dollars. */
interface Case {
  readonly relation: string;
  readonly what: string;
  readonly columns: readonly string[];
  readonly order: string;
  readonly expected: readonly (readonly unknown[])[];
}

/** Billed input of the steps of s1, and their context. Nothing leaves it, so a token costs its share of this step and of all later ones. */
const S1: [nanoUsd: number, tokens: number][] = [
  [123_750_000, 20_000],
  [73_750_000, 30_200],
  [18_225_000, 30_700],
  [17_225_000, 31_000],
  [194_687_500, 31_150],
  [16_512_500, 31_300],
  [18_462_500, 31_750],
  [29_000_000, 33_850],
];
const rentOf = (steps: typeof S1) => Math.round(steps.reduce((sum, [nanoUsd, tokens]) => sum + nanoUsd / tokens, 0) * 1e6) / 1e6;

const CASES: readonly Case[] = [
  {
    relation: "steps",
    what: "places, neighbors and requests",
    columns: ["round_pk", "session_id", "step", "previous_round_pk", "next_round_pk", "request_no", "request_us"],
    order: "round_pk",
    expected: [
      [1, "s1", 1, null, 2, 1, 0],
      [2, "s1", 2, 1, 3, 1, null],
      [3, "s1", 3, 2, 4, 1, null],
      [4, "s1", 4, 3, 5, 1, null],
      [5, "s1", 5, 4, 6, 1, null],
      [6, "s1", 6, 5, 7, 1, null],
      [7, "s1", 7, 6, 10, 2, 2000],
      [8, "s2", 1, null, 9, 1, 2007],
      [9, "s2", 2, 8, null, 1, null],
      [10, "s1", 8, 7, null, 3, 2110],
      [11, "s3", 1, null, 12, 1, 3000],
      [12, "s3", 2, 11, 13, 1, null],
      [13, "s3", 3, 12, 14, 1, null],
      [14, "s3", 4, 13, null, 2, 20_000],
    ],
  },
  {
    relation: "steps",
    what: "tokens and characters",
    columns: [
      "round_pk",
      "prefix_tokens",
      "append_tokens",
      "write_tokens",
      "context_tokens",
      "output_tokens",
      "reasoning_tokens",
      "user_message_chars",
    ],
    order: "round_pk",
    expected: [
      [1, 0, 20_000, 19_000, 20_000, 200, 0, 400],
      [2, 20_000, 10_200, 10_200, 30_200, 300, 0, 0],
      [3, 30_200, 500, 500, 30_700, 100, 0, 0],
      [4, 30_700, 300, 300, 31_000, 150, 0, 0],
      [5, 0, 31_150, 31_150, 31_150, 50, 0, 0],
      [6, 31_150, 150, 150, 31_300, 350, 0, 0],
      [7, 31_300, 450, 450, 31_750, 120, 0, 200],
      [8, 0, 9_000, 9_000, 9_000, 400, 0, 900],
      [9, 9_000, 6_000, 6_000, 15_000, 200, 0, 0],
      [10, 31_750, 2_100, 2_100, 33_850, 80, 0, 176],
      [11, 0, 100_000, 0, 100_000, 1_000, 400, 80],
      [12, 100_000, 50_000, 0, 150_000, 500, 100, 0],
      [13, 10_000, 30_000, 0, 40_000, 600, 200, 0],
      [14, 40_000, 5_000, 0, 45_000, 400, 0, 90],
    ],
  },
  {
    relation: "calls",
    what: "where each result is logged",
    columns: ["session_id", "call_no", "round_pk", "tool", "is_error", "emitted_us", "result_us", "effective_ms", "result_round_pk"],
    order: "session_id, call_no",
    expected: [
      ["s1", 1, 1, "Read", false, 5, 6, 1_000, 2],
      ["s1", 2, 2, "Bash", true, 10, 40, 30_000, 3],
      ["s1", 3, 3, "Bash", true, 44, 50, 6_000, 4],
      ["s1", 4, 4, "Edit", false, 55, 655, 600_000, 5],
      ["s1", 5, 5, "Bash", false, 660, 670, 10_000, 6],
      ["s1", 6, 7, "Task", false, 2006, 2106, 100_000, 10],
      ["s2", 1, 8, "Grep", false, 2012, 2013, 1_000, 9],
      ["s3", 1, 11, "exec_command", false, 3012, 3013, 900, 11],
      ["s3", 2, 12, "exec_command", null, 3020, 3025, 4_000, 13],
    ],
  },
  {
    relation: "delivered",
    what: "the step that sees each result first",
    columns: ["call_round_pk", "tool", "result_chars", "into_round_pk"],
    order: "call_round_pk",
    expected: [
      [1, "Read", 26_000, 2],
      [2, "Bash", 520, 3],
      [3, "Bash", 520, 4],
      [4, "Edit", 100, 5],
      [5, "Bash", 260, 6],
      [7, "Task", 5_200, 10],
      [8, "Grep", 15_600, 9],
      [11, "exec_command", 180_000, 12],
      [12, "exec_command", 300, 13],
    ],
  },
  {
    relation: "context_resets",
    what: "one",
    columns: ["round_pk", "session_id", "tokens_before", "tokens_after", "freed_tokens"],
    order: "round_pk",
    expected: [[13, "s3", 150_000, 40_000, 110_000]],
  },
  {
    relation: "emitted",
    what: "the logged output is too small for the prompt of a helper only",
    columns: ["round_pk", "chars", "floor_tokens", "visible_tokens"],
    order: "round_pk",
    expected: [
      [1, 60, 15, 200],
      [2, 40, 10, 300],
      [3, 40, 10, 100],
      [4, 300, 75, 150],
      [5, 40, 10, 50],
      [6, 0, 0, 350],
      [7, 900, 225, 225],
      [8, 50, 12.5, 400],
      [9, 0, 0, 200],
      [10, 0, 0, 80],
      [11, 70, 17.5, 600],
      [12, 30, 7.5, 400],
      [13, 0, 0, 400],
      [14, 0, 0, 400],
    ],
  },
  {
    relation: "cost_range",
    what: "writes of unknown lifetime, and the prompt of a helper that the logged output is too small for",
    columns: ["round_pk", "low_nano", "cost_nano", "write_open_nano", "output_open_nano", "high_nano"],
    order: "round_pk",
    expected: [
      [1, 128_750_000, 128_750_000, 71_250_000, 0, 200_000_000],
      [2, 81_250_000, 81_250_000, 38_250_000, 0, 119_500_000],
      [3, 20_725_000, 20_725_000, 1_875_000, 0, 22_600_000],
      [4, 20_975_000, 20_975_000, 1_125_000, 0, 22_100_000],
      [5, 195_937_500, 195_937_500, 116_812_500, 0, 312_750_000],
      [6, 25_262_500, 25_262_500, 562_500, 0, 25_825_000],
      [7, 21_462_500, 21_462_500, 1_687_500, 2_625_000, 25_775_000],
      [8, 66_250_000, 66_250_000, 33_750_000, 0, 100_000_000],
      [9, 47_000_000, 47_000_000, 22_500_000, 0, 69_500_000],
      [10, 31_000_000, 31_000_000, 7_875_000, 0, 38_875_000],
      [11, 265_000_000, 265_000_000, 0, 0, 265_000_000],
      [12, 157_500_000, 157_500_000, 0, 0, 157_500_000],
      [13, 86_500_000, 86_500_000, 0, 0, 86_500_000],
      [14, 28_500_000, 28_500_000, 0, 0, 28_500_000],
    ],
  },
  {
    relation: "re_prefill",
    what: "a missed cache and a reset",
    columns: ["round_pk", "gap_us", "previous_context_tokens", "re_prefill_tokens", "re_prefill_nano", "cause"],
    order: "round_pk",
    expected: [
      [1, null, null, null, null, null],
      [2, 1, 20_000, 0, 0, null],
      [3, 30, 30_200, 0, 0, null],
      [4, 6, 30_700, 0, 0, null],
      [5, 600, 31_000, 31_000, 178_250_000, "gap 5-60 min"],
      [6, 10, 31_150, 0, 0, null],
      [7, 1325, 31_300, 0, 0, null],
      [8, null, null, null, null, null],
      [9, 1, 9_000, 0, 0, null],
      [10, 100, 31_750, 0, 0, null],
      [11, null, null, null, null, null],
      [12, 6.5, 100_000, 0, 0, null],
      [13, 4, 150_000, 30_000, 67_500_000, "reset"],
      [14, 16_959, 40_000, 0, 0, null],
    ],
  },
  {
    relation: "chars_per_token",
    what: "too few pairs to measure",
    columns: ["provider", "chars_per_token", "pairs"],
    order: "provider",
    expected: [
      ["claude", 4, 2],
      ["codex", 4, 1],
    ],
  },
  {
    relation: "dated_steps",
    what: "the first output, whatever comes before or after it",
    columns: ["round_pk", "response_us", "project"],
    order: "round_pk",
    expected: [3, 9, 44, 55, 660, 675, 2006, 2012, 2100, 2115, 3010, 3020, 3040, 20_010].map((us, i) => [i + 1, us, null]),
  },
  {
    relation: "busy",
    what: "generation, tools and an approval",
    columns: ["round_pk", "kind", "tool", "from_us", "to_us"],
    order: "round_pk, kind",
    expected: [
      [1, "generation", null, 0, 5],
      [1, "tool", "Read", 5, 6],
      [2, "generation", null, 6, 10],
      [2, "tool", "Bash", 10, 40],
      [3, "generation", null, 40, 44],
      [3, "tool", "Bash", 44, 50],
      [4, "generation", null, 50, 55],
      [4, "human", "Edit", 55, 655],
      [5, "generation", null, 655, 660],
      [5, "tool", "Bash", 660, 670],
      [6, "generation", null, 670, 675],
      [7, "generation", null, 2000, 2006],
      [7, "tool", "Task", 2006, 2106],
      [8, "generation", null, 2007, 2012],
      [8, "tool", "Grep", 2012, 2013],
      [9, "generation", null, 2013, 2100],
      [10, "generation", null, 2110, 2115],
      [11, "generation", null, 3000, 3012],
      [11, "tool", "exec_command", 3012, 3013],
      [12, "tool", "exec_command", 3020, 3025],
      [13, "generation", null, 3025, 3040],
      [14, "generation", null, 20_000, 20_010],
    ],
  },
  {
    relation: "rent",
    what: "bill, growth, and what a token costs until it leaves",
    columns: ["round_pk", "segment", "is_base", "ride_steps", "grown_tokens", "input_nano", "round(rent_nano, 6)"],
    order: "session_id, round_pk",
    expected: [
      [1, 0, true, 7, 20_000, 123_750_000, rentOf(S1)],
      [2, 0, false, 6, 10_200, 73_750_000, rentOf(S1.slice(1))],
      [3, 0, false, 5, 500, 18_225_000, rentOf(S1.slice(2))],
      [4, 0, false, 4, 300, 17_225_000, rentOf(S1.slice(3))],
      [5, 0, false, 3, 150, 194_687_500, rentOf(S1.slice(4))],
      [6, 0, false, 2, 150, 16_512_500, rentOf(S1.slice(5))],
      [7, 0, false, 1, 450, 18_462_500, rentOf(S1.slice(6))],
      [10, 0, false, 0, 2_100, 29_000_000, rentOf(S1.slice(7))],
      [8, 0, true, 1, 9_000, 56_250_000, 9_050],
      [9, 0, false, 0, 6_000, 42_000_000, 2_800],
      [11, 0, true, 1, 100_000, 250_000_000, 3_500],
      [12, 0, false, 0, 50_000, 150_000_000, 1_000],
      [13, 1, true, 1, 40_000, 77_500_000, 2_437.5],
      [14, 1, false, 0, 5_000, 22_500_000, 500],
    ],
  },
  {
    relation: "context_parts",
    what: "base, and growth by where it comes from",
    columns: [
      "session_id",
      "step",
      "base_tokens",
      "prior_output_tokens",
      "result_tokens",
      "user_tokens",
      "unexplained_tokens",
      "round(carried_share, 6)",
    ],
    order: "session_id, step",
    expected: [
      ["s1", 1, 20_000, 0, 0, 0, 0, 0],
      ["s1", 2, 0, 200, 6_500, 0, 3_500, 1],
      ["s1", 3, 0, 300, 130, 0, 70, 1],
      ["s1", 4, 0, 100, 130, 0, 70, 1],
      ["s1", 5, 0, 150, 0, 0, 0, 0],
      ["s1", 6, 0, 50, 65, 0, 35, 1],
      ["s1", 7, 0, 350, 0, 50, 50, 1],
      ["s1", 8, 0, 225, 1_300, 44, 531, 1],
      ["s2", 1, 9_000, 0, 0, 0, 0, 0],
      ["s2", 2, 0, 400, 3_900, 0, 1_700, 1],
      ["s3", 1, 100_000, 0, 0, 0, 0, 0],
      ["s3", 2, 0, 600, 45_000, 0, 4_400, 1],
      ["s3", 3, 40_000, 0, 0, 0, 0, 0],
      ["s3", 4, 0, 400, 0, 22.5, 4_577.5, 1],
    ],
  },
  {
    relation: "carried_results",
    what: "a result that came with a base is in it",
    columns: ["call_round_pk", "tool", "into_round_pk", "is_base", "ride_steps", "offered_tokens", "carried_tokens"],
    order: "call_round_pk",
    expected: [
      [1, "Read", 2, false, 6, 6_500, 6_500],
      [2, "Bash", 3, false, 5, 130, 130],
      [3, "Bash", 4, false, 4, 130, 130],
      [4, "Edit", 5, false, 3, 25, 0],
      [5, "Bash", 6, false, 2, 65, 65],
      [7, "Task", 10, false, 0, 1_300, 1_300],
      [8, "Grep", 9, false, 0, 3_900, 3_900],
      [11, "exec_command", 12, false, 0, 45_000, 45_000],
      [12, "exec_command", 13, true, 1, 75, 0],
    ],
  },
  {
    relation: "rent",
    what: "growth times rent is the input bill of each session",
    columns: ["session_id", "sum(input_nano)", "round(sum(grown_tokens * rent_nano))"],
    order: "session_id",
    expected: [
      ["s1", 491_612_500, 491_612_500],
      ["s2", 98_250_000, 98_250_000],
      ["s3", 500_000_000, 500_000_000],
    ],
  },
];

function sqlOf({ relation, columns, order }: Case): string {
  const selected = columns.map((column) =>
    column.endsWith("_us") ? `(${column} - ${column === "gap_us" ? 0 : POOL_M_START * 1000}) / 1e6` : column,
  );
  const grouped = columns.some((column) => column.includes("sum(")) ? "GROUP BY ALL" : "";
  return `-- uses: ${relation}
    SELECT ${selected.map((value, i) => `${value} AS "${i}"`).join(", ")} FROM ${relation} ${grouped} ORDER BY ${order}`;
}

let found: readonly object[][];
beforeAll(async () => {
  found = await withPool(POOL_M, (pool) => Promise.all(CASES.map((each) => pool.rows<object>(sqlOf(each)))));
});

it.each(CASES.map((each, i) => ({ ...each, i })))("$relation: $what", ({ i, expected }) => {
  expect(found[i]?.map(Object.values)).toEqual(expected);
});
