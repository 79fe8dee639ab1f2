/**
 * An upper bound for a cache with a timeout: the prefix of a session is kept for a while after each step and then dropped. A step
 * whose idle time is within the timeout finds everything that could be cached; any other step finds nothing.
 */
import { requireAscending } from "../../../lib/stats/ascending.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

/** Steps in ascending order of their idle time, column by column. */
export interface IdleSteps {
  /** Seconds that the prefix was idle before the step. */
  readonly idle_s: Float64Array;
  /** Prefix and append. */
  readonly input_tokens: Float64Array;
  /** Part of the input that no cache could have held. */
  readonly fresh_tokens: Float64Array;
}

/** The results of a timeout. The three kinds of tokens add up to the input of all steps. */
export type Outcome = ReturnType<typeof replayTimeouts>[number];

/**
 * The outcome of each timeout, in one walk over the steps. An idle time that equals the timeout is still in time.
 *
 * @param timeouts_s ascending, seconds
 * @throws RangeError when the steps or the timeouts are out of order
 */
export function replayTimeouts(steps: IdleSteps, timeouts_s: readonly number[]) {
  requireAscending(steps.idle_s, "steps");
  requireAscending(timeouts_s, "timeouts");
  const total = totals(steps);
  let state = { kept: 0, hit_tokens: 0, idle_s: 0 };
  return timeouts_s.map((timeout_s) => {
    state = keepUntil(timeout_s, steps, state);
    return {
      timeout_s,
      /** Cacheable tokens of the steps within the timeout. */
      hit_tokens: state.hit_tokens,
      /** Cacheable tokens of the later steps: prefilled again. */
      redundant_tokens: total.input_tokens - total.fresh_tokens - state.hit_tokens,
      fresh_tokens: total.fresh_tokens,
      /** Seconds that prefixes were held idle: until the step or until the timeout. */
      held_s: state.idle_s + timeout_s * (steps.idle_s.length - state.kept),
    };
  });
}

/** Input and fresh tokens of all steps. */
export function totals({ input_tokens, fresh_tokens }: IdleSteps) {
  return { input_tokens: sumInOrder(input_tokens), fresh_tokens: sumInOrder(fresh_tokens) };
}

/** Sums over the first `kept` steps, which are within the timeout: cached tokens and idle time. */
function keepUntil(timeout_s: number, steps: IdleSteps, from: { kept: number; hit_tokens: number; idle_s: number }) {
  let { kept, hit_tokens, idle_s } = from;
  for (let idle = steps.idle_s[kept]; idle !== undefined && idle <= timeout_s; idle = steps.idle_s[kept]) {
    hit_tokens += at(steps.input_tokens, kept) - at(steps.fresh_tokens, kept);
    idle_s += idle;
    kept++;
  }
  return { kept, hit_tokens, idle_s };
}
