/** The main numbers of the analysis as Markdown tables. */
import { markdownTable } from "../../../lib/format/markdown.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import type { ClaudeCache } from "./claude-cache.ts";
import { type Analysis, PROVIDERS, type Provider } from "./measure.ts";
import type { Section } from "./sections.ts";
import type { Fraction, Summary } from "./statistics.ts";

/** One heading per section; the last one only if Claude's cache is known. */
export function reportOf({ normalized_trace, providers, claude_cache_detail }: Analysis): string {
  const { stats } = normalized_trace;
  const each = (cells: (section: Section, provider: Provider) => string[]) =>
    PROVIDERS.map((provider) => [provider, ...cells(providers[provider], provider)]);
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
    table(
      ["provider", "pairs", "median abs err", "within 8 tok", "within 1%", "median err if add output", "within 8 if add output"],
      each(({ prefix_relationship: prefix }) => [
        integer(prefix.pairs),
        median(prefix.absolute_error),
        share(prefix.within_absolute[8]),
        share(prefix.within_relative["1pct"]),
        median(prefix.with_prior_output_added_error),
        share(prefix.with_prior_output_added_within_absolute_8),
      ]),
    ),
    "## Adjusted Append",
    table(
      [
        "provider",
        "raw append median",
        "adjusted append median",
        "prev output median",
        "adjusted zero",
        "signed negative",
        "append >= prev output",
        "append >= prev visible",
      ],
      each(({ adjusted_append: append }) => [
        median(append.raw_append),
        median(append.adjusted_append),
        median(append.previous_output_tokens),
        share(append.adjusted_zero),
        share(append.signed_negative),
        share(append.next_append_ge_previous_output),
        share(append.next_append_ge_previous_visible_output),
      ]),
    ),
    "## Clamped Cases",
    table(
      ["provider", "clamped pairs", "share", "raw chars median", "raw <=500", "append median", "prev output median", "deficit median"],
      each(({ clamped_cases: { pairs, clamped } }) => [
        integer(clamped.count),
        pairs === 0 ? MISSING : percent(clamped.count / pairs, 2),
        median(clamped.raw_input_chars),
        share(clamped.raw_input_char_buckets["<= 500"]),
        median(clamped.raw_append),
        median(clamped.previous_output_tokens),
        median(clamped.deficit_tokens),
      ]),
    ),
    "## Long Current Inputs",
    table(
      ["provider", "condition", "rows", "append median", "append >= raw/4"],
      PROVIDERS.flatMap((provider) =>
        longInputs(providers[provider].long_current_inputs).map(([condition, input]) => [
          provider,
          condition,
          integer(input.rows),
          median(input.append_tokens),
          share(input.append_ge_raw_chars_div_4),
        ]),
      ),
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
    table(
      ["next start", "pairs", "median create-prev output", "create >= prev output"],
      Object.entries({ all, ...detail.by_start_event }).map(([event, group]) => [
        event,
        integer(group.pairs),
        median(group.next_cache_creation_minus_previous_output),
        share(group.next_cache_creation_ge_previous_output),
      ]),
    ),
    "### Short Inputs Before/After Subtracting Prior Output",
    table(
      ["condition", "pairs", "no subtract median", "subtract median", "clamped subtract median", "negative share"],
      Object.entries(detail.short_current_inputs).map(([condition, short]) => [
        condition,
        integer(short.pairs),
        median(short.no_subtract),
        median(short.subtract_previous_output),
        median(short.subtract_previous_output_clamped),
        share(short.negative_after_subtract),
      ]),
    ),
    "### Long Current Inputs And Cache Creation",
    table(
      ["condition", "rounds", "cache_creation median"],
      longInputs(detail.long_current_inputs).map(([condition, input]) => [
        condition,
        integer(input.rounds),
        median(input.cache_creation_input_tokens),
      ]),
    ),
  ];
}

/** The four conditions on long inputs that the report shows. */
function longInputs<T>(inputs: {
  readonly tool_chars: Readonly<Record<50_000 | 100_000, T>>;
  readonly user_chars: Readonly<Record<10_000 | 50_000, T>>;
}): [condition: string, input: T][] {
  return [
    ["tool_chars>=50k", inputs.tool_chars[50_000]],
    ["tool_chars>=100k", inputs.tool_chars[100_000]],
    ["user_chars>=10k", inputs.user_chars[10_000]],
    ["user_chars>=50k", inputs.user_chars[50_000]],
  ];
}

function metrics(rows: [metric: string, value: string][]): string {
  return table(["metric", "value"], rows);
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return markdownTable({ header, rows });
}

const MISSING = "n/a";
/** Values from here on have no decimals. */
const WHOLE_FROM = 100;

function integer(value: number | undefined): string {
  return value === undefined ? MISSING : grouped(value);
}

function median({ median: value }: Summary): string {
  return value === null ? MISSING : grouped(value, Math.abs(value) >= WHOLE_FROM ? 0 : 2);
}

function share(fraction: Fraction | undefined): string {
  return fraction === undefined || fraction.fraction === null ? MISSING : percent(fraction.fraction, 2);
}
