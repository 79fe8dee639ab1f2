/** Timelines of sessions from what matters to a test. */
import type { Timeline, TimelineCall, TimelineStep } from "../trace/timeline.ts";

const NO_COST = { sessions: 0, pricedSteps: 0, usd: 0, usdMost: 0, prices: null };

const STEP: TimelineStep = {
  startS: null,
  prefixTokens: 0,
  appendTokens: 0,
  outputTokens: 0,
  reasoningTokens: null,
  generationStartS: null,
  generationS: null,
  user: false,
  request: 1,
  activity: "answer",
  waitStartS: null,
  waitS: null,
  compaction: null,
  costUsd: null,
  callCount: 0,
  calls: [],
};

/** A session of these steps, without times unless `more` says so. */
export function timelineOf(steps: readonly Partial<TimelineStep>[], more: Partial<Timeline> = {}): Timeline {
  return {
    name: "claude-0123456789",
    sessionId: "claude:1",
    provider: "claude",
    model: "m",
    stepCount: steps.length,
    start: null,
    durationS: null,
    cost: NO_COST,
    helpers: NO_COST,
    windowTokens: null,
    windowBasis: null,
    gaps: [],
    helperSpans: [],
    steps: steps.map((step) => ({ ...STEP, callCount: step.calls?.length ?? 0, ...step })),
    ...more,
  };
}

/** A call that ran from one second to another. */
export function timelineCall(from: number, to: number, more: Partial<TimelineCall> = {}): TimelineCall {
  const seconds = to - from;
  return { tool: "x", activity: "run", startS: from, durationS: seconds, wallS: seconds, waitS: null, failed: false, retry: null, ...more };
}
