/** The sections of the analysis of one provider, with the keys of the published document. */
import type { RowOf } from "../../../lib/experiment.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { COUNTS, Replay } from "./replay.ts";
import { fraction, fractionOf, keyedBy, summarize, valuesOf } from "./statistics.ts";

export const TOLERANCES_TOKENS = [0, 1, 2, 8, 32, 128, 512, 2048] as const;
const SHORT_INPUTS_CHARS = [100, 500, 1000] as const;
/** Characters from which an input is long, by its kind. */
export const LONG_TOOL_CHARS = [10_000, 50_000, 100_000, 500_000] as const;
export const LONG_USER_CHARS = [1_000, 5_000, 10_000, 50_000] as const;
const LONG_INPUTS = { tool_chars: LONG_TOOL_CHARS, raw_input_chars: LONG_TOOL_CHARS, user_chars: LONG_USER_CHARS } as const;
const LONG_OUTPUTS_TOKENS = [1000, 4000, 8000, 16_000] as const;
/** First events with fewer pairs are not reported separately. */
export const MIN_PAIRS = 20;

export type Provider = RowOf<typeof COUNTS>["provider"];
type Count = RowOf<typeof COUNTS>;
type Field = keyof typeof LONG_INPUTS;

/** All sections of a provider. */
export function providerSections(provider: Provider, replay: Replay) {
  return {
    prefix_relationship: prefixRelationship(provider, replay),
    adjusted_append: adjustedAppend(provider, replay),
    clamped_cases: clampedCases(provider, replay),
    long_current_inputs: keyedBy(["tool_chars", "raw_input_chars", "user_chars"], (field) =>
      keyedBy(LONG_INPUTS[field], (chars) => longInput(provider, field, chars, replay)),
    ),
    long_prior_visible_outputs: keyedBy(LONG_OUTPUTS_TOKENS, (tokens) => longOutput(provider, tokens, replay)),
  };
}

/** Is the cached prefix the whole input of the step before? */
function prefixRelationship(provider: Provider, { counts, curves, errors }: Replay) {
  const own = counts.filter((count) => count.provider === provider);
  const total = (of: (count: Count) => number) => sumOf(own, of);
  const isOwn = (group: { readonly provider: Provider }) => group.provider === provider;
  const pairs = total((count) => count.pairs);
  const related = total((count) => count.related);
  const withOutput = valuesOf(curves, "absolute_error_with_output", isOwn);
  return {
    pairs,
    error: summarize(valuesOf(errors, "error", isOwn)),
    absolute_error: summarize(valuesOf(curves, "absolute_error", isOwn)),
    relative_absolute_error: summarize(valuesOf(errors, "relative_error", isOwn)),
    within_absolute: keyedBy(TOLERANCES_TOKENS, (tokens) =>
      fraction(
        total((count) => count[`within_${tokens}`]),
        pairs,
      ),
    ),
    within_relative: keyedBy(["1pct", "5pct"], (key) =>
      fraction(
        total((count) => count[`within_${key}`]),
        related,
      ),
    ),
    with_prior_output_added_error: summarize(valuesOf(errors, "error_with_output", isOwn)),
    with_prior_output_added_absolute_error: summarize(withOutput),
    with_prior_output_added_within_absolute_8: fraction(
      total((count) => count.within_8_with_output),
      withOutput.n,
    ),
  };
}

/** Does the new input contain the output of the step before? */
function adjustedAppend(provider: Provider, { counts, appends, byEvent }: Replay) {
  const known = counts.filter((count) => count.provider === provider && count.is_clamped !== null);
  const summary = (column: (typeof appends)[number]["column"]) =>
    summarize(valuesOf(appends, column, (group) => group.provider === provider));
  const coverage = coverageOf(known);
  return {
    pairs: coverage.pairs,
    raw_append: summary("append_tokens"),
    previous_output_tokens: summary("previous_output_tokens"),
    previous_visible_output_tokens: summary("previous_visible_tokens"),
    signed_adjusted_append: summary("signed_append"),
    adjusted_append: summary("adjusted_append"),
    visible_signed_adjusted_append: summary("visible_signed_append"),
    visible_adjusted_append: summary("visible_adjusted_append"),
    adjusted_zero: coverage.adjusted_zero,
    signed_negative: coverage.signed_negative,
    signed_exact_zero: fraction(
      sumOf(known, ({ exact }) => exact),
      coverage.pairs,
    ),
    next_append_ge_previous_output: fraction(coverage.pairs - coverage.signed_negative.count, coverage.pairs),
    next_append_ge_previous_visible_output: fraction(
      sumOf(known, ({ visible_covers }) => visible_covers),
      coverage.pairs,
    ),
    by_start_event: byFrequentEvent(known, (event, ofEvent) => {
      const { pairs, ...shares } = coverageOf(ofEvent);
      const isOf = (group: { readonly provider: Provider; readonly first_event: string }) =>
        group.provider === provider && group.first_event === event;
      return { pairs, signed_adjusted_append: summarize(valuesOf(byEvent, "signed_append", isOf)), ...shares };
    }),
  };
}

