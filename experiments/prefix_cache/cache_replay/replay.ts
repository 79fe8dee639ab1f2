/** What the pool says of pairs of steps: counts, and distributions by provider and more. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { intervalsBy } from "../../../lib/trace/intervals.ts";

const PROVIDER = ["claude", "codex"] as const;

export const COUNTS = query("counts.sql", {
  provider: PROVIDER,
  first_event: "text",
  is_clamped: "boolean?",
  steps: "number",
  apart: "number",
  pairs: "number",
  within_0: "number",
  within_1: "number",
  within_2: "number",
  within_8: "number",
  within_32: "number",
  within_128: "number",
  within_512: "number",
  within_2048: "number",
  related: "number",
  within_1pct: "number",
  within_5pct: "number",
  within_8_with_output: "number",
  exact: "number",
  visible_covers: "number",
  chars_100: "number",
  chars_500: "number",
  chars_1000: "number",
});

export const PAIRS = query("pairs.sql", {
  session_pk: "number",
  provider: PROVIDER,
  first_event: "text",
  pairs: "number",
  error: "number",
  absolute_error: "number",
  is_equal: "number",
  relative_error: "number?",
  error_with_output: "number?",
  absolute_error_with_output: "number?",
  is_equal_with_output: "number?",
  append_tokens: "number?",
  user_chars: "number?",
  tool_chars: "number?",
  raw_input_chars: "number?",
  previous_output_tokens: "number?",
  previous_visible_tokens: "number?",
  previous_reasoning_tokens: "number?",
  signed_append: "number?",
  visible_signed_append: "number?",
  adjusted_append: "number?",
  visible_adjusted_append: "number?",
  selected_adjusted_append: "number?",
  is_clamped: "boolean?",
  deficit_tokens: "number?",
});

const LONG_INPUTS = query("long_inputs.sql", {
  provider: PROVIDER,
  first_event: "text",
  field: ["tool_chars", "raw_input_chars", "user_chars"],
  least: "number",
  append_tokens: "number",
  prefix_tokens: "number",
  input_tokens: "number",
  raw_input_chars: "number",
  covers: "number?",
});

const LONG_OUTPUTS = query("long_outputs.sql", {
  provider: PROVIDER,
  least: "number",
  previous_output_tokens: "number",
  previous_visible_tokens: "number",
  previous_reasoning_tokens: "number",
  append_tokens: "number",
  error: "number",
  covers: "number",
  covers_visible: "number",
});

export type Replay = Awaited<ReturnType<typeof readReplay>>;

export async function readReplay(db: QueryContext) {
  const [counts, curves, errors, appends, byEvent, bySide, longInputs, longInputEvents, longOutputs] = await Promise.all([
    db.rows(COUNTS),
    db.distributions(PAIRS, { by: ["provider"], of: ["absolute_error", "absolute_error_with_output"], points: CURVE_POINTS }),
    db.distributions(PAIRS, { by: ["provider"], of: ["error", "relative_error", "error_with_output"] }),
    db.distributions(PAIRS, {
      by: ["provider"],
      of: [
        "append_tokens",
        "previous_output_tokens",
        "previous_visible_tokens",
        "signed_append",
        "adjusted_append",
        "visible_signed_append",
        "visible_adjusted_append",
        "selected_adjusted_append",
      ],
    }),
    db.distributions(PAIRS, { by: ["provider", "first_event"], of: ["signed_append"] }),
    db.distributions(PAIRS, {
      by: ["provider", "is_clamped"],
      of: [
        "raw_input_chars",
        "user_chars",
        "tool_chars",
        "append_tokens",
        "previous_output_tokens",
        "previous_visible_tokens",
        "previous_reasoning_tokens",
        "deficit_tokens",
      ],
    }),
    db.distributions(LONG_INPUTS, {
      by: ["provider", "field", "least"],
      of: ["append_tokens", "prefix_tokens", "input_tokens", "raw_input_chars", "covers"],
    }),
    db.distributions(LONG_INPUTS, { by: ["provider", "field", "least", "first_event"], of: ["append_tokens"], quantiles: [] }),
    db.distributions(LONG_OUTPUTS, {
      by: ["provider", "least"],
      of: [
        "previous_output_tokens",
        "previous_visible_tokens",
        "previous_reasoning_tokens",
        "append_tokens",
        "error",
        "covers",
        "covers_visible",
      ],
    }),
  ]);
  return { counts, curves, errors, appends, byEvent, bySide, longInputs, longInputEvents, longOutputs };
}

export type EqualIntervals = Awaited<ReturnType<typeof equalIntervals>>;

/** Of the shares of pairs whose prefix equals the input before, without and with the output before, by provider. */
export async function equalIntervals(db: QueryContext) {
  const request = { by: ["provider"], of: ["is_equal", "is_equal_with_output"], whole: "pairs", session: "session_pk" } as const;
  const found = await intervalsBy(db, PAIRS, request);
  return (provider: (typeof PROVIDER)[number], column: (typeof request.of)[number]) => found({ provider }, column);
}

export type AppendIntervals = Awaited<ReturnType<typeof appendIntervals>>;

/** Of the medians that the figure compares, by provider. */
export async function appendIntervals(db: QueryContext) {
  const of = ["append_tokens", "previous_output_tokens", "adjusted_append"] as const;
  const found = await intervalsBy(db, PAIRS, { by: ["provider"], of, session: "session_pk" });
  return (provider: (typeof PROVIDER)[number], column: (typeof of)[number]) => found({ provider }, column);
}
