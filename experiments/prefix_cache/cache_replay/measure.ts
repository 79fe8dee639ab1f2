/** From the pool to the analysis. */
import { type ColumnsOf, listOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { type CacheSteps, type ClaudeCache, claudeCacheDetail, positiveOnly } from "./claude-cache.ts";
import { rowsWhere, typedArrays } from "./frame.ts";
import { type Pairs, replayPairs, type Steps } from "./replay.ts";
import { providerSections, type Section } from "./sections.ts";

export const STEPS = query("steps.sql", {
  provider: ["claude", "codex"],
  first_event: "text",
  neighbor: ["adjacent", "apart", "first"],
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
const CLAUDE_CACHE = query("claude_cache.sql", {
  first_event: "text",
  neighbor: ["adjacent", "apart", "first"],
  uncached_tokens: "number",
  creation_tokens: "number",
  read_tokens: "number",
  user_chars: "number",
  tool_chars: "number",
  raw_input_chars: "number",
  previous_input_tokens: "number",
  previous_output_tokens: "number",
});
const TRACE = query("trace.sql", { without_identity: "number", claude_source_files: listOf<string>() });

export const PROVIDERS = ["claude", "codex"] as const;
export type Provider = (typeof PROVIDERS)[number];

type TraceCount = "rows" | "pairs" | "skipped_non_adjacent_pair" | "skipped_missing_identity" | "claude_rows_with_normalized_cache_fields";

/** The published document. Counts of 0 are left out. */
export interface Analysis {
  readonly normalized_trace: {
    readonly stats: Readonly<Partial<Record<TraceCount, number>>>;
    readonly claude_source_files: readonly string[];
  };
  readonly providers: Readonly<Record<Provider, Section>>;
  /** Left out if no step of Claude has all three parts of its input. */
  readonly claude_cache_detail?: ClaudeCache;
}

export interface Measured {
  readonly analysis: Analysis;
  readonly pairs: Readonly<Record<Provider, Pairs>>;
}

export async function measure(db: QueryContext): Promise<Measured> {
  const steps = await db.columns(STEPS);
  const cache = await db.columns(CLAUDE_CACHE);
  const [trace] = await db.rows(TRACE);
  const [claude, codex] = [replayOf("claude", steps), replayOf("codex", steps)];
  const cacheSteps = cacheStepsOf(cache);
  const withoutParts = claude.steps.count - cacheSteps.count;
  return {
    pairs: { claude: claude.pairs, codex: codex.pairs },
    analysis: {
      normalized_trace: {
        stats: positiveOnly({
          rows: steps.provider.length,
          pairs: claude.pairs.count + codex.pairs.count,
          skipped_non_adjacent_pair: steps.neighbor.filter((neighbor) => neighbor === "apart").length,
          skipped_missing_identity: trace?.without_identity ?? 0,
          claude_rows_with_normalized_cache_fields: cacheSteps.count,
        }),
        claude_source_files: trace?.claude_source_files ?? [],
      },
      providers: { claude: providerSections(claude.steps, claude.pairs), codex: providerSections(codex.steps, codex.pairs) },
      ...(cacheSteps.count > 0 ? { claude_cache_detail: claudeCacheDetail(cacheSteps, cache.neighbor, withoutParts) } : {}),
    },
  };
}

function replayOf(provider: Provider, columns: ColumnsOf<typeof STEPS>): { readonly steps: Steps; readonly pairs: Pairs } {
  const { provider: providers, first_event, neighbor, ...numbers } = columns;
  const all = { count: providers.length, first_event, numbers: typedArrays(numbers) };
  const steps = rowsWhere(all, (row) => providers[row] === provider);
  const neighbors = neighbor.filter((_, row) => providers[row] === provider);
  return { steps, pairs: replayPairs(steps, neighbors) };
}

function cacheStepsOf({ first_event, neighbor, ...numbers }: ColumnsOf<typeof CLAUDE_CACHE>): CacheSteps {
  return { count: neighbor.length, first_event, numbers: typedArrays(numbers) };
}
