/** An axis of a session's time that is short where nothing ran: what people are away for takes no room. Runs in browsers, too. */
import type { TimelineGap } from "./timeline.ts";

export interface AxisOptions {
  /** A gap that is longer, in seconds, and in which nothing ran is shortened. */
  readonly gapS: number;
  /** To this. */
  readonly collapsedS: number;
}

export const ACTIVE_AXIS: AxisOptions = { gapS: 300, collapsedS: 30 };

/** A gap that is shortened. `at` is where it begins on the axis. */
export interface CollapsedGap extends TimelineGap {
  readonly at: number;
}

export interface ActiveAxis {
  /** Active seconds in all. */
  readonly lengthS: number;
  readonly collapsedS: number;
  readonly gaps: readonly CollapsedGap[];
  /** Active seconds before a moment, given in seconds since the first event: rises with it, also within a shortened gap. */
  at(seconds: number): number;
}

/**
 * @param fromS where the axis begins, in seconds since the first event; seldom other than 0
 * @param gaps in order, not overlapping
 */
export function activeAxis(fromS: number, toS: number, gaps: readonly TimelineGap[], options: AxisOptions = ACTIVE_AXIS): ActiveAxis {
  const collapsedS = Math.min(options.collapsedS, options.gapS);
  let saved = fromS;
  const collapsed = gaps
    .filter((gap) => gap.kind !== "running" && gap.toS - gap.fromS > options.gapS)
    .map((gap): CollapsedGap => {
      const at = gap.fromS - saved;
      saved += gap.toS - gap.fromS - collapsedS;
      return { ...gap, at };
    });
  const at = (seconds: number) => {
    const gap = lastBefore(collapsed, seconds);
    if (!gap) return Math.max(0, seconds - fromS);
    const within = (seconds - gap.fromS) / (gap.toS - gap.fromS);
    return within < 1 ? gap.at + within * collapsedS : gap.at + collapsedS + seconds - gap.toS;
  };
  return { lengthS: Math.max(0, toS - saved), collapsedS, gaps: collapsed, at };
}

/** By halving: pages ask for thousands of moments. */
function lastBefore(gaps: readonly CollapsedGap[], seconds: number): CollapsedGap | undefined {
  let [low, high] = [0, gaps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((gaps[middle]?.fromS ?? 0) <= seconds) low = middle + 1;
    else high = middle;
  }
  return gaps[low - 1];
}
