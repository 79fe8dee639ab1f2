/** The numbers behind the macros, before rounding. */

import { type QueryContext, query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";

/** Each has one row. */
const REQUESTS = query("requests.sql", {
  requests: "number",
  mean_steps: "number?",
  mean_tool_calls: "number?",
  mean_response_s: "number?",
  p90_response_s: "number?",
});
const STEPS = query("query.sql", {
  median_prefix_tokens: "number?",
  median_append_tokens: "number?",
  median_output_tokens: "number?",
  median_speed: "number?",
  median_codex_speed: "number?",
  median_codex_ttft_s: "number?",
  prefix_tokens: "number",
  append_tokens: "number",
  increase_tokens: "number",
});
const TOOLS = query("tools.sql", {
  distinct_tools: "number",
  timed_calls: "number",
  long_calls: "number",
  timed_ms: "number",
  long_ms: "number",
  claude_calls: "number",
  codex_calls: "number",
  claude_top_calls: "number",
  codex_top_calls: "number",
});

const LONG_CALL_MS = 60_000;

/** Unrounded; null where the pool has nothing to compute it from. Speeds in tokens per second, shares of one. */
export type Facts = Readonly<Awaited<ReturnType<typeof readFacts>>>;

export async function readFacts(db: QueryContext) {
  const requests = at(await db.rows(REQUESTS), 0);
  const steps = at(await db.rows(STEPS), 0);
  const tools = at(await db.rows(TOOLS, { long_ms: LONG_CALL_MS }), 0);
  return {
    requests: requests.requests,
    meanSteps: requests.mean_steps,
    meanToolCalls: requests.mean_tool_calls,
    meanResponseMin: minutes(requests.mean_response_s),
    p90ResponseMin: minutes(requests.p90_response_s),
    medianPrefixTokens: steps.median_prefix_tokens,
    medianAppendTokens: steps.median_append_tokens,
    medianOutputTokens: steps.median_output_tokens,
    medianSpeed: steps.median_speed,
    medianCodexSpeed: steps.median_codex_speed,
    medianCodexTtftS: steps.median_codex_ttft_s,
    distinctTools: tools.distinct_tools,
    claudeTop3: ratio(tools.claude_top_calls, tools.claude_calls),
    codexTop3: ratio(tools.codex_top_calls, tools.codex_calls),
    longCallShare: ratio(tools.long_calls, tools.timed_calls),
    longTimeShare: ratio(tools.long_ms, tools.timed_ms),
    hitRate: ratio(steps.prefix_tokens, steps.prefix_tokens + steps.append_tokens),
    amplification: ratio(steps.append_tokens, steps.increase_tokens),
    appendTokens: steps.append_tokens,
    increaseTokens: steps.increase_tokens,
  };
}

function minutes(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 60;
}
