import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";
import { listRates } from "../trace/prices/listed.ts";
import { rateAt } from "../trace/prices/rate.ts";
import { stepCost, type TokenUsage, totalCost } from "../trace/prices/step-cost.ts";

const COSTS = `-- uses: step_cost
  SELECT basis, fresh_nano, cache_read_nano, cache_write_5m_nano, cache_write_1h_nano, output_nano, cost_nano FROM step_cost ORDER BY round_pk`;

const NOTHING: TokenUsage = { prefix: null, append: null, cacheWrite: null, cacheWrite5m: null, cacheWrite1h: null, output: null };

interface Literal extends Partial<TokenUsage> {
  readonly model: string | null;
  readonly at?: string | null;
  readonly speed?: string | null;
  readonly serviceTier?: string | null;
}

function step({ model, at = "2026-08-20T10:00:00Z", speed = null, serviceTier = null, ...usage }: Literal): StepLiteral {
  return {
    provider: providerOf(model),
    model,
    prefix_tokens: usage.prefix ?? null,
    newly_append_tokens: usage.append ?? null,
    claude_cache_creation_input_tokens: usage.cacheWrite ?? null,
    output_tokens: usage.output ?? null,
    timing_events: at === null ? [] : [{ event_type: "text", timestamp: at }],
    details: {
      speed,
      service_tier: serviceTier,
      cache_write_5m_tokens: usage.cacheWrite5m ?? null,
      cache_write_1h_tokens: usage.cacheWrite1h ?? null,
    },
  };
}

function withoutDetails({ details: _, ...rest }: StepLiteral): StepLiteral {
  return rest;
}

function providerOf(model: string | null): string {
  return model?.startsWith("gpt") ? "codex" : "claude";
}

describe("the cost of a step", () => {
  const opus = { model: "claude-opus-4-6", append: 1000 };
  const sol = { model: "gpt-5.6-sol", append: 1000 };
  it.each<[string, StepLiteral, [basis: string | null, nanoDollars: number | null]]>([
    ["at list price", step(opus), ["listed", 5_000_000]],
    ["before a change of price", step({ ...sol, at: "2026-08-20T23:59:59.999999Z" }), ["listed", 5_000_000]],
    ["after it", step({ ...sol, at: "2026-08-21T00:00:00Z" }), ["listed", 4_000_000]],
    ["without a time, at a price that changed", step({ ...sol, at: null }), [null, null]],
    ["without a time, at one that never did", step({ ...opus, model: "claude-opus-4-5", at: null }), ["listed", 5_000_000]],
    ["in fast mode", step({ ...opus, speed: "fast" }), ["listed", 30_000_000]],
    ["for a service without a known price", step({ ...opus, serviceTier: "priority" }), [null, null]],
    ["of an unknown model", step({ ...opus, model: "kimi-for-coding" }), [null, null]],
    ["of no model", step({ ...opus, model: null }), [null, null]],
    ["at the end of the short context", step({ model: "gpt-5.4", prefix: 1, append: 271_998 }), ["listed", 679_995_250]],
    ["at the start of the long one", step({ model: "gpt-5.4", prefix: 2, append: 271_998 }), ["listed", 1_359_991_000]],
    ["without details", withoutDetails(step(opus)), ["listed", 5_000_000]],
    ["of nothing", step({ model: "gpt-5.4" }), ["listed", 0]],
  ])("%s", async (_, literal, expected) => {
    const rows = await withPool([literal], (pool) => pool.rows<{ basis: string | null; cost_nano: number | null }>(COSTS));
    expect(rows.map(({ basis, cost_nano }) => [basis, cost_nano])).toEqual([expected]);
  });
});

it("of more tokens than there can be is exact", async () => {
  const sql = `-- uses: step_cost
    SELECT cost_nano::VARCHAR AS cost FROM step_cost`;
  const rows = await withPool([step({ model: "gpt-5", output: Number.MAX_SAFE_INTEGER })], (pool) => pool.rows(sql));
  expect(rows).toEqual([{ cost: String(BigInt(Number.MAX_SAFE_INTEGER) * 10_000n) }]);
});

