/** The sections of the analysis of one provider, with the keys of the published document. */
import { countsByFirstEvent, type Frame, rowsWhere, rowsWithin } from "./frame.ts";
import type { Pairs, Steps } from "./replay.ts";
import { fractionWhere, summarize } from "./statistics.ts";

export const TOLERANCES_TOKENS = [0, 1, 2, 8, 32, 128, 512, 2048] as const;
const RELATIVE_TOLERANCES = { "1pct": 0.01, "5pct": 0.05 } as const;
const SHORT_INPUTS_CHARS = [100, 500, 1000] as const;
/** Characters from which an input is long, by its kind. */
export const LONG_TOOL_CHARS = [10_000, 50_000, 100_000, 500_000] as const;
export const LONG_USER_CHARS = [1_000, 5_000, 10_000, 50_000] as const;
const LONG_INPUTS = { tool_chars: LONG_TOOL_CHARS, raw_input_chars: LONG_TOOL_CHARS, user_chars: LONG_USER_CHARS } as const;
const LONG_OUTPUTS_TOKENS = [1000, 4000, 8000, 16_000] as const;
/** First events with fewer pairs are not reported separately. */
const MIN_PAIRS = 20;
/** Approximate length of a token. */
const CHARS_PER_TOKEN = 4;

interface StepsAndPairs {
  readonly steps: Steps;
  /** Steps with the step just before them. */
  readonly pairs: Pairs;
  /** Those whose output before is known. */
  readonly outputPairs: Pairs;
}

/** All sections of a provider. */
export function providerSections({ steps, pairs, outputPairs }: StepsAndPairs) {
  return {
    prefix_relationship: prefixRelationship(pairs, outputPairs),
    adjusted_append: adjustedAppend(outputPairs),
    clamped_cases: clampedCases(outputPairs),
    long_current_inputs: keyedBy(["tool_chars", "raw_input_chars", "user_chars"], (field) =>
      keyedBy(LONG_INPUTS[field], (chars) => longInput(rowsWithin(steps, field, { least: chars }))),
    ),
    long_prior_visible_outputs: keyedBy(LONG_OUTPUTS_TOKENS, (tokens) =>
      longOutput(rowsWithin(outputPairs, "previous_visible_tokens", { least: tokens })),
    ),
  };
}

/** Is the cached prefix the whole input of the step before? */
function prefixRelationship({ count, numbers }: Pairs, outputPairs: Pairs) {
  const absolute = numbers.error.map(Math.abs);
  const errorWithOutput = outputPairs.numbers.error_with_output;
  const withOutput = errorWithOutput.map(Math.abs);
  const before = numbers.previous_input_tokens;
  const relative = absolute.map((error, i) => error / (before[i] ?? Number.NaN)).filter((_, i) => (before[i] ?? 0) > 0);
  return {
    pairs: count,
    error: summarize(numbers.error),
    absolute_error: summarize(absolute),
    relative_absolute_error: summarize(relative),
    within_absolute: keyedBy(TOLERANCES_TOKENS, (tokens) => fractionWhere(absolute, (error) => error <= tokens)),
    within_relative: keyedBy(["1pct", "5pct"], (key) => fractionWhere(relative, (error) => error <= RELATIVE_TOLERANCES[key])),
    with_prior_output_added_error: summarize(errorWithOutput),
    with_prior_output_added_absolute_error: summarize(withOutput),
    with_prior_output_added_within_absolute_8: fractionWhere(withOutput, (error) => error <= 8),
  };
}

/** Does the new input contain the output of the step before? */
function adjustedAppend(pairs: Pairs) {
  const { count, numbers } = pairs;
  return {
    pairs: count,
    raw_append: summarize(numbers.append_tokens),
    previous_output_tokens: summarize(numbers.previous_output_tokens),
    previous_visible_output_tokens: summarize(numbers.previous_visible_tokens),
    signed_adjusted_append: summarize(numbers.signed_append),
    adjusted_append: summarize(numbers.adjusted_append),
    visible_signed_adjusted_append: summarize(numbers.visible_signed_append),
    visible_adjusted_append: summarize(numbers.visible_adjusted_append),
    adjusted_zero: fractionWhere(numbers.adjusted_append, (tokens) => tokens === 0),
    signed_negative: fractionWhere(numbers.signed_append, isNegative),
    signed_exact_zero: fractionWhere(numbers.signed_append, (tokens) => tokens === 0),
    next_append_ge_previous_output: fractionWhere(numbers.signed_append, isNotNegative),
    next_append_ge_previous_visible_output: fractionWhere(numbers.visible_signed_append, isNotNegative),
    by_start_event: byStartEvent(pairs, (group) => ({
      pairs: group.count,
      signed_adjusted_append: summarize(group.numbers.signed_append),
      adjusted_zero: fractionWhere(group.numbers.adjusted_append, (tokens) => tokens === 0),
      signed_negative: fractionWhere(group.numbers.signed_append, isNegative),
    })),
  };
}

