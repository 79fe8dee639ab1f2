/**
 * Where a session's context was compacted: reported by the trace, or inferred from a drop of the total input that lasts.
 * A smaller prefix alone is not a sign of it (that is a cache miss), so only prefix + append counts.
 */
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { type Step, totalInput } from "./steps.ts";

/** What counts as a drop, named as the parameters of sessions.sql, which applies the same rule to whole sessions. */
export const DROP_RULE = {
  /** A drop counts from a context at least this large ... */
  min_context_tokens: 32_768,
  /** ... by at least this much ... */
  min_drop_tokens: 8_192,
  /** ... to at most this share of what it was ... */
  max_remaining_share: 0.75,
  /** ... and only if the steps after it stay below that share: a single small step is a side call, not a compaction. */
  confirming_steps: 3,
} as const;

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
  const following = totals.slice(index + 1, index + 1 + DROP_RULE.confirming_steps);
  return following.length > 0 && following.every((total) => total < DROP_RULE.max_remaining_share * before);
}

function isLargeDrop(before: number, after: number): boolean {
  return (
    before >= DROP_RULE.min_context_tokens && before - after >= DROP_RULE.min_drop_tokens && after <= DROP_RULE.max_remaining_share * before
  );
}
