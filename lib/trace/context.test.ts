import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sumOf } from "../stats/sum.ts";
import { type ContextStep, largestSource, liveTokens, partsOf, SOURCES, type Source, sourceWith } from "./context.ts";

const step = (context_tokens: number, added: Partial<Record<Source, number>>, more: Partial<ContextStep> = {}): ContextStep => ({
  ...partsOf((source) => added[source] ?? 0),
  segment: 0,
  context_tokens,
  clears_results: false,
  ...more,
});
const START = step(100, { session_base: 60, tool_result: 40 });

describe("what is in a context", () => {
  it.each<[rule: string, next: ContextStep, expected: Partial<Record<Source, number>>]>([
    ["stays while it grows", step(130, { tool_result: 30 }), { session_base: 60, tool_result: 70 }],
    ["shrinks alike", step(50, {}), { session_base: 30, tool_result: 20 }],
    ["is gone after a reset", step(20, { after_reset: 20 }, { segment: 1 }), { after_reset: 20 }],
    ["is gone where the context is empty", step(0, {}), {}],
    ["loses results alone where these are cleared", step(70, {}, { clears_results: true }), { session_base: 60, tool_result: 10 }],
    ["shrinks alike beyond these", step(30, {}, { clears_results: true }), { session_base: 30 }],
    [
      "may grow all the same",
      step(110, { user_message: 10 }, { clears_results: true }),
      { session_base: 60, tool_result: 40, user_message: 10 },
    ],
  ])("%s", (_, next, expected) => expect(liveTokens([START, next])[1]).toEqual(partsOf((source) => expected[source] ?? 0)));

  it("adds up to it", () => {
    const tokens = fc.nat({ max: 1_000 });
    fc.assert(
      fc.property(
        fc.array(fc.record({ context: tokens, isReset: fc.boolean(), clears_results: fc.boolean(), source: fc.constantFrom(...SOURCES) })),
        (given) => {
          let [segment, before] = [0, 0];
          const steps = given.map(({ context, isReset, clears_results, source }, i) => {
            if (i > 0 && isReset) [segment, before] = [segment + 1, 0];
            const added = Math.max(0, context - before);
            before = context;
            return step(context, { [source]: added }, { segment, clears_results });
          });
          for (const [i, live] of liveTokens(steps).entries()) {
            expect(sumOf(SOURCES, (source) => live[source])).toBeCloseTo(given[i]?.context ?? 0, 6);
            expect(Math.min(...SOURCES.map((source) => live[source]))).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  it("is mostly of the largest source, of equals the first", () => {
    expect(largestSource(partsOf((source) => (source === "session_base" ? 1 : 2)))).toBe("after_reset");
  });
});

it.each<[Source, string]>([
  ["tool_result", "Tool results fill"],
  ["session_base", "The session base fills"],
  ["after_reset", "The base after a reset fills"],
  ["prior_output", "Model output fills"],
  ["unexplained", "Unexplained growth fills"],
])("%s begins a sentence: %s", (source, words) => expect(sourceWith(source, { one: "fills", many: "fill" })).toBe(words));
