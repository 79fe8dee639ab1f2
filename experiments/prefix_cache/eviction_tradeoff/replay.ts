/**
 * An upper bound for a cache with a timeout: the prefix of a session is kept for a while after each step and then dropped. A step
 * whose idle time is within the timeout finds everything that could be cached; any other step finds nothing.
 */
import { requireAscending } from "../../../lib/stats/ascending.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

/** Steps with the same shortest timeout that would have kept their prefix. */
export interface IdleBin {
  /** Of that timeout, from 0; the number of timeouts where all are shorter than the idle time. */
  readonly place: number;
  readonly steps: number;
  /** Microseconds that the prefixes were idle before the steps. */
  readonly idle_us: number;
  readonly prefix_tokens: number;
  readonly append_tokens: number;
  /** Part of the input that no cache could have held. */
  readonly fresh_tokens: number;
}

/** The results of a timeout. The three kinds of tokens add up to the input of all steps. */
export type Outcome = ReturnType<typeof replayTimeouts>[number];

/**
 * The outcome of each timeout. An idle time that equals the timeout is still in time.
 *
 * @param timeouts_s ascending, seconds
 * @throws RangeError when the timeouts are out of order
 */
export function replayTimeouts(bins: readonly IdleBin[], timeouts_s: readonly number[]) {
  requireAscending(timeouts_s, "timeouts");
  const steps = sumOf(bins, (bin) => bin.steps);
  const cacheable = sumOf(bins, cacheableTokens);
  const fresh_tokens = sumOf(bins, (bin) => bin.fresh_tokens);
  let kept = { steps: 0, tokens: 0, idle_us: 0 };
  return timeouts_s.map((timeout_s, place) => {
    const more = bins.filter((bin) => bin.place === place);
    kept = {
      steps: kept.steps + sumOf(more, (bin) => bin.steps),
      tokens: kept.tokens + sumOf(more, cacheableTokens),
      idle_us: kept.idle_us + sumOf(more, (bin) => bin.idle_us),
    };
    return {
      timeout_s,
      /** Cacheable tokens of the steps within the timeout. */
      hit_tokens: kept.tokens,
      /** Cacheable tokens of the later steps: prefilled again. */
      redundant_tokens: cacheable - kept.tokens,
      fresh_tokens,
      /** Seconds that prefixes were held idle: until the step or until the timeout. */
      held_s: kept.idle_us / 1e6 + timeout_s * (steps - kept.steps),
    };
  });
}

function cacheableTokens({ prefix_tokens, append_tokens, fresh_tokens }: IdleBin): number {
  return prefix_tokens + append_tokens - fresh_tokens;
}
