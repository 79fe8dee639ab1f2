/** Wall-clock time along the steps of a session: which steps share five minutes, and where time passed without any. */
import { at } from "../../../lib/stats/known.ts";
import type { Step } from "./steps.ts";

const BLOCK_MINUTES = 5;
const BLOCK_US = BLOCK_MINUTES * 60 * 1e6;

/** Steps within the same five minutes. Indexes are 0-based positions in the session; where clock and step order disagree, blocks overlap. */
export interface Block {
  /** Minutes from the session's first moment to the start of the block. */
  readonly startMinutes: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

/** Whole blocks without a step between two that have some. */
export interface IdleGap {
  readonly minutes: number;
  /** Where between the two blocks the gap falls, in steps. */
  readonly position: number;
}

/** Blocks in the order of the clock; steps without a time are in none. */
export function timeBlocks(steps: readonly Step[]): Block[] {
  const startUs = steps.reduce((earliest, { first_us }) => Math.min(earliest, first_us ?? earliest), Number.POSITIVE_INFINITY);
  const blocks = new Map<number, Block>();
  for (const [index, { first_us }] of steps.entries()) {
    if (first_us === null) continue;
    const startMinutes = Math.floor((first_us - startUs) / BLOCK_US) * BLOCK_MINUTES;
    const firstIndex = blocks.get(startMinutes)?.firstIndex ?? index;
    blocks.set(startMinutes, { startMinutes, firstIndex, lastIndex: index });
  }
  return [...blocks.values()].toSorted((a, b) => a.startMinutes - b.startMinutes);
}

/** Gaps between neighboring blocks, in the order of the clock. */
export function idleGaps(blocks: readonly Block[]): IdleGap[] {
  return blocks.slice(1).flatMap((right, i) => {
    const left = at(blocks, i);
    const minutes = right.startMinutes - left.startMinutes - BLOCK_MINUTES;
    return minutes > 0 ? { minutes, position: (left.lastIndex + right.firstIndex) / 2 } : [];
  });
}
