import { describe, expect, it } from "vitest";
import { withPool } from "../../testing/pool.ts";

const STEPS = "SELECT provider, session_id, prefix_tokens, input_tokens_total FROM rounds";

/** Sessions of ten steps; half of those of Claude have everything cached, and a tenth of each of Codex. */
const POOL = Array.from({ length: 600 }, (_, i) => {
  const session = Math.floor(i / 10);
  const provider = session % 2 === 0 ? "claude" : "codex";
  const cached = provider === "claude" ? session % 4 === 0 : i % 10 === 0;
  return { provider, session_id: `session ${session}`, prefix_tokens: cached ? 100 : 0, input_tokens_total: 100 };
});

const of = async (steps: typeof POOL, request: { readonly whole?: "input_tokens_total" }) =>
  withPool(steps, (pool) =>
    pool.reductions().intervals<{ provider: string }, "prefix_tokens" | "input_tokens_total">(STEPS, {
      by: ["provider"],
      of: ["prefix_tokens"],
      session: "session_id",
      ...request,
    }),
  );

describe("intervals of shares", () => {
  it("hold the share, are wide where sessions differ, and a point where they don't", async () => {
    const [claude, codex] = await of(POOL, { whole: "input_tokens_total" });
    expect(claude).toMatchObject({ group: { provider: "claude" }, column: "prefix_tokens" });
    expect(claude?.interval?.lo).toBeGreaterThan(0.2);
    expect(claude?.interval?.lo).toBeLessThan(0.4);
    expect(claude?.interval?.hi).toBeGreaterThan(0.6);
    expect(claude?.interval?.hi).toBeLessThan(0.8);
    expect(codex).toEqual({ group: { provider: "codex" }, column: "prefix_tokens", interval: { lo: 0.1, hi: 0.1 } });
  });

  it("are the same in any order of the rows, and unknown of one session", async () => {
    const request = { whole: "input_tokens_total" } as const;
    expect(await of(POOL.toReversed(), request)).toEqual(await of(POOL, request));
    expect(await of(POOL.slice(0, 10), request)).toMatchObject([{ interval: null }]);
    expect(await of([], request)).toEqual([]);
  });
});

describe("intervals of medians", () => {
  it("hold the median, and are wider where sessions differ", async () => {
    const steps = POOL.map((step, i) => ({ ...step, prefix_tokens: step.provider === "claude" ? 10 * Math.floor(i / 20) : i % 10 }));
    const [claude, codex] = await of(steps, {});
    expect(claude?.interval?.lo).toBeLessThan(145);
    expect(claude?.interval?.hi).toBeGreaterThan(145);
    expect(codex?.interval).toEqual({ lo: 5, hi: 5 });
  });
});
