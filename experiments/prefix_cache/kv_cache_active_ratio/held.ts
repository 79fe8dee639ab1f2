/** The waiting that a cache holds if it drops a prefix after a timeout: only the waits that end in time. */
import { requireAscending } from "../../../lib/stats/ascending.ts";

/**
 * For each timeout the sum of the waits that are not longer, in one walk over both.
 *
 * @param waits_s ascending, seconds, positive and finite
 * @param timeouts_s ascending, seconds
 * @throws RangeError when either is out of order
 */
export function heldUpTo(waits_s: ArrayLike<number>, timeouts_s: readonly number[]): number[] {
  requireAscending(waits_s, "waits");
  requireAscending(timeouts_s, "timeouts");
  let next = 0;
  let held_s = 0;
  return timeouts_s.map((timeout_s) => {
    for (let wait_s = waits_s[next]; wait_s !== undefined && wait_s <= timeout_s; wait_s = waits_s[next]) {
      held_s += wait_s;
      next++;
    }
    return held_s;
  });
}

/** Share of the time held that is generation. 0 when nothing is held. */
export function activeRatio(generation_s: number, waiting_s: number): number {
  const held_s = generation_s + waiting_s;
  return held_s > 0 ? generation_s / held_s : 0;
}
