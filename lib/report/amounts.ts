/** Tokens, money and time of any number of steps. */
import { ratio } from "../stats/ratio.ts";
import { sumsOf } from "../stats/sum.ts";
import type { Usage } from "./usage.ts";

const SUMMED = [
  "steps",
  "input_tokens",
  "cache_write_tokens",
  "cache_read_tokens",
  "output_tokens",
  "active_us",
  "cost_nano",
  "high_nano",
] as const satisfies readonly (keyof Usage)[];

type Sums = Readonly<Record<(typeof SUMMED)[number], number>>;

export interface Amounts extends Sums {
  readonly unpriced_steps: number;
  readonly unpriced_tokens: number;
  /** Of the responses, epoch microseconds; null without times. */
  readonly first_us: number | null;
  readonly last_us: number | null;
  /** Most steps first. */
  readonly models: readonly string[];
}

export function amountsOf(usage: readonly Usage[]): Amounts {
  const unpriced = sumsOf(
    usage.filter(({ basis }) => basis === null),
    SUMMED,
  );
  const firsts = usage.flatMap(({ first_us }) => first_us ?? []);
  const lasts = usage.flatMap(({ last_us }) => last_us ?? []);
  return {
    ...sumsOf(usage, SUMMED),
    unpriced_steps: unpriced.steps,
    unpriced_tokens: totalTokens(unpriced),
    first_us: firsts.length === 0 ? null : firsts.reduce((a, b) => Math.min(a, b)),
    last_us: lasts.length === 0 ? null : lasts.reduce((a, b) => Math.max(a, b)),
    models: modelsOf(usage),
  };
}

function modelsOf(usage: readonly Usage[]): string[] {
  const steps = new Map<string, number>();
  for (const used of usage) steps.set(used.model, (steps.get(used.model) ?? 0) + used.steps);
  return [...steps].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([model]) => model);
}

export function totalTokens(amounts: Sums): number {
  return amounts.input_tokens + amounts.cache_write_tokens + amounts.cache_read_tokens + amounts.output_tokens;
}

/** Of all input the share that the cache gave; null without input. */
export function cacheHitShare({ input_tokens, cache_write_tokens, cache_read_tokens }: Sums): number | null {
  return ratio(cache_read_tokens, input_tokens + cache_write_tokens + cache_read_tokens);
}

/** Whether there is a price for none of the steps. */
export function isUnpriced({ steps, unpriced_steps }: Amounts): boolean {
  return steps > 0 && unpriced_steps === steps;
}
