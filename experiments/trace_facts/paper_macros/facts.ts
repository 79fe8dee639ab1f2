/** The numbers behind the macros, before rounding. */

import {
  type Distribution,
  type DistributionRequest,
  type Query,
  type QueryContext,
  query,
  type RowOf,
  type ValueColumn,
} from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { median, quantileNumpy } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

/** A row per request. */
const REQUESTS = query("requests.sql", { steps: "number", tool_calls: "number", response_us: "number" });
/** A row per step. */
const STEPS = query("query.sql", {
  prefix_tokens: "number?",
  append_tokens: "number?",
  output_tokens: "number?",
  speed: "number?",
  codex_speed: "number?",
  codex_ttft_s: "number?",
});
const GROWTH = query("growth.sql", { increase_tokens: "number" });
const TOOLS = query("tools.sql", {
  provider: "text?",
  tool_name: "text?",
  calls: "number",
  timed_calls: "number",
  long_calls: "number",
  timed_ms: "number",
  long_ms: "number",
});
type Tool = RowOf<typeof TOOLS>;

const LONG_CALL_MS = 60_000;
const US_PER_S = 1e6;

/** Unrounded; null where the pool has nothing to compute it from. Speeds in tokens per second, shares of one. */
export type Facts = Readonly<Awaited<ReturnType<typeof readFacts>>>;

export async function readFacts(db: QueryContext) {
  const [requests, steps, growth, tools] = await Promise.all([
    statisticsOf(db, REQUESTS, { of: ["steps", "tool_calls", "response_us"], quantiles: [0.9] }),
    statisticsOf(db, STEPS, {
      of: ["prefix_tokens", "append_tokens", "output_tokens", "speed", "codex_speed", "codex_ttft_s"],
      quantiles: [0.5],
    }),
    db.rows(GROWTH),
    db.rows(TOOLS, { long_ms: LONG_CALL_MS }),
  ]);
  const response = requests("response_us");
  const prefixTokens = steps("prefix_tokens").sum;
  const appendTokens = steps("append_tokens").sum;
  const increaseTokens = at(growth, 0).increase_tokens;
  const calls = sumsOf(tools, ["timed_calls", "long_calls", "timed_ms", "long_ms"]);
  return {
    requests: response.n,
    meanSteps: ratio(requests("steps").sum, response.n),
    meanToolCalls: ratio(requests("tool_calls").sum, response.n),
    meanResponseMin: minutes(ratio(response.sum / US_PER_S, response.n)),
    p90ResponseMin: minutes(quantileNumpy(response.ascending, 0.9), US_PER_S),
    medianPrefixTokens: median(steps("prefix_tokens").ascending),
    medianAppendTokens: median(steps("append_tokens").ascending),
    medianOutputTokens: median(steps("output_tokens").ascending),
    medianSpeed: median(steps("speed").ascending),
    medianCodexSpeed: median(steps("codex_speed").ascending),
    medianCodexTtftS: median(steps("codex_ttft_s").ascending),
    distinctTools: new Set(tools.flatMap(({ tool_name }) => tool_name ?? [])).size,
    claudeTop3: shareOfTop3(tools, "claude"),
    codexTop3: shareOfTop3(tools, "codex"),
    longCallShare: ratio(calls.long_calls, calls.timed_calls),
    longTimeShare: ratio(calls.long_ms, calls.timed_ms),
    hitRate: ratio(prefixTokens, prefixTokens + appendTokens),
    amplification: ratio(appendTokens, increaseTokens),
    appendTokens,
    increaseTokens,
  };
}

/** Statistics of each column over all rows of a query. */
async function statisticsOf<R, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  request: Omit<DistributionRequest<never, C>, "by">,
): Promise<(column: C) => Pick<Distribution, "n" | "sum" | "ascending">> {
  const found = await db.distributions(query, { ...request, by: [] });
  return (column) => found.find((distribution) => distribution.column === column) ?? NOTHING;
}

function shareOfTop3(tools: readonly Tool[], provider: string): number | null {
  const own = tools.filter((tool) => tool.provider === provider);
  const named = own.filter(({ tool_name }) => tool_name !== null).map(({ calls }) => calls);
  const top = named.sort((a, b) => b - a).slice(0, 3);
  return ratio(
    sumOf(top, (calls) => calls),
    sumOf(own, ({ calls }) => calls),
  );
}

function minutes(time: number | null, perSecond = 1): number | null {
  return time === null ? null : time / perSecond / 60;
}
