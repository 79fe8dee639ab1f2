/** Claude's reports of its cache: does the next step write the output of a step to the cache? */
import { query, type RowOf } from "../../../lib/experiment.ts";
import { difference, type Frame, rowsWhere, rowsWithin } from "./frame.ts";
import type { Neighbor } from "./replay.ts";
import { byStartEvent, isNegative, isNotNegative, keyedBy, LONG_TOOL_CHARS, LONG_USER_CHARS } from "./sections.ts";
import { fractionWhere, summarize } from "./statistics.ts";

export const CLAUDE_CACHE = query("claude_cache.sql", {
  first_event: "text",
  neighbor: ["adjacent", "unknown_output", "apart", "first"],
  uncached_tokens: "number",
  creation_tokens: "number",
  read_tokens: "number",
  user_chars: "number",
  tool_chars: "number",
  raw_input_chars: "number",
  previous_input_tokens: "number",
  previous_output_tokens: "number",
});
type StepNumber = Exclude<keyof RowOf<typeof CLAUDE_CACHE>, "first_event" | "neighbor">;
export type CacheSteps = Frame<StepNumber>;
type CachePairs = Frame<keyof ReturnType<typeof cachePairs>["numbers"]>;

/** Maximum characters of a short input: of any kind, from a user, from a tool. */
const SHORT_CHARS = { any: 100, user: 50, tool: 100 } as const;

export type ClaudeCache = ReturnType<typeof claudeCacheDetail>;

/**
 * @param steps those with all parts of the input known
 * @param without number of Claude steps without a part
 */
export function claudeCacheDetail(steps: CacheSteps, neighbors: readonly Neighbor[], without: number) {
  const pairs = cachePairs(steps, neighbors);
  const apart = neighbors.filter((neighbor) => neighbor === "apart").length;
  return {
    stats: {
      source: "normalized_trace",
      raw_rounds: steps.count,
      raw_pairs: pairs.count,
      ...positiveOnly({
        normalized_cache_rounds: steps.count,
        normalized_cache_pairs: pairs.count,
        skipped_missing_normalized_cache_fields: without,
        skipped_non_adjacent_normalized_cache_pair: apart,
      }),
    },
    next_cache_read_minus_previous_total: summarize(pairs.numbers.read_error),
    ...creation(pairs),
    by_start_event: byStartEvent(pairs, (group) => ({ pairs: group.count, ...creation(group) })),
    long_current_inputs: {
      tool_chars: keyedBy(LONG_TOOL_CHARS, (chars) => longInput(rowsWithin(steps, "tool_chars", { least: chars }))),
      user_chars: keyedBy(LONG_USER_CHARS, (chars) => longInput(rowsWithin(steps, "user_chars", { least: chars }))),
    },
    short_current_inputs: {
      "<=100": shortInput(rowsWithin(pairs, "raw_input_chars", { most: SHORT_CHARS.any })),
      "user_message<=50": shortInput(startedBy("user_message", rowsWithin(pairs, "raw_input_chars", { most: SHORT_CHARS.user }))),
      "tool_result<=100": shortInput(startedBy("tool_result", rowsWithin(pairs, "raw_input_chars", { most: SHORT_CHARS.tool }))),
    },
  };
}

/** The entries above 0. */
export function positiveOnly<Name extends string>(counts: Readonly<Record<Name, number>>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries<number>(counts).filter(([, count]) => count > 0)) as Partial<Record<Name, number>>;
}

function cachePairs(steps: CacheSteps, neighbors: readonly Neighbor[]) {
  const { count, first_event, numbers } = rowsWhere(steps, (row) => neighbors[row] === "adjacent");
  const { uncached_tokens, creation_tokens, read_tokens, previous_input_tokens, previous_output_tokens } = numbers;
  const new_tokens = uncached_tokens.map((tokens, i) => tokens + (creation_tokens[i] ?? Number.NaN));
  const signed_tokens = difference(new_tokens, previous_output_tokens);
  return {
    count,
    first_event,
    numbers: {
      ...numbers,
      /** Input that was not read from the cache. */
      new_tokens,
      /** The same minus the output before. */
      signed_tokens,
      clamped_tokens: signed_tokens.map((tokens) => Math.max(0, tokens)),
      /** Tokens read from the cache minus the whole input before. */
      read_error: difference(read_tokens, previous_input_tokens),
      /** Tokens written to the cache minus the output before. */
      creation_error: difference(creation_tokens, previous_output_tokens),
    },
  };
}

function creation({ numbers }: CachePairs) {
  return {
    next_cache_creation_ge_previous_output: fractionWhere(numbers.creation_error, isNotNegative),
    next_cache_creation_minus_previous_output: summarize(numbers.creation_error),
  };
}

function longInput({ count, numbers }: CacheSteps) {
  return {
    rounds: count,
    cache_creation_input_tokens: summarize(numbers.creation_tokens),
    input_tokens: summarize(numbers.uncached_tokens),
    cache_read_input_tokens: summarize(numbers.read_tokens),
    raw_input_chars: summarize(numbers.raw_input_chars),
  };
}

function startedBy(event: string, pairs: CachePairs): CachePairs {
  return rowsWhere(pairs, (row) => pairs.first_event[row] === event);
}

function shortInput({ count, numbers }: CachePairs) {
  return {
    pairs: count,
    raw_input_chars: summarize(numbers.raw_input_chars),
    previous_output_tokens: summarize(numbers.previous_output_tokens),
    no_subtract: summarize(numbers.new_tokens),
    subtract_previous_output: summarize(numbers.signed_tokens),
    subtract_previous_output_clamped: summarize(numbers.clamped_tokens),
    negative_after_subtract: fractionWhere(numbers.signed_tokens, isNegative),
  };
}
