/** The context of a session for programs. Names of fields don't change; docs/context.md lists them. */
import { ratio } from "../../stats/ratio.ts";
import { sumOf } from "../../stats/sum.ts";
import { adviceOf } from "./advice.ts";
import { addedBy, type ContextSummary } from "./summary.ts";
import type { ContextOptions } from "./view.ts";

/** What `--json` prints. */
export function contextJson(summary: ContextSummary, { top, accounting }: ContextOptions) {
  const { session, peak, window, end, sources, tools, additions, pieces, resets } = summary;
  const { sessionId, provider, about, charsPerToken, pairs, microCompactions, microFreedTokens, steps } = session;
  const tokens = sumOf(sources, (source) => source.tokens);
  const costShare = (usd: number | null) => (usd === null || summary.inputUsd === null ? null : ratio(usd, summary.inputUsd));
  const times = steps.flatMap(({ first_us, last_us }) => [first_us, last_us]).filter((us) => us !== null);
  const iso = (us: number | undefined) => (us === undefined ? null : new Date(us / 1000).toISOString());
  const ordered = times.toSorted((a, b) => a - b);
  return {
    accounting,
    sessionId,
    title: about?.title ?? null,
    project: about?.project ?? null,
    agentType: about?.agent_type ?? null,
    parentSessionId: about?.parent_session_id ?? null,
    provider,
    modelsUsed: [...new Set(steps.map(({ model }) => model))],
    firstActivity: iso(ordered[0]),
    lastActivity: iso(ordered.at(-1)),
    steps: steps.length,
    unpricedSteps: summary.unpricedSteps,
    inputUSD: summary.inputUsd,
    oneReadUSD: summary.oneReadUsd,
    windowTokens: window?.tokens ?? null,
    windowBasis: window?.basis ?? null,
    peakTokens: peak.context_tokens,
    peakStep: peak.step,
    endTokens: end.context_tokens,
    charsPerToken,
    charsPerTokenPairs: pairs,
    clippedSteps: steps.filter((step) => step.clipped).length,
    microCompactions,
    microFreedTokens,
    replayedSteps: steps.filter((step) => step.is_replayed).length,
    sources: sources.map((source) => ({
      source: source.source,
      tokens: rounded(source.tokens),
      tokenShare: ratio(source.tokens, tokens),
      costUSD: source.usd,
      costShare: costShare(source.usd),
      steps: source.steps,
      peakTokens: rounded(source.peakTokens),
      endTokens: rounded(source.endTokens),
    })),
    tools: tools.map((tool) => ({
      tool: tool.tool,
      results: tool.results,
      tokens: rounded(tool.tokens),
      costUSD: tool.usd,
      costShare: costShare(tool.usd),
    })),
    additions: additions.slice(0, top).map(({ step, usd, leftAt, target }) => ({
      step: step.step,
      request: step.request_no,
      addedTokens: addedBy(step),
      contextTokens: step.context_tokens,
      driver: step.driver,
      driverTool: step.driver_tool,
      driverTokens: rounded(step.driver_tokens),
      target,
      clipped: step.clipped,
      costUSD: usd,
      laterSteps: step.ride_steps,
      leftAtStep: leftAt,
    })),
    results: pieces.slice(0, top).map(({ result, usd, leftAt }) => ({
      step: result.step,
      tool: result.tool,
      isError: result.is_error,
      verb: result.verb,
      target: result.target,
      tokens: rounded(result.carried_tokens),
      offeredTokens: rounded(result.offered_tokens),
      costUSD: usd,
      laterSteps: result.ride_steps,
      leftAtStep: leftAt,
    })),
    resets: resets.map((step) => ({ step: step.step, freedTokens: step.freed_tokens, contextTokens: step.context_tokens })),
    advice: adviceOf(summary),
  };
}

function rounded(tokens: number): number {
  return Math.round(tokens * 1e3) / 1e3;
}
