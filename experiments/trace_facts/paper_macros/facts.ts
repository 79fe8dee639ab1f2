/** The numbers behind the macros, before rounding. */
import type { QueryContext } from "../../../lib/experiment.ts";

const LONG_CALL_MS = 60_000;

/** Unrounded; null where the pool has nothing to compute it from. */
export interface Facts {
  readonly requests: number;
  readonly meanSteps: number | null;
  readonly meanToolCalls: number | null;
  readonly meanResponseMin: number | null;
  readonly p90ResponseMin: number | null;
  readonly medianPrefixTokens: number | null;
  readonly medianAppendTokens: number | null;
  readonly medianOutputTokens: number | null;
  /** Tokens per second. */
  readonly medianSpeed: number | null;
  readonly medianCodexSpeed: number | null;
  readonly medianCodexTtftS: number | null;
  readonly distinctTools: number;
  /** Shares of one: the three most used tools among a provider's calls; calls of a minute or more among calls, and their time. */
  readonly claudeTop3: number | null;
  readonly codexTop3: number | null;
  readonly longCallShare: number;
  readonly longTimeShare: number;
  readonly hitRate: number | null;
  readonly amplification: number | null;
  readonly appendTokens: number;
  readonly increaseTokens: number;
}

export async function readFacts(db: QueryContext): Promise<Facts> {
  const [requests, steps, tools] = await Promise.all([
    theRow<RequestRow>(db, "requests.sql"),
    theRow<StepRow>(db, "query.sql"),
    theRow<ToolRow>(db, "tools.sql", { long_ms: LONG_CALL_MS }),
  ]);
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
    longCallShare: ratio(tools.long_calls, tools.timed_calls) ?? 0,
    longTimeShare: ratio(tools.long_ms, tools.timed_ms) ?? 0,
    hitRate: ratio(steps.prefix_tokens, steps.prefix_tokens + steps.append_tokens),
    amplification: ratio(steps.append_tokens, steps.increase_tokens),
    appendTokens: steps.append_tokens,
    increaseTokens: steps.increase_tokens,
  };
}

interface RequestRow {
  readonly requests: number;
  readonly mean_steps: number | null;
  readonly mean_tool_calls: number | null;
  readonly mean_response_s: number | null;
  readonly p90_response_s: number | null;
}

interface StepRow {
  readonly median_prefix_tokens: number | null;
  readonly median_append_tokens: number | null;
  readonly median_output_tokens: number | null;
  readonly median_speed: number | null;
  readonly median_codex_speed: number | null;
  readonly median_codex_ttft_s: number | null;
  readonly prefix_tokens: number;
  readonly append_tokens: number;
  readonly increase_tokens: number;
}

interface ToolRow {
  readonly distinct_tools: number;
  readonly timed_calls: number;
  readonly long_calls: number;
  readonly timed_ms: number;
  readonly long_ms: number;
  readonly claude_calls: number;
  readonly codex_calls: number;
  readonly claude_top_calls: number;
  readonly codex_top_calls: number;
}

async function theRow<T>(db: QueryContext, query: string, params?: Record<string, number>): Promise<T> {
  const rows = await db.rows<T>(query, params);
  if (rows.length !== 1) throw new Error(`${query} gave ${rows.length} rows instead of one`);
  return rows[0] as T;
}

function minutes(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 60;
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}
