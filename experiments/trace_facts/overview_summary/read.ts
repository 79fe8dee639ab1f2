/** What the queries know of each scope, put together. */
import { noneOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";

const TOTALS = query("query.sql", {
  scope: "text",
  sessions: "number",
  users: "number",
  steps: "number",
  user_message_steps: "number",
  tool_result_steps: "number",
  append_tokens: "number",
  prefix_tokens: "number",
  user_steps: "number",
  user_total: "number",
  user_append: "number",
  tool_steps: "number",
  tool_total: "number",
  tool_append: "number",
  output_steps: "number",
  output_tokens: "number",
  reasoning_tokens: "number",
  reasoning_steps: "number",
  exact_reasoning_steps: "number",
  generated_steps: "number",
  generation_ms: "number",
  generation_p50_ms: "number?",
  generation_p90_ms: "number?",
  speed_steps: "number",
  speed_tokens: "number",
  speed_ms: "number",
  to_reasoning_steps: "number",
  to_reasoning_ms: "number",
  ttft_steps: "number",
  ttft_ms: "number",
  ttft_reasoning_tokens: "number",
  timed_message_steps: "number",
  decode_steps: "number",
  decode_tokens: "number",
  decode_ms: "number",
  decode_latency_s: "number?",
});
const WINDOWS = query("window.sql", { scope: "text", earliest: "text", latest: "text" });
const GROWTHS = query("growth.sql", {
  scope: "text",
  trigger: ["user_message", "tool_result"],
  steps: "number",
  positive: "number",
  zero: "number",
  negative: "number",
  micro: "number",
  ordinary: "number",
  major: "number",
  increase_tokens: "number",
  raw_tokens: "number",
  reduction_tokens: "number",
  max_reduction_tokens: "number",
  raw_p10: "number?",
  raw_p50: "number?",
  raw_p90: "number?",
  clipped_p50: "number?",
  clipped_p90: "number?",
});
const WAITS = query("waits.sql", { scope: "text", waits: "number", wait_ms: "number", wait_p50_ms: "number?", wait_p90_ms: "number?" });
const TOOLS = query("tools.sql", {
  scope: "text",
  calls: "number",
  calling_steps: "number",
  missing: "number",
  nonpositive: "number",
  reported: "number",
  measured: "number",
  latency_ms: "number",
  latency_p50_ms: "number?",
  latency_p90_ms: "number?",
});
const NAMES = query("names.sql", { scope: "text", kind: ["provider", "model"], name: "text", steps: "number" });

/** Drops of the input up to this many tokens are jitter of the accounting. */
export const MICRO_MAX_TOKENS = 1_024;
/** Drops of at least this many tokens are resets of the context. */
export const MAJOR_MIN_TOKENS = 64_000;

export type Growth = Omit<RowOf<typeof GROWTHS>, "scope" | "trigger">;
type NamedSteps = Pick<RowOf<typeof NAMES>, "name" | "steps">;

export interface ScopeFacts {
  readonly totals: RowOf<typeof TOTALS>;
  readonly window: { readonly earliest: string | null; readonly latest: string | null };
  readonly userGrowth: Growth;
  readonly toolGrowth: Growth;
  /** Where the scope has no row, quantiles are null and the rest is 0. So it is with the growth. */
  readonly waits: Omit<RowOf<typeof WAITS>, "scope">;
  readonly tools: Omit<RowOf<typeof TOOLS>, "scope">;
  readonly providers: readonly NamedSteps[];
  readonly models: readonly NamedSteps[];
}

/** The whole pool, also when it is empty, and its providers by name. */
export async function readFacts(db: QueryContext): Promise<{ readonly merged: ScopeFacts; readonly providers: readonly ScopeFacts[] }> {
  const [totals, windows, growths, waits, tools, names] = await Promise.all([
    db.rows(TOTALS),
    db.rows(WINDOWS),
    db.rows(GROWTHS, { micro_max_tokens: MICRO_MAX_TOKENS, major_min_tokens: MAJOR_MIN_TOKENS }),
    db.rows(WAITS),
    db.rows(TOOLS),
    db.rows(NAMES),
  ]);
  const [merged, ...providers] = totals.map((row): ScopeFacts => {
    const ofScope = ({ scope }: { readonly scope: string }) => scope === row.scope;
    const growth = growths.filter(ofScope);
    const named = names.filter(ofScope);
    return {
      totals: row,
      window: windows.find(ofScope) ?? { earliest: null, latest: null },
      userGrowth: growth.find(({ trigger }) => trigger === "user_message") ?? noneOf(GROWTHS),
      toolGrowth: growth.find(({ trigger }) => trigger === "tool_result") ?? noneOf(GROWTHS),
      waits: waits.find(ofScope) ?? noneOf(WAITS),
      tools: tools.find(ofScope) ?? noneOf(TOOLS),
      providers: named.filter(({ kind }) => kind === "provider"),
      models: named.filter(({ kind }) => kind === "model"),
    };
  });
  return { merged: known(merged), providers };
}