/** @param known those whose output before is known */
function coverageOf(known: readonly Count[]) {
  const pairs = sumOf(known, ({ steps }) => steps);
  const negative = sumOf(known, ({ is_clamped, steps }) => (is_clamped ? steps : 0));
  return {
    pairs,
    adjusted_zero: fraction(negative + sumOf(known, ({ exact }) => exact), pairs),
    signed_negative: fraction(negative, pairs),
  };
}

function byFrequentEvent<T>(known: readonly Count[], describe: (event: string, counts: readonly Count[]) => T): Record<string, T> {
  const frequent = Object.entries(firstEvents(known)).filter(([, pairs]) => pairs >= MIN_PAIRS);
  return Object.fromEntries(
    frequent.map(([event]) => [
      event,
      describe(
        event,
        known.filter(({ first_event }) => first_event === event),
      ),
    ]),
  );
}

/** The pairs whose append is smaller than the output before, and the others. */
function clampedCases(provider: Provider, replay: Replay) {
  const known = replay.counts.filter((count) => count.provider === provider && count.is_clamped !== null);
  return {
    pairs: sumOf(known, ({ steps }) => steps),
    clamped: clampedSide(provider, true, replay),
    not_clamped: clampedSide(provider, false, replay),
  };
}

function clampedSide(provider: Provider, isClamped: boolean, { counts, bySide }: Replay) {
  const own = counts.filter((count) => count.provider === provider && count.is_clamped === isClamped);
  const count = sumOf(own, ({ steps }) => steps);
  const summary = (column: (typeof bySide)[number]["column"]) =>
    summarize(valuesOf(bySide, column, (group) => group.provider === provider && group.is_clamped === isClamped));
  return {
    count,
    raw_input_chars: summary("raw_input_chars"),
    user_chars: summary("user_chars"),
    tool_chars: summary("tool_chars"),
    raw_append: summary("append_tokens"),
    previous_output_tokens: summary("previous_output_tokens"),
    previous_visible_output_tokens: summary("previous_visible_tokens"),
    previous_reasoning_output_tokens: summary("previous_reasoning_tokens"),
    deficit_tokens: summary("deficit_tokens"),
    raw_input_char_buckets: Object.fromEntries(
      SHORT_INPUTS_CHARS.map((chars) => [
        `<= ${chars}`,
        fraction(
          sumOf(own, (row) => row[`chars_${chars}`]),
          count,
        ),
      ]),
    ),
    first_event: firstEvents(own),
  };
}

function longInput(provider: Provider, field: Field, least: number, { longInputs, longInputEvents }: Replay) {
  const isOf = (group: { readonly provider: Provider; readonly field: Field; readonly least: number }) =>
    group.provider === provider && group.field === field && group.least === least;
  const values = (column: (typeof longInputs)[number]["column"]) => valuesOf(longInputs, column, isOf);
  return {
    rows: values("append_tokens").n,
    append_tokens: summarize(values("append_tokens")),
    prefix_tokens: summarize(values("prefix_tokens")),
    input_tokens_total: summarize(values("input_tokens")),
    raw_input_chars: summarize(values("raw_input_chars")),
    append_ge_raw_chars_div_4: fractionOf(values("covers")),
    first_event: firstEvents(
      longInputEvents.filter(({ group }) => isOf(group)).map(({ group: { first_event }, n }) => ({ first_event, steps: n })),
    ),
  };
}

function longOutput(provider: Provider, least: number, { longOutputs }: Replay) {
  const values = (column: (typeof longOutputs)[number]["column"]) =>
    valuesOf(longOutputs, column, (group) => group.provider === provider && group.least === least);
  return {
    pairs: values("append_tokens").n,
    previous_output_tokens: summarize(values("previous_output_tokens")),
    previous_visible_output_tokens: summarize(values("previous_visible_tokens")),
    previous_reasoning_output_tokens: summarize(values("previous_reasoning_tokens")),
    next_append: summarize(values("append_tokens")),
    next_prefix_minus_last_total: summarize(values("error")),
    next_append_ge_previous_output: fractionOf(values("covers")),
    next_append_ge_previous_visible_output: fractionOf(values("covers_visible")),
  };
}

/** Counts by first event, in the order of code units. */
function firstEvents(counts: readonly Pick<Count, "first_event" | "steps">[]): Record<string, number> {
  const names = [...new Set(counts.map(({ first_event }) => first_event))].sort();
  return keyedBy(names, (name) =>
    sumOf(
      counts.filter(({ first_event }) => first_event === name),
      ({ steps }) => steps,
    ),
  );
}
