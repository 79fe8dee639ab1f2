import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countsByFirstEvent, rowsWhere, rowsWithin } from "./frame.ts";
import { type Neighbor, replayPairs, type Steps } from "./replay.ts";
import { providerSections } from "./sections.ts";
import { fractionWhere, summarize } from "./statistics.ts";

/** What a step reads, and the input and output of the step before it. */
interface StepCase {
  readonly prefix: number;
  readonly append: number;
  readonly before: { readonly input: number; readonly output: number; readonly visible?: number };
  readonly event?: string;
  readonly chars?: number;
}

function stepsOf(cases: readonly StepCase[]): Steps {
  const column = (value: (step: StepCase) => number) => Float64Array.from(cases, value);
  return {
    count: cases.length,
    first_event: cases.map(({ event = "tool_result" }) => event),
    numbers: {
      prefix_tokens: column(({ prefix }) => prefix),
      append_tokens: column(({ append }) => append),
      input_tokens: column(({ prefix, append }) => prefix + append),
      user_chars: column(() => 0),
      tool_chars: column(({ chars = 0 }) => chars),
      raw_input_chars: column(({ chars = 0 }) => chars),
      previous_input_tokens: column(({ before }) => before.input),
      previous_output_tokens: column(({ before }) => before.output),
      previous_visible_tokens: column(({ before: { output, visible = output } }) => visible),
      previous_reasoning_tokens: column(({ before: { output, visible = output } }) => output - visible),
    },
  };
}

const pairsOf = (cases: readonly StepCase[]) => replayPairs(stepsOf(cases), Array<Neighbor>(cases.length).fill("adjacent"));
const sectionsOf = (cases: readonly StepCase[]) => {
  const pairs = pairsOf(cases);
  return providerSections({ steps: stepsOf(cases), pairs, outputPairs: pairs });
};

describe("replayPairs", () => {
  const before = { input: 100, output: 20, visible: 5 };
  const cases: [what: string, step: StepCase, expected: object][] = [
    [
      "a perfect replay",
      { prefix: 100, append: 50, before },
      { error: 0, error_with_output: -20, signed_append: 30, adjusted_append: 30, visible_signed_append: 45, deficit_tokens: -30 },
    ],
    [
      "an output that was cached too",
      { prefix: 120, append: 7, before },
      { error: 20, error_with_output: 0, signed_append: -13, adjusted_append: 0, visible_adjusted_append: 2, deficit_tokens: 13 },
    ],
    ["a miss", { prefix: 0, append: 150, before }, { error: -100, error_with_output: -120, signed_append: 130, adjusted_append: 130 }],
    ["an output that comes back exactly", { prefix: 100, append: 20, before }, { signed_append: 0, adjusted_append: 0, deficit_tokens: 0 }],
  ];
  it.each(cases)("%s", (_what, step, expected) => {
    const { numbers } = pairsOf([step]);
    expect(Object.fromEntries(Object.entries(numbers).map(([name, values]) => [name, values[0]]))).toMatchObject(expected);
  });

  it("leaves out first steps and those after a gap", () => {
    const step: StepCase = { prefix: 1, append: 1, before };
    expect(replayPairs(stepsOf([step, { ...step, prefix: 2 }, step]), ["first", "adjacent", "apart"]).numbers.prefix_tokens).toEqual(
      Float64Array.of(2),
    );
  });

  const tokens = fc.nat(1_000_000);
  const anyStep = fc.record({ prefix: tokens, append: tokens, before: fc.record({ input: tokens, output: tokens }) });
  it("splits append and output: what is new and what is missing never both, and together they are the difference", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const { numbers } = pairsOf(steps);
        for (const [i, { prefix, append, before }] of steps.entries()) {
          const deficit = Math.max(0, numbers.deficit_tokens[i] as number);
          expect((numbers.adjusted_append[i] as number) - deficit).toBe(append - before.output);
          expect(Math.min(numbers.adjusted_append[i] as number, deficit)).toBe(0);
          expect((numbers.error_with_output[i] as number) + before.output + before.input).toBe(prefix);
        }
      }),
    );
  });

  it("a wider tolerance never accepts fewer pairs, and the two sides of clamping are all pairs", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const { prefix_relationship, clamped_cases } = sectionsOf(steps);
        const counts = Object.values(prefix_relationship.within_absolute).map(({ count }) => count);
        expect(counts).toEqual(counts.toSorted((a, b) => a - b));
        expect(clamped_cases.clamped.count + clamped_cases.not_clamped.count).toBe(steps.length);
      }),
    );
  });
});