it("adds up by any grouping, to the nano-dollar", async () => {
  const steps = Array.from({ length: 60 }, (_, i) => ({
    ...step({
      model: ["unknown", "gpt-5.6-sol", "gpt-5.6-luna"][i % 3] ?? null,
      at: `2026-08-${19 + (i % 4)}T10:00:00Z`,
      prefix: i * 9173,
      append: i * 31,
      output: i,
    }),
    session_id: `s${i % 5}`,
    project: `p${i % 7}`,
  }));
  const sums = ["fresh", "cache_read", "cache_write_5m", "cache_write_1h", "output", "cost"].map((part) => `sum(${part}_nano) AS ${part}`);
  const totals = ["provider", "session_id", "project", "model", "first_us // 86400000000"].map(
    (key) => `SELECT sum(fresh + cache_read + cache_write_5m + cache_write_1h + output) AS parts, sum(cost) AS cost
      FROM (SELECT ${sums} FROM step_cost JOIN rounds USING (round_pk) JOIN step_times USING (round_pk) GROUP BY ${key})`,
  );
  const sql = `-- uses: step_cost, step_times\n${totals.join(" UNION ALL ")}`;
  const rows = await withPool(steps, (pool) => pool.rows<{ parts: number; cost: number }>(sql));
  const [total] = rows;
  expect(total?.cost).toBeGreaterThan(1e9);
  expect(rows).toEqual(totals.map(() => ({ parts: total?.cost, cost: total?.cost })));
});

it("is what the function says, to the nano-dollar", async () => {
  const count = (max: number) => fc.option(fc.integer({ min: -5, max }));
  const literals = fc.sample(
    fc.record<Literal>({
      model: fc.constantFrom("claude-opus-4-6", "claude-sonnet-4-5", "claude-opus-5-5", "gpt-5.4", "gpt-5.6-luna", "gpt-6-luna", "unknown"),
      at: fc.date({ min: new Date("2026-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }).map((at) => at.toISOString()),
      speed: fc.constantFrom(null, "standard", "fast"),
      serviceTier: fc.constantFrom(null, "standard", "batch", "flex", "priority"),
      prefix: count(400_000),
      append: count(400_000),
      cacheWrite: fc.oneof(count(300_000), fc.constant(3)),
      cacheWrite5m: fc.oneof(count(5), count(200_000)),
      cacheWrite1h: fc.oneof(count(5), count(200_000)),
      output: count(50_000),
    }),
    { numRuns: 2000, seed: 16 },
  );
  const rows = await withPool(literals.map(step), (pool) => pool.rows(COSTS));
  const expected = literals.map(({ model, at, speed = null, serviceTier = null, ...usage }) => {
    const rate = rateAt(listRates(), { provider: providerOf(model), model, speed, serviceTier }, new Date(at ?? ""));
    const costs = rate && stepCost({ ...NOTHING, ...usage }, rate);
    if (rate === null || costs === null) return null;
    return {
      basis: rate.basis,
      fresh_nano: Number(costs.fresh),
      cache_read_nano: Number(costs.cacheRead),
      cache_write_5m_nano: Number(costs.cacheWrite5m),
      cache_write_1h_nano: Number(costs.cacheWrite1h),
      output_nano: Number(costs.output),
      cost_nano: Number(totalCost(costs)),
    };
  });
  const none = { basis: null, fresh_nano: null, cache_read_nano: null, cache_write_5m_nano: null, cache_write_1h_nano: null };
  expect(rows).toEqual(expected.map((costs) => costs ?? { ...none, output_nano: null, cost_nano: null }));
  expect(expected.filter((costs) => costs === null).length).toBeLessThan(1500);
});
