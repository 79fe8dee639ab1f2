/** Claude's reports of its cache: does the next step write the output of a step to the cache? */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { LONG_TOOL_CHARS, LONG_USER_CHARS, MIN_PAIRS } from "./sections.ts";
import { fractionOf, keyedBy, summarize, valuesOf } from "./statistics.ts";

const CLAUDE_CACHE = query("claude_cache.sql", {
  part: ["all", "event", "tool_chars", "user_chars", "short"],
  key: "text",
  is_apart: "number?",
  read_error: "number?",
  creation_error: "number?",
  covers: "number?",
  creation_tokens: "number?",
  uncached_tokens: "number?",
  read_tokens: "number?",
  raw_input_chars: "number?",
  previous_output_tokens: "number?",
  new_tokens: "number?",
  signed_tokens: "number?",
  clamped_tokens: "number?",
  is_negative: "number?",
});
type Part = RowOf<typeof CLAUDE_CACHE>["part"];
type CacheValues = Awaited<ReturnType<typeof readClaudeCache>>;
type Column = CacheValues[number]["column"];

export type ClaudeCache = ReturnType<typeof claudeCacheDetail>;

export function readClaudeCache(db: QueryContext) {
  return db.distributions(CLAUDE_CACHE, {
    by: ["part", "key"],
    of: [
      "is_apart",
      "read_error",
      "creation_error",
      "covers",
      "creation_tokens",
      "uncached_tokens",
      "read_tokens",
      "raw_input_chars",
      "previous_output_tokens",
      "new_tokens",
      "signed_tokens",
      "clamped_tokens",
      "is_negative",
    ],
  });
}

/** Steps of Claude for which all parts of the input are known. */
export function cacheStepsOf(found: CacheValues): number {
  return valuesIn(found, "all")("is_apart").n;
}

/** @param without number of Claude steps without a part */
export function claudeCacheDetail(found: CacheValues, without: number) {
  const all = valuesIn(found, "all");
  const steps = all("is_apart");
  const pairs = all("creation_error").n;
  const events = found.filter(({ group, column, n }) => group.part === "event" && column === "creation_error" && n >= MIN_PAIRS);
  const long = (part: Part) => (chars: number) => longInput(valuesIn(found, part, String(chars)));
  const short = (key: string) => shortInput(valuesIn(found, "short", key));
  return {
    stats: {
      source: "normalized_trace",
      raw_rounds: steps.n,
      raw_pairs: pairs,
      ...positiveOnly({
        normalized_cache_rounds: steps.n,
        normalized_cache_pairs: pairs,
        skipped_missing_normalized_cache_fields: without,
        skipped_non_adjacent_normalized_cache_pair: steps.sum,
      }),
    },
    next_cache_read_minus_previous_total: summarize(all("read_error")),
    ...creation(all),
    by_start_event: keyedBy(events.map(({ group }) => group.key).sort(), (event) => {
      const values = valuesIn(found, "event", event);
      return { pairs: values("creation_error").n, ...creation(values) };
    }),
    long_current_inputs: {
      tool_chars: keyedBy(LONG_TOOL_CHARS, long("tool_chars")),
      user_chars: keyedBy(LONG_USER_CHARS, long("user_chars")),
    },
    short_current_inputs: keyedBy(["<=100", "user_message<=50", "tool_result<=100"], short),
  };
}

/** The entries above 0. */
export function positiveOnly<Name extends string>(counts: Readonly<Record<Name, number>>): Partial<Record<Name, number>> {
  return Object.fromEntries(Object.entries<number>(counts).filter(([, count]) => count > 0)) as Partial<Record<Name, number>>;
}

type ValuesOfColumn = ReturnType<typeof valuesIn>;

function valuesIn(found: CacheValues, part: Part, key = "") {
  return (column: Column) => valuesOf(found, column, (group) => group.part === part && group.key === key);
}

function creation(values: ValuesOfColumn) {
  return {
    next_cache_creation_ge_previous_output: fractionOf(values("covers")),
    next_cache_creation_minus_previous_output: summarize(values("creation_error")),
  };
}

function longInput(values: ValuesOfColumn) {
  return {
    rounds: values("creation_tokens").n,
    cache_creation_input_tokens: summarize(values("creation_tokens")),
    input_tokens: summarize(values("uncached_tokens")),
    cache_read_input_tokens: summarize(values("read_tokens")),
    raw_input_chars: summarize(values("raw_input_chars")),
  };
}

function shortInput(values: ValuesOfColumn) {
  return {
    pairs: values("new_tokens").n,
    raw_input_chars: summarize(values("raw_input_chars")),
    previous_output_tokens: summarize(values("previous_output_tokens")),
    no_subtract: summarize(values("new_tokens")),
    subtract_previous_output: summarize(values("signed_tokens")),
    subtract_previous_output_clamped: summarize(values("clamped_tokens")),
    negative_after_subtract: fractionOf(values("is_negative")),
  };
}
