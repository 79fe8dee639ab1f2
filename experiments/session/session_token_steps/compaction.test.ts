import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findCompactions } from "./compaction.ts";
import { step } from "./fixtures.ts";

/** Steps with these total inputs; an `!` in the string form marks a compaction that the trace reports. */
const stepsOf = (totals: readonly (number | string)[]) =>
  totals.map((total) => step({ prefix_tokens: Number.parseInt(String(total), 10), explicit_compaction: String(total).endsWith("!") }));

/** Compactions in short: their indexes, those that the trace reports with an `!`. */
const found = (totals: readonly (number | string)[]) =>
  findCompactions(stepsOf(totals)).map(({ index, kind }) => (kind === "explicit" ? `${index}!` : index));

describe("findCompactions", () => {
  it.each<[rule: string, totals: (number | string)[], expected: (number | string)[]]>([
    ["nothing in an empty session", [], []],
    ["nothing in growth", [10_000, 50_000, 90_000], []],
    ["a drop that lasts", [100_000, 20_000, 21_000, 22_000, 23_000], [1]],
    ["no drop from a small context", [32_767, 1_000, 1_000], []],
    ["a drop from the smallest context that counts", [32_768, 1_000, 1_000], [1]],
    ["to three quarters, exactly", [40_000, 30_000, 29_999], [1]],
    ["not to more than three quarters", [40_000, 30_001, 1_000], []],
    ["not by less than 8,192 tokens", [32_768, 24_577, 1_000], []],
    ["by 8,192 tokens", [32_768, 24_576, 24_575], [1]],
    ["no drop that the next step makes up for", [100_000, 20_000, 75_000, 20_000], []],
    ["no drop that the third step after makes up for", [100_000, 20_000, 21_000, 22_000, 75_000], []],
    ["a recovery in the fourth step comes too late", [100_000, 20_000, 21_000, 22_000, 23_000, 90_000], [1]],
    ["no drop in the last step", [100_000, 20_000], []],
    ["consecutive drops are marked each", [200_000, 100_000, 50_000, 40_000], [1, 2]],
    ["what the trace reports counts anywhere", ["5!", 10, "3!"], ["0!", "2!"]],
    ["what the trace reports is not counted as a drop again", [100_000, "20000!", 21_000], ["1!"]],
  ])("%s", (_rule, totals, expected) => {
    expect(found(totals)).toEqual(expected);
  });

  it("doesn't see a cache miss, which moves tokens from prefix to append", () => {
    const miss = [step({ prefix_tokens: 100_000 }), step({ append_tokens: 101_000 }), step({ prefix_tokens: 102_000 })];
    expect(findCompactions(miss)).toEqual([]);
  });

  it("gives each index once, in order", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 300_000 }), fc.boolean())), (steps) => {
        const indexes = findCompactions(
          steps.map(([prefix_tokens, explicit_compaction]) => step({ prefix_tokens, explicit_compaction })),
        ).map((c) => c.index);
        expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b));
      }),
    );
  });
});
