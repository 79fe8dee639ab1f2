/** What is known of a session without its steps. */
import { finalCounts } from "../../../format/counts.ts";
import { sumOf } from "../../../stats/sum.ts";
import { activeAxis } from "../../../trace/active-axis.ts";
import type { Source } from "../../../trace/context.ts";
import { STEP_ACTIVITIES, type StepActivity } from "../../../trace/step-activities.ts";
import type { Timeline, TimelineStep } from "../../../trace/timeline.ts";

export interface SessionFacts
  extends Pick<Timeline, "name" | "sessionId" | "provider" | "model" | "stepCount" | "start" | "durationS" | "cost" | "helpers"> {
  /** Its own name in a private pool, a label in others; null when unknown. */
  readonly project: string | null;
  /** Of a private pool only. */
  readonly title: string | null;
  readonly isHelper: boolean;
  /** Of these steps its timeline has times, tokens and calls; what follows is about them. */
  readonly shownSteps: number;
  /** Seconds without long idle gaps, and how many gaps are left out; null without times. */
  readonly active: { readonly seconds: number; readonly gaps: number } | null;
  readonly activities: readonly StepActivity[];
  /** Tokens. */
  readonly input: number;
  readonly prefix: number;
  /** Of final counts; null without any. */
  readonly output: number | null;
  /** `final counts of 3 of 9 steps`; null where all are final. */
  readonly outputCounts: string | null;
  readonly calls: number;
  readonly failed: number;
  /** Steps with a user message. */
  readonly users: number;
  readonly compactions: number;
  /** Tokens that its context grew by, allocated by source as in the relation `context_parts`; empty when that is not known. */
  readonly grown: readonly { readonly source: Source; readonly tokens: number }[];
}

export function factsOf(timeline: Timeline): SessionFacts {
  const { name, sessionId, provider, model, stepCount, start, durationS, cost, helpers, steps, gaps } = timeline;
  const axis = durationS === null ? null : activeAxis(0, durationS, gaps);
  const done = new Set(steps.map(({ activity }) => activity));
  const known = steps.filter(({ outputTokens }) => outputTokens !== null);
  const sum = (count: (step: TimelineStep) => number) => sumOf(steps, count);
  return {
    ...{ name, sessionId, provider, model, stepCount, start, durationS, cost, helpers },
    project: null,
    title: null,
    isHelper: false,
    shownSteps: steps.length,
    active: axis && { seconds: axis.lengthS, gaps: axis.gaps.length },
    activities: STEP_ACTIVITIES.filter((activity) => done.has(activity)),
    input: sum((step) => step.prefixTokens + step.appendTokens),
    prefix: sum((step) => step.prefixTokens),
    output: known.length > 0 ? sumOf(known, ({ outputTokens }) => outputTokens ?? 0) : null,
    outputCounts: finalCounts(known.length, steps.length),
    calls: sum((step) => step.callCount),
    failed: sum((step) => step.calls.filter(({ failed }) => failed).length),
    users: sum((step) => Number(step.user)),
    compactions: sum((step) => Number(step.compaction !== null)),
    grown: [],
  };
}
