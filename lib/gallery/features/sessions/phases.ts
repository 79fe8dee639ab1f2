/** The phases of requests: runs of steps that do the same, as in the relation `request_phases`. Runs in browsers, too. */
import type { StepActivity } from "../../../trace/step-activities.ts";
import type { TimelineStep } from "../../../trace/timeline.ts";

export interface Phase {
  readonly activity: StepActivity;
  /** Of the session, from 0. */
  readonly first: number;
  readonly steps: number;
  /** Dollars of its steps with a price; null where none has one. */
  readonly usd: number | null;
}

/** @param steps of a request, in order, each with its place in the session */
export function phasesOf(steps: readonly (TimelineStep & { readonly index: number })[]): Phase[] {
  const phases: Phase[] = [];
  for (const { activity, index, costUsd } of steps) {
    const last = phases.at(-1);
    if (last?.activity !== activity) phases.push({ activity, first: index, steps: 1, usd: costUsd });
    else phases[phases.length - 1] = { ...last, steps: last.steps + 1, usd: costUsd === null ? last.usd : (last.usd ?? 0) + costUsd };
  }
  return phases;
}
