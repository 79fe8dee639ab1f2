/**
 * If a request is a replayed conversation, the cache can hold the whole input of the step before, and the new input begins with the
 * output of that step. Here are the numbers that say how far a step is from that.
 */
import { type Frame, rowsWhere } from "./frame.ts";

type StepNumber =
  | "prefix_tokens"
  | "append_tokens"
  | "input_tokens"
  | "user_chars"
  | "tool_chars"
  | "raw_input_chars"
  | "previous_input_tokens"
  | "previous_output_tokens"
  | "previous_visible_tokens"
  | "previous_reasoning_tokens";
export type Steps = Frame<StepNumber>;

type PairNumber =
  | StepNumber
  /** Cached prefix less the whole input before it: 0 for a perfect replay. */
  | "error"
  /** The same if the output before it had been cached too. */
  | "error_with_output"
  /** Append less the output before it; negative when not all of that came back. */
  | "signed_append"
  | "adjusted_append"
  /** The same with visible output only. */
  | "visible_signed_append"
  | "visible_adjusted_append"
  /** Tokens by which the append falls short of the output before it. */
  | "deficit_tokens";
export type Pairs = Frame<PairNumber>;

/** How the step before a step in its session is numbered: just below it, otherwise, or there is none. */
export type Neighbour = "adjacent" | "apart" | "first";

/** Steps together with the step numbered just before them; the others are left out. */
export function replayPairs(steps: Steps, neighbours: readonly Neighbour[]): Pairs {
  const { count, first_event, numbers } = rowsWhere(steps, (row) => neighbours[row] === "adjacent");
  const less = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] as number));
  const positive = (values: Float64Array) => values.map((value) => Math.max(0, value));
  const error = less(numbers.prefix_tokens, numbers.previous_input_tokens);
  const signed_append = less(numbers.append_tokens, numbers.previous_output_tokens);
  const visible_signed_append = less(numbers.append_tokens, numbers.previous_visible_tokens);
  return {
    count,
    first_event,
    numbers: {
      ...numbers,
      error,
      error_with_output: less(error, numbers.previous_output_tokens),
      signed_append,
      adjusted_append: positive(signed_append),
      visible_signed_append,
      visible_adjusted_append: positive(visible_signed_append),
      deficit_tokens: signed_append.map((tokens) => 0 - tokens),
    },
  };
}
