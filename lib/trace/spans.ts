/** What time was spent on, moment by moment: overlapping activities become spans one after the other. */
import { at } from "../stats/known.ts";
import type { Activity } from "./activities.ts";

/** Seconds since some moment; `to` is later than `from`. */
export interface Span {
  readonly activity: Activity | null;
  readonly from: number;
  readonly to: number;
}

/** That something went on, in seconds since the same moment. */
export interface Claim {
  readonly activity: Activity;
  readonly from: number;
  readonly to: number;
}

/** Who has the moment when several claim it: a model that writes is at work whatever else runs. */
const PRECEDENCE: readonly Activity[] = ["generation", "tool", "human"];

/** Spans from 0 to the end, in order and without gaps; `activity` is null where nothing is claimed. Neighbors differ in activity. */
export function partition(claims: readonly Claim[], end: number): Span[] {
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
