/** Where moments are on an axis on which every step is one wide. Runs in browsers, too. */
import type { TimelineStep } from "./timeline.ts";

/**
 * Maps a moment, in seconds since the first event, to a place: a whole number where a step begins, and in between as far as the time
 * until the next one has passed. Where clock and order of steps disagree, the step is the one that the clock gives.
 */
export function placeAmongSteps(steps: readonly TimelineStep[]): (seconds: number) => number {
  const timed = steps.flatMap(({ startS }, step) => (startS === null ? [] : [{ startS, step }])).sort((a, b) => a.startS - b.startS);
  return (seconds) => {
    const next = timed.findIndex(({ startS }) => startS > seconds);
    const before = timed.at(next < 0 ? -1 : next - 1);
    if (!before || next === 0) return 0;
    const after = timed[next];
    const share = after ? (seconds - before.startS) / (after.startS - before.startS) : seconds > before.startS ? 1 : 0;
    return before.step + Math.min(1, share);
  };
}
