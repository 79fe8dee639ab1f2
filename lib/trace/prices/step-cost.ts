/** The cost of a step by component, in whole nano-dollars. `lib/relations/step_cost.sql` has the same rules as SQL. */
import { type Rate, ratesForInput } from "./rate.ts";

/** Tokens of a step; a missing value counts as 0 and so does a negative one. */
export interface TokenUsage {
  /** Input that the cache gave. */
  readonly prefix: number | null;
  /** Input that it didn't give; includes what was written to it. */
  readonly append: number | null;
  /** Null where only the parts below are known, or nothing. */
  readonly cacheWrite: number | null;
  readonly cacheWrite5m: number | null;
  readonly cacheWrite1h: number | null;
  /** Reasoning included. */
  readonly output: number | null;
}

/** Nano-dollars. */
export interface CostComponents {
  readonly fresh: bigint;
  readonly cacheRead: bigint;
  readonly cacheWrite5m: bigint;
  readonly cacheWrite1h: bigint;
  readonly output: bigint;
}

/**
 * Writes are billed by their lifetimes where these add up to all of them, else as written for 5 minutes. Half a nano-dollar, which only
 * rates with more than three decimals have, counts as a whole one. Null for more input than the rate is for.
 */
export function stepCost(usage: TokenUsage, rate: Rate): CostComponents | null {
  const prefix = tokens(usage.prefix);
  const append = tokens(usage.append);
  const lifetimes = tokens(usage.cacheWrite5m) + tokens(usage.cacheWrite1h);
  const write = Math.min(usage.cacheWrite === null ? lifetimes : tokens(usage.cacheWrite), append);
  const write1h = lifetimes === write ? tokens(usage.cacheWrite1h) : 0;
  const rates = ratesForInput(rate, prefix + append);
  if (rates === null) return null;
  return {
    fresh: nanoDollars(append - write, rates.input),
    cacheRead: nanoDollars(prefix, rates.cacheRead),
    cacheWrite5m: nanoDollars(write - write1h, rates.cacheWrite5m),
    cacheWrite1h: nanoDollars(write1h, rates.cacheWrite1h),
    output: nanoDollars(tokens(usage.output), rates.output),
  };
}

/** Nano-dollars. */
export function totalCost({ fresh, cacheRead, cacheWrite5m, cacheWrite1h, output }: CostComponents): bigint {
  return fresh + cacheRead + cacheWrite5m + cacheWrite1h + output;
}

function tokens(count: number | null): number {
  return Math.max(0, count ?? 0);
}

function nanoDollars(count: number, microDollarsPerMillion: number): bigint {
  return (BigInt(count) * BigInt(microDollarsPerMillion) + 500n) / 1000n;
}