describe("providerSections", () => {
  const before = { input: 1000, output: 100 };
  const many = (count: number, step: StepCase) => Array<StepCase>(count).fill(step);

  it("relates the error to the input before, where there was one", () => {
    const cases: StepCase[] = [
      { prefix: 990, append: 1, before },
      { prefix: 5, append: 1, before: { input: 0, output: 0 } },
    ];
    const { prefix_relationship } = sectionsOf(cases);
    expect(prefix_relationship.relative_absolute_error).toMatchObject({ count: 1, max: 0.01 });
    expect(prefix_relationship.within_relative["1pct"]).toEqual({ count: 1, total: 1, fraction: 1 });
    expect(prefix_relationship.within_absolute[8]).toEqual({ count: 1, total: 2, fraction: 0.5 });
  });

  it("reports first events from 20 pairs on", () => {
    const cases = [
      ...many(20, { prefix: 0, append: 1, before, event: "user_message" }),
      ...many(19, { prefix: 0, append: 1, before, event: "None" }),
    ];
    const { adjusted_append, clamped_cases } = sectionsOf(cases);
    expect(Object.keys(adjusted_append.by_start_event)).toEqual(["user_message"]);
    expect(clamped_cases.clamped.first_event).toEqual({ None: 19, user_message: 20 });
  });

  it.each([
    [10_000, 2_500, { count: 1, total: 1, fraction: 1 }],
    [10_000, 2_499, { count: 0, total: 1, fraction: 0 }],
    [9_999, 2_500, { count: 0, total: 0, fraction: null }],
  ])("an input of %d characters against an append of %d tokens", (chars, append, expected) => {
    const cases: StepCase[] = [{ prefix: 0, append, before, chars }];
    const { long_current_inputs } = sectionsOf(cases);
    expect(long_current_inputs.tool_chars[10_000].append_ge_raw_chars_div_4).toEqual(expected);
  });
});

it.each([
  [[], { count: 0, mean: null, median: null, p10: null, p90: null, p95: null, p99: null, min: null, max: null }],
  [[7], { count: 1, mean: 7, median: 7, p10: 7, p90: 7, p95: 7, p99: 7, min: 7, max: 7 }],
  [[4, 1, 3, 2], { count: 4, mean: 2.5, median: 2.5, p10: 1.3, p90: 3.7, min: 1, max: 4 }],
])("summarize(%j)", (values, expected) => {
  const summary = summarize(Float64Array.from(values));
  for (const [key, value] of Object.entries(expected))
    if (value === null) expect(summary[key as "mean"]).toBeNull();
    else expect(summary[key as "mean"]).toBeCloseTo(value, 12);
});

it.each([
  [[], null],
  [[1, 2, 3], 2 / 3],
])("fractionWhere(%j) of values of at least 2 is %s", (values, fraction) =>
  expect(fractionWhere(Float64Array.from(values), (value) => value >= 2).fraction).toBe(fraction),
);

describe("frames", () => {
  const frame = { count: 3, first_event: ["b", "a", "b"], numbers: { x: Float64Array.of(1, 2, 3) } };
  it("keeps rows of all columns together", () =>
    expect(rowsWhere(frame, (row) => row !== 1)).toEqual({ count: 2, first_event: ["b", "b"], numbers: { x: Float64Array.of(1, 3) } }));
  it("bounds are inclusive", () => {
    expect(rowsWithin(frame, "x", { least: 2 }).count).toBe(2);
    expect(rowsWithin(frame, "x", { most: 2 }).count).toBe(2);
  });
  it("counts first events in order", () =>
    expect([...countsByFirstEvent(frame)]).toEqual([
      ["a", 1],
      ["b", 2],
    ]));
});
