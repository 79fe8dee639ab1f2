/**
 * If a request replays the conversation, the cache can hold the whole input of the step before, and the new input begins with the
 * output of that step. These are the numbers that measure how far a step is from that.
 */
import { difference, type Frame, rowsWhere } from "./frame.ts";

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
  /** Cached prefix minus the whole input before it: 0 for a perfect replay. */
  | "error"
  /** The same if the output before it had also been cached. */
  | "error_with_output"
  /** Append minus the output before it; negative if not all of that came back. */
  | "signed_append"
  | "adjusted_append"
  /** The same with visible output only. */
  | "visible_signed_append"
  | "visible_adjusted_append"
  /** Tokens by which the append falls short of the output before it. */
  | "deficit_tokens";
export type Pairs = Frame<PairNumber>;

/** The round index of the step before in the session: one less, any other number, or none for the first step. */
export type Neighbor = "adjacent" | "apart" | "first";

/** The steps whose predecessor has the round index just below, with the numbers of both. */
export function replayPairs(steps: Steps, neighbors: readonly Neighbor[]): Pairs {
  const { count, first_event, numbers } = rowsWhere(steps, (row) => neighbors[row] === "adjacent");
  const positive = (values: Float64Array) => values.map((value) => Math.max(0, value));
  const error = difference(numbers.prefix_tokens, numbers.previous_input_tokens);
  const signed_append = difference(numbers.append_tokens, numbers.previous_output_tokens);
  const visible_signed_append = difference(numbers.append_tokens, numbers.previous_visible_tokens);
  return {
    count,
    first_event,
    numbers: {
      ...numbers,
      error,
      error_with_output: difference(error, numbers.previous_output_tokens),
      signed_append,
      adjusted_append: positive(signed_append),
      visible_signed_append,
      visible_adjusted_append: positive(visible_signed_append),
      deficit_tokens: signed_append.map((tokens) => 0 - tokens),
    },
  };
}
