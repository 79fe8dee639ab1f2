/** What the time of a session was spent on, and how long stretches are drawn. */

import { at } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import type { Activity } from "../../../lib/trace/activities.ts";
import { type Claim, partition, type Span, type TimeSplit } from "../../../lib/trace/spans.ts";
import type { Timeline } from "../../../lib/trace/timeline.ts";

/** Spans from 0 to the end of the steps that are known. */
export function spansOf(timeline: Timeline): Span[] {
  const claims = claimsOf(timeline);
  return partition(claims, endOf(timeline, claims));
}

function claimsOf({ steps }: Timeline): Claim[] {
  const claims: Claim[] = [];
  const claim = (activity: Activity, from: number | null, seconds: number | null) => {
    if (from !== null && seconds !== null && seconds > 0) claims.push({ activity, from, to: from + seconds });
  };
  for (const step of steps) {
    claim("human", step.waitStartS, step.waitS);
    claim("generation", step.generationStartS, step.generationS);
    for (const call of step.calls) claim("tool", call.startS, call.durationS);
  }
  return claims;
}

/** Of a session that is shown whole, its last event; else the last thing that its steps are known to do. */
function endOf({ steps, stepCount, durationS }: Timeline, claims: readonly Claim[]): number {
  if (steps.length === stepCount) return durationS ?? 0;
  return Math.max(0, ...steps.map((step) => step.startS ?? 0), ...claims.map(({ to }) => to));
}

export function addSplits(splits: readonly TimeSplit[]): TimeSplit {
  return sumsOf(splits, ["human", "generation", "tool", "other", "total"]);
}

/** A span on paper: from `left` to `right`, in seconds of paper. */
export interface DrawnSpan extends Span {
  readonly left: number;
  readonly right: number;
  /** It is drawn shorter than it was. */
  readonly cut: boolean;
}

/** Spans one after the other, none longer than `longest` seconds. */
export function cutLong(spans: readonly Span[], longest: number): DrawnSpan[] {
  let left = 0;
  return spans.map((span) => {
    const seconds = span.to - span.from;
    const right = left + Math.min(seconds, longest);
    const drawn = { ...span, left, right, cut: seconds > longest };
    left = right;
    return drawn;
  });
}

/** Part of a stack over some seconds of paper: `low` and `high` are shares of the time there, 0 to 1. */
export interface Stroke {
  readonly activity: Activity | null;
  readonly left: number;
  readonly right: number;
  readonly low: number;
  readonly high: number;
}

/** From the bottom of a stack to its top. */
const STACKED: readonly (Activity | null)[] = ["generation", "tool", "human", null];

/** What the time went to, in stacks over `width` seconds of paper each; equal neighbors are one stroke. */
export function strokesOf(spans: readonly DrawnSpan[], width: number): Stroke[] {
  const end = spans.at(-1)?.right ?? 0;
  const open = new Map<Activity | null, Stroke>();
  const strokes: Stroke[] = [];
  let next = 0;
  for (let bin = 0; bin * width < end; bin++) {
    const [left, right] = [bin * width, Math.min(end, (bin + 1) * width)];
    while (at(spans, next).right <= left) next++;
    const seconds = new Map<Activity | null, number>();
    for (let i = next; i < spans.length; i++) {
      const span = at(spans, i);
      if (span.left >= right) break;
      seconds.set(span.activity, (seconds.get(span.activity) ?? 0) + Math.min(right, span.right) - Math.max(left, span.left));
    }
    let low = 0;
    for (const activity of STACKED) {
      const high = low + (seconds.get(activity) ?? 0) / (right - left);
      const before = open.get(activity);
      if (before && before.low === low && before.high === high) open.set(activity, { ...before, right });
      else {
        if (before) strokes.push(before);
        if (high > low) open.set(activity, { activity, left, right, low, high });
        else open.delete(activity);
      }
      low = high;
    }
  }
  return [...strokes, ...open.values()];
}
