/** From the pool to the analysis. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { type CacheSteps, type ClaudeCache, claudeCacheDetail, positiveOnly } from "./claude-cache.ts";
import { rowsWhere } from "./frame.ts";
import { type Neighbour, type Pairs, replayPairs, type Steps } from "./replay.ts";
import { providerSections, type Section } from "./sections.ts";

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
  /** Left out when no step of Claude has all three parts of its input. */
  readonly claude_cache_detail?: ClaudeCache;
}

export interface Measured {
  readonly analysis: Analysis;
  readonly pairs: Readonly<Record<Provider, Pairs>>;
}

export async function measure(db: QueryContext): Promise<Measured> {
  const steps = await readFrame<keyof Steps["numbers"], "provider">(db, "steps.sql");
  const claude = await readFrame<keyof CacheSteps["numbers"], never>(db, "claude_cache.sql");
  const [trace] = await db.rows<{ without_identity: number; claude_source_files: string[] }>("trace.sql");
  const byProvider = Object.fromEntries(PROVIDERS.map((provider) => [provider, ofProvider(provider, steps)])) as Record<Provider, Replayed>;
  const withoutParts = byProvider.claude.steps.count - claude.count;
  const pairs = { claude: byProvider.claude.pairs, codex: byProvider.codex.pairs };
  return {
    pairs,
    analysis: {
      normalized_trace: {
        stats: positiveOnly({
          rows: steps.count,
          pairs: pairs.claude.count + pairs.codex.count,
          skipped_non_adjacent_pair: steps.neighbour.filter((neighbour) => neighbour === "apart").length,
          skipped_missing_identity: trace?.without_identity ?? 0,
          claude_rows_with_normalized_cache_fields: claude.count,
        }),
        claude_source_files: trace?.claude_source_files ?? [],
      },
      providers: { claude: sectionsOf(byProvider.claude), codex: sectionsOf(byProvider.codex) },
      ...(claude.count > 0 ? { claude_cache_detail: claudeCacheDetail(claude, claude.neighbour, withoutParts) } : {}),
    },
  };
}

interface Replayed {
  readonly steps: Steps;
  readonly pairs: Pairs;
}

function ofProvider(provider: Provider, frame: Steps & { provider: readonly string[]; neighbour: readonly Neighbour[] }): Replayed {
  const steps = rowsWhere(frame, (row) => frame.provider[row] === provider);
  const neighbours = frame.neighbour.filter((_, row) => frame.provider[row] === provider);
  return { steps, pairs: replayPairs(steps, neighbours) };
}

function sectionsOf({ steps, pairs }: Replayed): Section {
  return providerSections(steps, pairs);
}

type TextColumn = "first_event" | "neighbour" | "provider";
type FrameOf<Name extends string, Text extends string> = {
  readonly count: number;
  readonly numbers: Readonly<Record<Name, Float64Array>>;
  readonly first_event: readonly string[];
  readonly neighbour: readonly Neighbour[];
} & Readonly<Record<Text, readonly string[]>>;

/** Columns of a query as a frame: its texts as they are, its numbers in typed arrays, user and tool characters also added up. */
async function readFrame<Name extends string, Text extends TextColumn>(db: QueryContext, query: string): Promise<FrameOf<Name, Text>> {
  const columns = await db.columns<Record<string, string[] | number[]>>(query);
  const texts = ["first_event", "neighbour", "provider"].filter((name) => name in columns);
  const numbers = Object.entries(columns).filter(([name]) => !texts.includes(name));
  const typed = Object.fromEntries(numbers.map(([name, values]) => [name, Float64Array.from(values as number[])]));
  const { user_chars = new Float64Array(), tool_chars = new Float64Array() } = typed;
  return {
    count: columns.neighbour?.length ?? 0,
    ...Object.fromEntries(texts.map((name) => [name, columns[name]])),
    numbers: { ...typed, raw_input_chars: user_chars.map((chars, i) => chars + (tool_chars[i] as number)) },
  } as unknown as FrameOf<Name, Text>;
}
