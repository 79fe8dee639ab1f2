/** What the time of a session was spent on, moment by moment: overlapping activities become spans one after the other. */

import { at } from "../../../lib/stats/known.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import type { Activity } from "../../../lib/trace/activities.ts";
import type { Timeline } from "../../../lib/trace/timeline.ts";

/** Seconds since the session's first event; `to` is later than `from`. */
export interface Span {
  readonly activity: Activity | null;
  readonly from: number;
  readonly to: number;
}

/** Who has the moment when several claim it: a model that writes is at work whatever else runs. */
const PRECEDENCE: readonly Activity[] = ["generation", "tool", "human"];

/**
 * Spans from 0 to the end of the steps that are known, in order and without gaps; `activity` is null where nothing is
 * accounted for. Neighbours differ in activity.
 */
export function spansOf(timeline: Timeline): Span[] {
  const claims = claimsOf(timeline);
  const end = endOf(timeline, claims);
  const changes = claims.flatMap(({ activity, from, to }) => {
    const [start, stop] = [Math.max(0, from), Math.min(end, to)];
    return start < stop
      ? [
          { at: start, activity, by: 1 },
          { at: stop, activity, by: -1 },
        ]
      : [];
  });
  const moments = [...new Set([0, ...changes.map((change) => change.at), end])].sort((a, b) => a - b);
  const open: Record<Activity, number> = { human: 0, generation: 0, tool: 0 };
  const waiting = changes.toSorted((a, b) => b.at - a.at);
  const spans: Span[] = [];
  for (const [i, from] of moments.slice(0, -1).entries()) {
    for (let next = waiting.at(-1); next?.at === from; next = waiting.at(-1)) {
      open[next.activity] += next.by;
      waiting.pop();
    }
    const activity = PRECEDENCE.find((candidate) => open[candidate] > 0) ?? null;
    const to = at(moments, i + 1);
    const last = spans.at(-1);
    if (last?.activity === activity) spans[spans.length - 1] = { ...last, to };
    else spans.push({ activity, from, to });
  }
  return spans;
}

interface Claim {
  readonly activity: Activity;
  readonly from: number;
  readonly to: number;
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

/** Seconds per activity, and those that none accounts for. */
export interface TimeSplit extends Readonly<Record<Activity, number>> {
  readonly other: number;
  readonly total: number;
}

export function splitOf(spans: readonly Span[]): TimeSplit {
  const sum = (activity: Activity | null) =>
    spans.filter((span) => span.activity === activity).reduce((seconds, { from, to }) => seconds + (to - from), 0);
  return { human: sum("human"), generation: sum("generation"), tool: sum("tool"), other: sum(null), total: spans.at(-1)?.to ?? 0 };
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
