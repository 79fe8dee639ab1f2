/** Decides from the pairs of a group on which side of the next prompt the previous output comes back. */

/** `prefix_side`: inside the cached prefix. `append_side`: sent and billed again. `mixed`: both, often. */
type Decision = "prefix_side" | "append_side" | "mixed" | "not_sure";
type Strength = "very_strong" | "strong" | "moderate" | "weak";

/** Shares of pairs in percent, of `pairs` pairs. */
interface Evidence {
  readonly pairs: number;
  /** The prefix has grown by about the output. */
  readonly closePct: number;
  /** The prefix has grown by clearly less than the output, and the append has room for it. */
  readonly appendSidePct: number;
}

/** Fewer pairs than this decide nothing. */
export const LEAST_PAIRS = 50;
const MANY_PAIRS = 300;
const PAIRS_FOR_A_STRONG_MIX = 100;
/** Shares in percent: one side wins with the first while the other stays at or below the second. */
const WINNING_PCT = 70;
const LOSING_PCT = 20;
/** Both sides above this make a mix. */
const MIXED_PCT = 30;
/** With many pairs, a share from here on is a very strong case. */
const VERY_STRONG_PREFIX_PCT = 80;
const VERY_STRONG_APPEND_PCT = 90;

export function attribute({ pairs, closePct, appendSidePct }: Evidence): { decision: Decision; strength: Strength } {
  if (pairs < LEAST_PAIRS) return { decision: "not_sure", strength: "weak" };
  if (wins(closePct, appendSidePct))
    return { decision: "prefix_side", strength: pairs >= MANY_PAIRS && closePct >= VERY_STRONG_PREFIX_PCT ? "very_strong" : "strong" };
  if (wins(appendSidePct, closePct))
    return { decision: "append_side", strength: pairs >= MANY_PAIRS && appendSidePct >= VERY_STRONG_APPEND_PCT ? "very_strong" : "strong" };
  if (closePct >= MIXED_PCT && appendSidePct >= MIXED_PCT)
    return { decision: "mixed", strength: pairs >= PAIRS_FOR_A_STRONG_MIX ? "strong" : "moderate" };
  return { decision: "not_sure", strength: "weak" };
}

function wins(pct: number, otherPct: number): boolean {
  return pct >= WINNING_PCT && otherPct <= LOSING_PCT;
}
