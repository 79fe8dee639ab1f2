/**
 * Where a session's context was compacted: reported by the trace, or inferred from a drop of the total input that lasts.
 * A smaller prefix alone is not a sign of it (that is a cache miss), so only prefix + append counts.
 */
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { type Step, totalInput } from "./steps.ts";

/** A drop counts from a context at least this large ... */
const MIN_CONTEXT_TOKENS = 32_768;
/** ... by at least this much ... */
const MIN_DROP_TOKENS = 8_192;
/** ... to at most this share of what it was ... */
const MAX_REMAINING_SHARE = 0.75;
/** ... and only if the steps after it stay below that share: a single small step is a side call, not a compaction. */
const CONFIRMING_STEPS = 3;

/** Compactions among steps in session order, by index. Consecutive drops may each count; a drop in the last step never does. */
export function findCompactions(steps: readonly Step[]): Compaction[] {
  const totals = steps.map(totalInput);
  return steps.flatMap((step, index): Compaction[] => {
    if (step.explicit_compaction) return [{ index, kind: "explicit" }];
    return isLastingDrop(totals, index) ? [{ index, kind: "input_drop" }] : [];
  });
}

function isLastingDrop(totals: readonly number[], index: number): boolean {
  const before = totals[index - 1];
  const after = totals[index];
  if (before === undefined || after === undefined || !isLargeDrop(before, after)) return false;
  const following = totals.slice(index + 1, index + 1 + CONFIRMING_STEPS);
  return following.length > 0 && following.every((total) => total < MAX_REMAINING_SHARE * before);
}

function isLargeDrop(before: number, after: number): boolean {
  return before >= MIN_CONTEXT_TOKENS && before - after >= MIN_DROP_TOKENS && after <= MAX_REMAINING_SHARE * before;
}
