import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { known } from "../../stats/known.ts";
import { quantileNumpy, quantileWeighted, sorted } from "../../stats/quantile.ts";
import { withPool } from "../../testing/pool.ts";

const STEPS = "SELECT round_pk, provider, prefix_tokens, newly_append_tokens, prefix_tokens / 8 AS eighths FROM rounds -- a comment";

const steps = fc.array(
  fc.record({
    provider: fc.constantFrom("claude", "codex", null),
    prefix_tokens: fc.option(fc.integer({ min: -5, max: 1_000_000 })),
    newly_append_tokens: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 60 },
);
type Step = { provider: string | null; prefix_tokens: number | null; newly_append_tokens: number };

function valuesOf(all: readonly Step[], provider: string | null, column: "prefix_tokens" | "newly_append_tokens"): number[] {
  return all.flatMap((step) => (step.provider === provider && step[column] !== null ? [step[column]] : []));
}

describe("distributions", () => {
  const QUANTILES = [0, 0.1, 0.25, 1 / 3, 0.5, 0.9, 0.99, 1];

  it("equal those of all values, sorted", async () => {
    const request = { by: ["provider"], of: ["newly_append_tokens", "prefix_tokens"], quantiles: QUANTILES, points: 7 } as const;
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const found = await withPool(all, (pool) =>
          pool.reductions().distributions<{ provider: string | null }, "prefix_tokens" | "newly_append_tokens">(STEPS, request),
        );
        const expected = [null, "claude", "codex"].flatMap((provider) =>
          request.of.flatMap((column) => (valuesOf(all, provider, column).length > 0 ? [{ group: { provider }, column }] : [])),
        );
        expect(found.map(({ group, column }) => ({ group, column }))).toEqual(expected);
        for (const { group, column, n, sum, ascending } of found) {
          const values = sorted(valuesOf(all, group.provider, column));
          expect(n).toBe(values.length);
          expect(ascending.length).toBe(n);
          expect(sum).toBe(values.reduce((total, value) => total + value, 0));
          for (const q of QUANTILES) {
            expect(quantileNumpy(ascending, q)).toBe(quantileNumpy(values, q));
            expect(quantileWeighted(ascending, q)).toBe(quantileWeighted(values, q));
          }
          for (let i = 0; i < 7; i++) {
            const rank = n <= 7 ? Math.min(i, n - 1) : Math.round((i * (n - 1)) / 6);
            expect(ascending[rank]).toBe(values[rank]);
          }
        }
      }),
      { numRuns: 10 },
    );
  });

  it("hold few of many values", async () => {
    const all = Array.from({ length: 5000 }, (_, i) => ({ prefix_tokens: (i * 7919) % 5000 }));
    const [found] = await withPool(all, (pool) =>
      pool.reductions().distributions(STEPS, { by: [], of: ["eighths"], quantiles: [0.5], points: 11 }),
    );
    const { group, n, sum, ascending } = known(found);
    expect({ group, n, sum, median: quantileNumpy(ascending, 0.5) }).toEqual({ group: {}, n: 5000, sum: 1_562_187.5, median: 312.4375 });
    expect(Object.keys(ascending).filter((key) => key !== "length")).toHaveLength(12);
  });
});

describe("bins", () => {
  it("have the values between two edges, the last one closed", async () => {
    const all = [1, 2, 2, 3, 4, 5, null].map((prefix_tokens) => ({ provider: "claude", prefix_tokens }));
    const found = await withPool(all, (pool) =>
      pool.reductions().bins(STEPS, { by: ["provider"], of: "prefix_tokens", edges: [2, 3, 3.5, 4] }),
    );
    expect(found).toEqual([
      { group: { provider: "claude" }, bin: 0, n: 2, sum: 4 },
      { group: { provider: "claude" }, bin: 1, n: 1, sum: 3 },
      { group: { provider: "claude" }, bin: 2, n: 1, sum: 4 },
    ]);
  });

  it("need two edges", async () => {
    await expect(withPool([], (pool) => pool.reductions().bins(STEPS, { by: [], of: "prefix_tokens", edges: [1] }))).rejects.toThrow(
      RangeError,
    );
  });
});

describe("samples", () => {
  it("have the same rows in any order, and at most so many of each group", async () => {
    const all = Array.from({ length: 90 }, (_, i) => ({ round_pk: i + 1, provider: i % 3 === 0 ? "claude" : "codex" }));
    const sample = (rows: typeof all) =>
      withPool(rows, (pool) =>
        pool.reductions().sample<{ round_pk: number; provider: string }>(STEPS, { by: ["provider"], key: "round_pk", most: 20 }),
      );
    const found = await sample(all);
    expect(await sample(all.toReversed())).toEqual(found);
    expect(found.map(({ round_pk }) => round_pk)).toEqual(found.map(({ round_pk }) => round_pk).toSorted((a, b) => a - b));
    expect(found.filter(({ provider }) => provider === "claude")).toHaveLength(20);
    expect(found).toHaveLength(40);
  });
});

it("says in which line of its file a query is wrong", async () => {
  const declared = { file: "steps.sql", columns: { round_pk: "number" } } as const;
  await expect(
    withPool([], (pool) => pool.reductions().distributions("SELECT round_pk\nFROM nowhere", { by: [], of: ["round_pk"] }, {}, declared)),
  ).rejects.toThrow(/^steps\.sql:2: .*nowhere/);
});
