/** The main numbers of the analysis as Markdown tables. */
import { markdownRows, markdownTable } from "../../../lib/format/markdown.ts";
import { separated } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import type { ClaudeCache } from "./claude-cache.ts";
import { type Analysis, PROVIDERS } from "./measure.ts";
import type { Fraction, Summary } from "./statistics.ts";

/** One heading per section; the last one only if Claude's cache is known. */
export function reportOf({ normalized_trace, providers, claude_cache_detail }: Analysis): string {
  const { stats } = normalized_trace;
  const sections = PROVIDERS.map((provider) => ({ provider, ...providers[provider] }));
  const parts = [
    "# Cache Replay Analysis",
    "Pairs are neighbouring steps of a session whose round indexes differ by one. Claude's cache writes are those that its steps report.",
    "## Normalized Trace",
    metrics([
      ["rows", integer(stats.rows)],
      ["adjacent pairs", integer(stats.pairs)],
      ["skipped non-adjacent pairs", integer(stats.skipped_non_adjacent_pair)],
      ["bad json", integer(0)],
    ]),
    "## Prefix Relationship",
    markdownRows(sections, {
      provider: ({ provider }) => provider,
      pairs: ({ prefix_relationship: prefix }) => integer(prefix.pairs),
      "median abs err": ({ prefix_relationship: prefix }) => median(prefix.absolute_error),
      "within 8 tok": ({ prefix_relationship: prefix }) => share(prefix.within_absolute[8]),
      "within 1%": ({ prefix_relationship: prefix }) => share(prefix.within_relative["1pct"]),
      "median err if add output": ({ prefix_relationship: prefix }) => median(prefix.with_prior_output_added_error),
      "within 8 if add output": ({ prefix_relationship: prefix }) => share(prefix.with_prior_output_added_within_absolute_8),
    }),
    "## Adjusted Append",
    markdownRows(sections, {
      provider: ({ provider }) => provider,
      "raw append median": ({ adjusted_append: append }) => median(append.raw_append),
      "adjusted append median": ({ adjusted_append: append }) => median(append.adjusted_append),
      "prev output median": ({ adjusted_append: append }) => median(append.previous_output_tokens),
      "adjusted zero": ({ adjusted_append: append }) => share(append.adjusted_zero),
      "signed negative": ({ adjusted_append: append }) => share(append.signed_negative),
      "append >= prev output": ({ adjusted_append: append }) => share(append.next_append_ge_previous_output),
      "append >= prev visible": ({ adjusted_append: append }) => share(append.next_append_ge_previous_visible_output),
    }),
    "## Clamped Cases",
    markdownRows(sections, {
      provider: ({ provider }) => provider,
      "clamped pairs": ({ clamped_cases: { clamped } }) => integer(clamped.count),
      share: ({ clamped_cases: { pairs, clamped } }) => (pairs === 0 ? MISSING : sharePercent(clamped.count / pairs, 2)),
      "raw chars median": ({ clamped_cases: { clamped } }) => median(clamped.raw_input_chars),
      "raw <=500": ({ clamped_cases: { clamped } }) => share(clamped.raw_input_char_buckets["<= 500"]),
      "append median": ({ clamped_cases: { clamped } }) => median(clamped.raw_append),
      "prev output median": ({ clamped_cases: { clamped } }) => median(clamped.previous_output_tokens),
      "deficit median": ({ clamped_cases: { clamped } }) => median(clamped.deficit_tokens),
    }),
    "## Long Current Inputs",
    markdownRows(
      sections.flatMap(({ provider, long_current_inputs }) => longInputs(long_current_inputs).map((row) => ({ provider, ...row }))),
      {
        provider: ({ provider }) => provider,
        condition: ({ condition }) => condition,
        rows: ({ input }) => integer(input.rows),
        "append median": ({ input }) => median(input.append_tokens),
        "append >= raw/4": ({ input }) => share(input.append_ge_raw_chars_div_4),
      },
    ),
    ...(claude_cache_detail ? claudeParts(claude_cache_detail) : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function claudeParts(detail: ClaudeCache): string[] {
  const { stats } = detail;
  const all = { pairs: stats.raw_pairs, ...detail };
  return [
    "## Claude Cache Creation",
    metrics([
      ["source", stats.source],
      ["cache rounds", integer(stats.raw_rounds)],
      ["cache adjacent pairs", integer(stats.raw_pairs)],
      // The next three count raw session files, which are not read here.
      ["readable files", integer(0)],
      ["skipped unreadable/missing", integer(0)],
      ["skipped permission/os error", integer(0)],
      ["skipped missing normalized fields", integer(stats.skipped_missing_normalized_cache_fields ?? 0)],
    ]),
    "### Prior Output Into Next Cache Write",
    markdownRows(Object.entries({ all, ...detail.by_start_event }), {
      "next start": ([event]) => event,
      pairs: ([, group]) => integer(group.pairs),
      "median create-prev output": ([, group]) => median(group.next_cache_creation_minus_previous_output),
      "create >= prev output": ([, group]) => share(group.next_cache_creation_ge_previous_output),
    }),
    "### Short Inputs Before/After Subtracting Prior Output",
    markdownRows(Object.entries(detail.short_current_inputs), {
      condition: ([condition]) => condition,
      pairs: ([, short]) => integer(short.pairs),
      "no subtract median": ([, short]) => median(short.no_subtract),
      "subtract median": ([, short]) => median(short.subtract_previous_output),
      "clamped subtract median": ([, short]) => median(short.subtract_previous_output_clamped),
      "negative share": ([, short]) => share(short.negative_after_subtract),
    }),
    "### Long Current Inputs And Cache Creation",
    markdownRows(longInputs(detail.long_current_inputs), {
      condition: ({ condition }) => condition,
      rounds: ({ input }) => integer(input.rounds),
      "cache_creation median": ({ input }) => median(input.cache_creation_input_tokens),
    }),
  ];
}

/** The four conditions on long inputs that the report shows. */
function longInputs<T>(inputs: {
  readonly tool_chars: Readonly<Record<50_000 | 100_000, T>>;
  readonly user_chars: Readonly<Record<10_000 | 50_000, T>>;
}) {
  return [
    { condition: "tool_chars>=50k", input: inputs.tool_chars[50_000] },
    { condition: "tool_chars>=100k", input: inputs.tool_chars[100_000] },
    { condition: "user_chars>=10k", input: inputs.user_chars[10_000] },
    { condition: "user_chars>=50k", input: inputs.user_chars[50_000] },
  ];
}

function metrics(rows: [metric: string, value: string][]): string {
  return markdownTable({ header: ["metric", "value"], rows });
}

const MISSING = "n/a";
/** Values from here on have no decimals. */
const WHOLE_FROM = 100;

function integer(value: number | undefined): string {
  return value === undefined ? MISSING : separated(value);
}

function median({ median: value }: Summary): string {
  return value === null ? MISSING : separated(value, Math.abs(value) >= WHOLE_FROM ? 0 : 2);
}

function share(fraction: Fraction | undefined): string {
  return fraction === undefined || fraction.fraction === null ? MISSING : sharePercent(fraction.fraction, 2);
}
