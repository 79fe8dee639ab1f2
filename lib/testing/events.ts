/** Moments and events of step literals, for tests. */
import type { StepLiteral } from "./pool.ts";

export type EventLiteral = NonNullable<StepLiteral["timing_events"]>[number];

/** @param start epoch milliseconds; what is given in seconds below comes after it */
export function timesAfter(start: number) {
  const at = (second: number) => new Date(start + second * 1000).toISOString();
  const event = (event_type: string, second: number | null, more: EventLiteral = {}): EventLiteral => ({
    event_type,
    timestamp: second === null ? null : at(second),
    ...more,
  });
  return { at, event };
}
