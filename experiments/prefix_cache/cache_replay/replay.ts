/**
 * If a request replays the conversation, the cache can hold the whole input of the step before, and the new input begins with the
 * output of that step. These are the numbers that measure how far a step is from that.
 */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { difference, type Frame, rowsWhere } from "./frame.ts";

export const STEPS = query("steps.sql", {
  provider: ["claude", "codex"],
  first_event: "text",
  neighbor: ["adjacent", "unknown_output", "apart", "first"],
  prefix_tokens: "number",
  append_tokens: "number",
  input_tokens: "number",
  user_chars: "number",
  tool_chars: "number",
  raw_input_chars: "number",
  previous_input_tokens: "number",
  previous_output_tokens: "number",
  previous_visible_tokens: "number",
  previous_reasoning_tokens: "number",
});
type StepNumber = Exclude<keyof RowOf<typeof STEPS>, "provider" | "first_event" | "neighbor">;
export type Steps = Frame<StepNumber>;
export type Pairs = Frame<keyof ReturnType<typeof replayPairs>["numbers"]>;

/** The round index of the step before in the session: one less (with or without a final output count), any other number, or none. */
export type Neighbor = RowOf<typeof STEPS>["neighbor"];

/**
 * The steps whose predecessor has the round index just below, with the numbers of both.
 * @param kinds with "unknown_output" also those of which only the input before is known
 */
export function replayPairs(steps: Steps, neighbors: readonly Neighbor[], kinds: readonly Neighbor[] = ["adjacent"]) {
  const { count, first_event, numbers } = rowsWhere(steps, (row) => kinds.some((kind) => kind === neighbors[row]));
  const positive = (values: Float64Array) => values.map((value) => Math.max(0, value));
  const error = difference(numbers.prefix_tokens, numbers.previous_input_tokens);
  const signed_append = difference(numbers.append_tokens, numbers.previous_output_tokens);
  const visible_signed_append = difference(numbers.append_tokens, numbers.previous_visible_tokens);
  return {
    count,
    first_event,
    numbers: {
      ...numbers,
      /** Cached prefix minus the whole input before it: 0 for a perfect replay. */
      error,
      /** The same if the output before it had also been cached. */
      error_with_output: difference(error, numbers.previous_output_tokens),
      /** Append minus the output before it; negative if not all of that came back. */
      signed_append,
      adjusted_append: positive(signed_append),
      /** The same with visible output only. */
      visible_signed_append,
      visible_adjusted_append: positive(visible_signed_append),
      /** Tokens by which the append falls short of the output before it. */
      deficit_tokens: signed_append.map((tokens) => 0 - tokens),
    },
  };
}
