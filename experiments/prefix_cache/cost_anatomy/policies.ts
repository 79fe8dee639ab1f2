/** What the same tokens of input would have cost under other rules of caching. */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { billOf, INPUT, type Judged, pricedParts, sumsOfParts, totalOf } from "./bill.ts";

export const RETURNS = query("returns.sql", {
  bin: "number",
  sessions: "number",
  hour_sessions: "number",
  observed_nano: "number",
  all_5m_nano: "number",
  all_1h_nano: "number",
});
/** Sessions by the tenths of their tokens that return after 5 to 60 minutes; 0: none do. */
export type ReturnBin = RowOf<typeof RETURNS>;

export const POLICIES = ["observed", "all_5m", "all_1h", "no_cache"] as const;
export type Policy = (typeof POLICIES)[number];

/** Of steps with a price. */
export interface Policies {
  /** Cost of the input in nano-dollars; `observed` is the best estimate. */
  readonly nano: Readonly<Record<Policy, number>>;
  /** Some step has a model that bills writes by lifetime. */
  readonly hasLifetimes: boolean;
  /** Steps that come 5 to 60 minutes after the step before and go on with its context. */
  readonly returns: number;
  /** Input that would be read from the cache and isn't; negative: is and would not be. */
  readonly savedTokens: Readonly<Record<Policy, number>>;
  /** Tokens that return after 5 to 60 minutes, as a share of these and of what is written; null without either. */
  readonly returningShare: number | null;
  /** The share from which on writes for an hour are cheaper; null where nothing returns. */
  readonly breakEvenShare: number | null;
}

export function policiesOf(judged: readonly Judged[]): Policies {
  const sums = sumsOfParts(pricedParts(judged));
  const input = totalOf(billOf(judged), INPUT);
  const withoutLifetimes = input.logged - sums.lifetime_input_nano;
  const { returning_tokens: returning, all_1h_write_tokens: written } = sums;
  const premiumPerToken = sums.all_1h_premium_nano / written;
  const savedPerToken = (sums.all_1h_premium_nano + sums.all_5m_nano - sums.all_1h_nano) / returning;
  return {
    nano: {
      observed: input.point,
      all_5m: withoutLifetimes + sums.all_5m_nano,
      all_1h: withoutLifetimes + sums.all_1h_nano,
      no_cache: sums.no_cache_nano,
    },
    hasLifetimes: sums.lifetime_input_nano > 0,
    returns: sums.returns,
    savedTokens: { observed: 0, all_5m: -sums.lost_tokens, all_1h: sums.read_again_tokens, no_cache: -sums.read_tokens },
    returningShare: ratio(returning, returning + written),
    breakEvenShare: returning > 0 && written > 0 ? premiumPerToken / (premiumPerToken + savedPerToken) : null,
  };
}