/** The pairs whose append is smaller than the output before, and the others. */
function clampedCases(pairs: Pairs) {
  const signed = pairs.numbers.signed_append;
  return {
    pairs: pairs.count,
    clamped: clampedSide(rowsWhere(pairs, (row) => isNegative(signed[row] ?? Number.NaN))),
    not_clamped: clampedSide(rowsWhere(pairs, (row) => isNotNegative(signed[row] ?? Number.NaN))),
  };
}

function clampedSide(pairs: Pairs) {
  const { count, numbers } = pairs;
  return {
    count,
    raw_input_chars: summarize(numbers.raw_input_chars),
    user_chars: summarize(numbers.user_chars),
    tool_chars: summarize(numbers.tool_chars),
    raw_append: summarize(numbers.append_tokens),
    previous_output_tokens: summarize(numbers.previous_output_tokens),
    previous_visible_output_tokens: summarize(numbers.previous_visible_tokens),
    previous_reasoning_output_tokens: summarize(numbers.previous_reasoning_tokens),
    deficit_tokens: summarize(numbers.deficit_tokens.filter((tokens) => tokens > 0)),
    raw_input_char_buckets: Object.fromEntries(
      SHORT_INPUTS_CHARS.map((chars) => [`<= ${chars}`, fractionWhere(numbers.raw_input_chars, (value) => value <= chars)]),
    ),
    first_event: firstEvents(pairs),
  };
}

function longInput(steps: Steps) {
  const { append_tokens, raw_input_chars } = rowsWhere(steps, (row) => (steps.numbers.raw_input_chars[row] ?? 0) > 0).numbers;
  return {
    rows: steps.count,
    append_tokens: summarize(steps.numbers.append_tokens),
    prefix_tokens: summarize(steps.numbers.prefix_tokens),
    input_tokens_total: summarize(steps.numbers.input_tokens),
    raw_input_chars: summarize(steps.numbers.raw_input_chars),
    append_ge_raw_chars_div_4: fractionWhere(
      append_tokens,
      (tokens, row) => tokens >= (raw_input_chars[row] ?? Number.NaN) / CHARS_PER_TOKEN,
    ),
    first_event: firstEvents(steps),
  };
}

function longOutput({ count, numbers }: Pairs) {
  return {
    pairs: count,
    previous_output_tokens: summarize(numbers.previous_output_tokens),
    previous_visible_output_tokens: summarize(numbers.previous_visible_tokens),
    previous_reasoning_output_tokens: summarize(numbers.previous_reasoning_tokens),
    next_append: summarize(numbers.append_tokens),
    next_prefix_minus_last_total: summarize(numbers.error),
    next_append_ge_previous_output: fractionWhere(numbers.signed_append, isNotNegative),
    next_append_ge_previous_visible_output: fractionWhere(numbers.visible_signed_append, isNotNegative),
  };
}

/** The result of `describe` for each first event that begins enough pairs. */
export function byStartEvent<Name extends string, T>(pairs: Frame<Name>, describe: (group: Frame<Name>) => T): Record<string, T> {
  const frequent = [...countsByFirstEvent(pairs)].filter(([, count]) => count >= MIN_PAIRS);
  return Object.fromEntries(frequent.map(([event]) => [event, describe(rowsWhere(pairs, (row) => pairs.first_event[row] === event))]));
}

export function keyedBy<const K extends string | number, T>(keys: readonly K[], value: (key: K) => T): Record<K, T> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<K, T>;
}

export function isNegative(value: number): boolean {
  return value < 0;
}

export function isNotNegative(value: number): boolean {
  return value >= 0;
}

function firstEvents(frame: Frame<string>): Record<string, number> {
  return Object.fromEntries(countsByFirstEvent(frame));
}
