/** Steps at which the cache was missed: the context is still there, but most of it was sent again as new input. */
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { type Step, totalInput } from "./steps.ts";

/** Less than this share of the context of the step before came from the cache ... */
const MOST_CACHED_SHARE = 0.5;
/** ... while at least this share of it was read: otherwise the context was cut. */
const LEAST_REMAINING_SHARE = 0.5;

/** 0-based indexes of such steps. The first step has nothing to read again, and a compaction is none. */
export function findRereads(steps: readonly Step[], compactions: readonly Compaction[]): number[] {
  const compacted = new Set(compactions.map(({ index }) => index));
  return steps.flatMap((step, index) => {
    const before = steps[index - 1];
    if (before === undefined || compacted.has(index)) return [];
    const context = totalInput(before);
    const isReread = step.prefix_tokens < MOST_CACHED_SHARE * context && totalInput(step) >= LEAST_REMAINING_SHARE * context;
    return isReread ? [index] : [];
  });
}
