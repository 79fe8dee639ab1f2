/** From the pool to the analysis. */
import { type ColumnsOf, listOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { type CacheSteps, CLAUDE_CACHE, claudeCacheDetail, positiveOnly } from "./claude-cache.ts";
import { rowsWhere, typedArrays } from "./frame.ts";
import { replayPairs, STEPS } from "./replay.ts";
import { providerSections } from "./sections.ts";

const TRACE = query("trace.sql", { without_identity: "number", claude_source_files: listOf<string>() });

export const PROVIDERS = ["claude", "codex"] as const;
export type Provider = (typeof PROVIDERS)[number];

export type Measured = Awaited<ReturnType<typeof measure>>;
/** The published document. Counts of 0 are left out. */
export type Analysis = Measured["analysis"];

export async function measure(db: QueryContext) {
  const steps = await db.columns(STEPS);
  const cache = await db.columns(CLAUDE_CACHE);
  const [trace] = await db.rows(TRACE);
  const [claude, codex] = [replayOf("claude", steps), replayOf("codex", steps)];
  const cacheSteps = cacheStepsOf(cache);
  const withoutParts = claude.steps.count - cacheSteps.count;
  return {
    pairs: { claude: claude.pairs, codex: codex.pairs },
    /** Those whose output before is known. */
    outputPairs: { claude: claude.outputPairs, codex: codex.outputPairs },
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
      providers: { claude: providerSections(claude), codex: providerSections(codex) },
      // Left out if no step of Claude has all three parts of its input.
      ...(cacheSteps.count > 0 ? { claude_cache_detail: claudeCacheDetail(cacheSteps, cache.neighbor, withoutParts) } : {}),
    },
  };
}

function replayOf(provider: Provider, columns: ColumnsOf<typeof STEPS>) {
  const { provider: providers, first_event, neighbor, ...numbers } = columns;
  const all = { count: providers.length, first_event, numbers: typedArrays(numbers) };
  const steps = rowsWhere(all, (row) => providers[row] === provider);
  const neighbors = neighbor.filter((_, row) => providers[row] === provider);
  return {
    steps,
    pairs: replayPairs(steps, neighbors, ["adjacent", "unknown_output"]),
    outputPairs: replayPairs(steps, neighbors),
  };
}

function cacheStepsOf({ first_event, neighbor, ...numbers }: ColumnsOf<typeof CLAUDE_CACHE>): CacheSteps {
  return { count: neighbor.length, first_event, numbers: typedArrays(numbers) };
}
