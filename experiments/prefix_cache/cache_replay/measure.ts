/** From the pool to the analysis. */
import { listOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { cacheStepsOf, claudeCacheDetail, positiveOnly, readClaudeCache } from "./claude-cache.ts";
import { readReplay } from "./replay.ts";
import { providerSections } from "./sections.ts";

const TRACE = query("trace.sql", { without_identity: "number", claude_source_files: listOf<string>() });

export const PROVIDERS = ["claude", "codex"] as const;

export type Measured = Awaited<ReturnType<typeof measure>>;
/** The published document. Counts of 0 are left out. */
export type Analysis = Measured["analysis"];

export async function measure(db: QueryContext) {
  const [replay, cache, [trace]] = await Promise.all([readReplay(db), readClaudeCache(db), db.rows(TRACE)]);
  const { counts } = replay;
  const cacheSteps = cacheStepsOf(cache);
  const claudeSteps = sumOf(counts, ({ provider, steps }) => (provider === "claude" ? steps : 0));
  return {
    replay,
    analysis: {
      normalized_trace: {
        stats: positiveOnly({
          rows: sumOf(counts, ({ steps }) => steps),
          pairs: sumOf(counts, ({ pairs }) => pairs),
          skipped_non_adjacent_pair: sumOf(counts, ({ apart }) => apart),
          skipped_missing_identity: trace?.without_identity ?? 0,
          claude_rows_with_normalized_cache_fields: cacheSteps,
        }),
        claude_source_files: trace?.claude_source_files ?? [],
      },
      providers: { claude: providerSections("claude", replay), codex: providerSections("codex", replay) },
      // Left out if no step of Claude has all three parts of its input.
      ...(cacheSteps > 0 ? { claude_cache_detail: claudeCacheDetail(cache, claudeSteps - cacheSteps) } : {}),
    },
  };
}
