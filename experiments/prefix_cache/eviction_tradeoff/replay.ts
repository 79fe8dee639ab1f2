/**
 * An upper bound of what a cache with a timeout achieves: the prefix of a session is kept for a while after each step and then
 * dropped. A step whose idle time is within the timeout finds everything that could be cached; any other finds nothing.
 */
import { requireAscending } from "../../../lib/stats/ascending.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";

/** Steps in ascending order of their idle time, column by column. */
export interface IdleSteps {
  /** Seconds that the prefix lay idle before the step. */
  readonly idle_s: Float64Array;
  /** Input that was read, prefix and append. */
  readonly input_tokens: Float64Array;
  /** Part of the input that no cache could have held. */
  readonly fresh_tokens: Float64Array;
}

/** What a timeout does to the steps. The three kinds of tokens add up to the input of all steps. */
export interface Outcome {
  readonly timeout_s: number;
  /** Cacheable tokens of the steps that came in time. */
  readonly hit_tokens: number;
  /** Cacheable tokens of the steps that came too late: prefilled again. */
  readonly redundant_tokens: number;
  readonly fresh_tokens: number;
  /** Seconds that prefixes were held idle: until the step came, or until the timeout. */
  readonly held_s: number;
}

/**
 * The outcome of each timeout, in one walk over the steps. An idle time that equals the timeout is still in time.
 *
 * @param timeouts_s ascending, seconds
 * @throws RangeError when the steps or the timeouts are out of order
 */
export function replayTimeouts(steps: IdleSteps, timeouts_s: readonly number[]): Outcome[] {
  requireAscending(steps.idle_s, "steps");
  requireAscending(timeouts_s, "timeouts");
  const total = totals(steps);
  let state: Walk = { kept: 0, hit_tokens: 0, idle_s: 0 };
  return timeouts_s.map((timeout_s) => {
    state = keepUntil(timeout_s, steps, state);
    return {
      timeout_s,
      hit_tokens: state.hit_tokens,
      redundant_tokens: total.input_tokens - total.fresh_tokens - state.hit_tokens,
      fresh_tokens: total.fresh_tokens,
      held_s: state.idle_s + timeout_s * (steps.idle_s.length - state.kept),
    };
  });
}

/** Input and fresh tokens of all steps. */
export function totals({ input_tokens, fresh_tokens }: IdleSteps): { input_tokens: number; fresh_tokens: number } {
  return { input_tokens: sumInOrder(input_tokens), fresh_tokens: sumInOrder(fresh_tokens) };
}

/** The first `kept` steps came in time: what they found cached and how long they were waited for. */
interface Walk {
  readonly kept: number;
  readonly hit_tokens: number;
  readonly idle_s: number;
}

function keepUntil(timeout_s: number, steps: IdleSteps, from: Walk): Walk {
  let { kept, hit_tokens, idle_s } = from;
  for (; kept < steps.idle_s.length && (steps.idle_s[kept] as number) <= timeout_s; kept++) {
    hit_tokens += (steps.input_tokens[kept] as number) - (steps.fresh_tokens[kept] as number);
    idle_s += steps.idle_s[kept] as number;
  }
  return { kept, hit_tokens, idle_s };
}
