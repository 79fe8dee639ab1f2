/** Time as the runner sees it, so that tests don't have to wait. */
import { setTimeout as wait } from "node:timers/promises";

export interface Clock {
  /** Milliseconds since 1970 when `now` was 0. */
  readonly epochMs: number;
  /** Milliseconds, never going back. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  epochMs: performance.timeOrigin,
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    if (ms > 0) await wait(ms, undefined, { signal }).catch(() => undefined);
  },
};
