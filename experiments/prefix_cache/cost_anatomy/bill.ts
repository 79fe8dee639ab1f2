/** What a bill is made of: components with what is logged, the least and the most they can cost, and the best estimate. */
import { numberColumns, query, type RowOf } from "../../../lib/experiment.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { LIFETIMES, type Lifetime } from "./lifetimes.ts";

export const PARTS = query("parts.sql", {
  provider: "text",
  model: "text",
  day: "number?",
  month: "text?",
  basis: ["listed", "family", "override", null],
  inferred: LIFETIMES,
  steps: "number",
  below_floor_steps: "number",
  streamed_steps: "number",
  returns: "number",
  context_tokens: "number",
  fresh_tokens: "number",
  read_tokens: "number",
  visible_tokens: "number",
  reasoning_tokens: "number",
  write_5m_tokens: "number",
  write_1h_tokens: "number",
  write_unknown_tokens: "number",
  output_open_tokens: "number",
  returning_tokens: "number",
  read_again_tokens: "number",
  lost_tokens: "number",
  all_1h_write_tokens: "number",
  fresh_nano: "number",
  read_nano: "number",
  visible_nano: "number",
  reasoning_nano: "number",
  write_5m_nano: "number",
  write_1h_nano: "number",
  write_unknown_nano: "number",
  write_1h_open_nano: "number",
  write_unknown_open_nano: "number",
  output_open_nano: "number",
  no_cache_nano: "number",
  no_cache_read_nano: "number",
  re_prefill_nano: "number",
  lifetime_input_nano: "number",
  all_5m_nano: "number",
  all_1h_nano: "number",
  all_1h_premium_nano: "number",
});
/** Steps of a model and day whose prices are from one place and whose sessions have the same lifetime. */
export type Part = RowOf<typeof PARTS>;

/** Steps with the lifetime that their writes are taken to have where none is logged. */
export interface Judged {
  readonly part: Part;
  readonly lifetime: Lifetime;
}

export const COMPONENTS = ["fresh", "write_5m", "write_1h", "write_unknown", "read", "visible", "reasoning"] as const;
export type Component = (typeof COMPONENTS)[number];

/** Nano-dollars, but for tokens. */
export interface Amount {
  readonly tokens: number;
  /** At logged counts, and at the rate for 5 minutes where the lifetime of a write isn't known. */
  readonly logged: number;
  readonly low: number;
  readonly high: number;
  /** By the lifetime that a write has or is taken to have; output as logged. */
  readonly point: number;
}

/** The bill of steps. */
export type Bill = Readonly<Record<Component, Amount>>;

export function billOf(judged: readonly Judged[]): Bill {
  const sums = sumsOfParts(pricedParts(judged));
  const hour = sums.write_1h_nano + sums.write_1h_open_nano;
  return {
    fresh: sure(sums.fresh_tokens, sums.fresh_nano),
    write_5m: plus(sure(sums.write_5m_tokens, sums.write_5m_nano), takenWrites(judged, "5m")),
    write_1h: plus({ ...sure(sums.write_1h_tokens, sums.write_1h_nano), high: hour, point: hour }, takenWrites(judged, "1h")),
    write_unknown: takenWrites(judged, "unknown"),
    read: sure(sums.read_tokens, sums.read_nano),
    visible: { ...sure(sums.visible_tokens, sums.visible_nano), high: sums.visible_nano + sums.output_open_nano },
    reasoning: sure(sums.reasoning_tokens, sums.reasoning_nano),
  };
}

/** Writes without a logged lifetime, of steps that are taken to have this one. */
function takenWrites(judged: readonly Judged[], lifetime: Lifetime): Amount {
  const sums = sumsOfParts(pricedParts(judged.filter((each) => each.lifetime === lifetime)));
  const high = sums.write_unknown_nano + sums.write_unknown_open_nano;
  const amount = { ...sure(sums.write_unknown_tokens, sums.write_unknown_nano), high };
  return lifetime === "1h" ? { ...amount, point: high } : amount;
}

function sure(tokens: number, nano: number): Amount {
  return { tokens, logged: nano, low: nano, high: nano, point: nano };
}

export function isPriced({ basis }: Part): boolean {
  return basis !== null;
}

export function pricedParts(judged: readonly Judged[]): Part[] {
  return judged.map(({ part }) => part).filter(isPriced);
}

export function sumsOfParts(parts: readonly Part[]) {
  return sumsOf(parts, numberColumns(PARTS));
}

export function totalOf(bill: Bill, components: readonly Component[] = COMPONENTS): Amount {
  return components.map((component) => bill[component]).reduce(plus);
}

function plus(a: Amount, b: Amount): Amount {
  return { tokens: a.tokens + b.tokens, logged: a.logged + b.logged, low: a.low + b.low, high: a.high + b.high, point: a.point + b.point };
}

/** Fresh input, writes and reads. */
export const INPUT: readonly Component[] = ["fresh", "write_5m", "write_1h", "write_unknown", "read"];
export const WRITES: readonly Component[] = ["write_5m", "write_1h", "write_unknown"];

export function usd(nano: number): number {
  return nano / 1e9;
}
