/** What the queries know of each scope, put together. */
import { type Distribution, noneOf, type Query, type QueryContext, query, type RowOf, type ValueColumn } from "../../../lib/experiment.ts";
import { known } from "../../../lib/stats/known.ts";
import { quantileNumpy } from "../../../lib/stats/quantile.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

const TOTALS = query("query.sql", {
  scope: "text",
  sessions: "number",
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
});
const USERS = query("users.sql", { scope: "text", user: "text" });
/** A row per step. */
const SPANS = query("spans.sql", { provider: "text?", generation_ms: "number?" });
/** A row per step and scope. */
const CHANGES = query("changes.sql", { scope: "text", trigger: ["user_message", "tool_result"], delta: "number", clipped: "number" });
/** A row per gap and scope. */
const WAITS = query("waits.sql", { scope: "text", wait_ms: "number" });
/** A row per call. */
const LATENCIES = query("latencies.sql", { provider: "text?", latency_ms: "number" });
const TOOLS = query("tools.sql", {
  scope: "text",
  calls: "number",
  calling_steps: "number",
  missing: "number",
  nonpositive: "number",
  reported: "number",
  measured: "number",
});
const NAMES = query("names.sql", { scope: "text", kind: ["provider", "model"], name: "text", steps: "number", first_round_pk: "number" });

/** Drops of the input up to this many tokens are jitter of the accounting. */
export const MICRO_MAX_TOKENS = 1_024;
/** Drops of at least this many tokens are resets of the context. */
export const MAJOR_MIN_TOKENS = 64_000;

export interface Growth extends Omit<RowOf<typeof GROWTHS>, "scope" | "trigger"> {
  readonly raw: Spread;
  readonly clipped: Spread;
}
type NamedSteps = Pick<RowOf<typeof NAMES>, "name" | "steps">;
/** Of some values; null without any. */
interface Spread extends Pick<Distribution, "n" | "sum"> {
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
}

/** Where the scope has no row, quantiles are null and the rest is 0. */
export interface ScopeFacts {
  readonly totals: RowOf<typeof TOTALS>;
  readonly users: number;
  readonly window: { readonly earliest: string | null; readonly latest: string | null };
  readonly generationMs: Spread;
  readonly userGrowth: Growth;
  readonly toolGrowth: Growth;
  readonly waitMs: Spread;
  readonly tools: Omit<RowOf<typeof TOOLS>, "scope">;
  readonly latencyMs: Spread;
  readonly providers: readonly NamedSteps[];
  readonly models: readonly NamedSteps[];
}

const QUANTILES = [0.1, 0.5, 0.9];

/** The whole pool, also when it is empty, and its providers by name. */
export async function readFacts(db: QueryContext): Promise<{ readonly merged: ScopeFacts; readonly providers: readonly ScopeFacts[] }> {
  const [totals, users, windows, generation, growths, changes, waits, tools, latencies, names] = await Promise.all([
    db.rows(TOTALS),
    db.rows(USERS),
    db.rows(WINDOWS),
    spreadsOf(db, SPANS, "generation_ms"),
    db.rows(GROWTHS, { micro_max_tokens: MICRO_MAX_TOKENS, major_min_tokens: MAJOR_MIN_TOKENS }),
    db.distributions(CHANGES, { by: ["scope", "trigger"], of: ["delta", "clipped"], quantiles: QUANTILES }),
    db.distributions(WAITS, { by: ["scope"], of: ["wait_ms"], quantiles: QUANTILES }),
    db.rows(TOOLS),
    spreadsOf(db, LATENCIES, "latency_ms"),
    db.rows(NAMES),
  ]);
  const [merged, ...providers] = totals.map((row): ScopeFacts => {
    const ofScope = ({ scope }: { readonly scope: string }) => scope === row.scope;
    const growthAfter = (trigger: "user_message" | "tool_result"): Growth => {
      const own = changes.filter(({ group }) => ofScope(group) && group.trigger === trigger);
      return {
        ...(growths.find((growth) => ofScope(growth) && growth.trigger === trigger) ?? noneOf(GROWTHS)),
        raw: spreadOf(own.find(({ column }) => column === "delta")),
        clipped: spreadOf(own.find(({ column }) => column === "clipped")),
      };
    };
    const named = names.filter(ofScope);
    return {
      totals: row,
      users: users.filter(ofScope).length,
      window: windows.find(ofScope) ?? { earliest: null, latest: null },
      generationMs: generation(row.scope),
      userGrowth: growthAfter("user_message"),
      toolGrowth: growthAfter("tool_result"),
      waitMs: spreadOf(waits.find(({ group }) => ofScope(group))),
      tools: tools.find(ofScope) ?? noneOf(TOOLS),
      latencyMs: latencies(row.scope),
      providers: named.filter(({ kind }) => kind === "provider"),
      models: named.filter(({ kind }) => kind === "model"),
    };
  });
  return { merged: known(merged), providers };
}

/** By scope. */
async function spreadsOf<R extends { readonly provider: string | null }, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  column: C,
): Promise<(scope: string) => Spread> {
  const [merged, providers] = await Promise.all([
    db.distributions(query, { by: [], of: [column], quantiles: QUANTILES }),
    db.distributions(query, { by: ["provider"], of: [column], quantiles: QUANTILES }),
  ]);
  return (scope) => spreadOf(scope === "merged" ? merged[0] : providers.find(({ group }) => group.provider === scope));
}

function spreadOf({ n, sum, ascending }: Pick<Distribution, "n" | "sum" | "ascending"> = NOTHING): Spread {
  const quantile = (q: number) => quantileNumpy(ascending, q);
  return { n, sum, p10: quantile(0.1), p50: quantile(0.5), p90: quantile(0.9) };
}
