/** What the queries know of each scope, put together. */
import type { QueryContext } from "../../../lib/experiment.ts";

/** Drops of the input up to this many tokens are jitter of the accounting. */
export const MICRO_MAX_TOKENS = 1_024;
/** Drops from this many tokens on are resets of the context. */
export const MAJOR_MIN_TOKENS = 64_000;

/** A row of `query.sql`; its columns are described there. */
export interface ScopeTotals {
  readonly scope: string;
  readonly sessions: number;
  readonly users: number;
  readonly steps: number;
  readonly user_message_steps: number;
  readonly tool_result_steps: number;
  readonly append_tokens: number;
  readonly prefix_tokens: number;
  readonly user_steps: number;
  readonly user_total: number;
  readonly user_append: number;
  readonly tool_steps: number;
  readonly tool_total: number;
  readonly tool_append: number;
  readonly output_tokens: number;
  readonly reasoning_tokens: number;
  readonly reasoning_steps: number;
  readonly exact_reasoning_steps: number;
  readonly generated_steps: number;
  readonly generation_ms: number;
  readonly generation_p50_ms: number | null;
  readonly generation_p90_ms: number | null;
  readonly speed_steps: number;
  readonly speed_tokens: number;
  readonly speed_ms: number;
  readonly to_reasoning_steps: number;
  readonly to_reasoning_ms: number;
  readonly ttft_steps: number;
  readonly ttft_ms: number;
  readonly ttft_reasoning_tokens: number;
  readonly timed_message_steps: number;
  readonly decode_steps: number;
  readonly decode_tokens: number;
  readonly decode_ms: number;
  readonly decode_latency_s: number | null;
}

/** Counts, sums and quantiles of `growth.sql` for one scope and trigger. */
export interface Growth {
  readonly steps: number;
  readonly positive: number;
  readonly zero: number;
  readonly negative: number;
  readonly micro: number;
  readonly ordinary: number;
  readonly major: number;
  readonly increase_tokens: number;
  readonly raw_tokens: number;
  readonly reduction_tokens: number;
  readonly max_reduction_tokens: number;
  readonly raw_p10: number | null;
  readonly raw_p50: number | null;
  readonly raw_p90: number | null;
  readonly clipped_p50: number | null;
  readonly clipped_p90: number | null;
}

/** Columns of `waits.sql`. */
interface Waits {
  readonly waits: number;
  readonly wait_ms: number;
  readonly wait_p50_ms: number | null;
  readonly wait_p90_ms: number | null;
}

/** Columns of `tools.sql`. */
interface Tools {
  readonly calls: number;
  readonly calling_steps: number;
  readonly missing: number;
  readonly nonpositive: number;
  readonly reported: number;
  readonly measured: number;
  readonly latency_ms: number;
  readonly latency_p50_ms: number | null;
  readonly latency_p90_ms: number | null;
}

interface NamedCount {
  readonly name: string;
  readonly steps: number;
}

export interface ScopeFacts {
  readonly totals: ScopeTotals;
  readonly window: { readonly earliest: string | null; readonly latest: string | null };
  readonly userGrowth: Growth;
  readonly toolGrowth: Growth;
  readonly waits: Waits;
  readonly tools: Tools;
  readonly providers: readonly NamedCount[];
  readonly models: readonly NamedCount[];
}

const NO_GROWTH: Growth = {
  steps: 0,
  positive: 0,
  zero: 0,
  negative: 0,
  micro: 0,
  ordinary: 0,
  major: 0,
  increase_tokens: 0,
  raw_tokens: 0,
  reduction_tokens: 0,
  max_reduction_tokens: 0,
  raw_p10: null,
  raw_p50: null,
  raw_p90: null,
  clipped_p50: null,
  clipped_p90: null,
};
const NO_WAITS: Waits = { waits: 0, wait_ms: 0, wait_p50_ms: null, wait_p90_ms: null };
const NO_TOOLS: Tools = {
  calls: 0,
  calling_steps: 0,
  missing: 0,
  nonpositive: 0,
  reported: 0,
  measured: 0,
  latency_ms: 0,
  latency_p50_ms: null,
  latency_p90_ms: null,
};
const NO_WINDOW = { earliest: null, latest: null };

/** The whole pool first, also when it is empty, then its providers by name. */
export async function readFacts(db: QueryContext): Promise<[ScopeFacts, ...ScopeFacts[]]> {
  const [totals, windows, growths, waits, tools, names] = await Promise.all([
    db.rows<ScopeTotals>("query.sql"),
    db.rows<ScopeFacts["window"] & InScope>("window.sql"),
    db.rows<Growth & InScope & { trigger: string }>("growth.sql", {
      micro_max_tokens: MICRO_MAX_TOKENS,
      major_min_tokens: MAJOR_MIN_TOKENS,
    }),
    db.rows<Waits & InScope>("waits.sql"),
    db.rows<Tools & InScope>("tools.sql"),
    db.rows<NamedCount & InScope & { kind: "provider" | "model" }>("names.sql"),
  ]);
  const facts = totals.map((row): ScopeFacts => {
    const growthAfter = (trigger: string) => growths.find((growth) => growth.scope === row.scope && growth.trigger === trigger);
    const named = (kind: string) => names.filter((entry) => entry.scope === row.scope && entry.kind === kind);
    return {
      totals: row,
      window: rowOf(row.scope, windows) ?? NO_WINDOW,
      userGrowth: growthAfter("user_message") ?? NO_GROWTH,
      toolGrowth: growthAfter("tool_result") ?? NO_GROWTH,
      waits: rowOf(row.scope, waits) ?? NO_WAITS,
      tools: rowOf(row.scope, tools) ?? NO_TOOLS,
      providers: named("provider"),
      models: named("model"),
    };
  });
  return facts as [ScopeFacts, ...ScopeFacts[]];
}

interface InScope {
  readonly scope: string;
}

function rowOf<R extends InScope>(scope: string, rows: readonly R[]): R | undefined {
  return rows.find((row) => row.scope === scope);
}
