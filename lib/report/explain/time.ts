/** What the time of requests went into. */
import { sumOf } from "../../stats/sum.ts";

const KINDS = ["human", "generation", "tool"] as const;
type BusyKind = (typeof KINDS)[number];

export interface Stretch {
  readonly from_us: number;
  readonly to_us: number;
}

/** Microseconds. Each moment counts once: as a wait for a person, else as generation, else as a tool, else as unknown. */
export interface TimeSplit {
  readonly total: number;
  readonly human: number;
  readonly generation: number;
  readonly tool: number;
  readonly unknown: number;
}

export function timeSplit(within: readonly Stretch[], intervals: readonly (Stretch & { readonly kind: BusyKind })[]): TimeSplit {
  const asked = union(within);
  const total = lengthOf(asked);
  const covered = KINDS.map((_, i) => lengthOf(common(asked, union(intervals.filter(({ kind }) => KINDS.indexOf(kind) <= i)))));
  const [human = 0, generation = 0, tool = 0] = covered;
  return { total, human, generation: generation - human, tool: tool - generation, unknown: total - tool };
}

/** In order, without overlaps. */
export function union(stretches: readonly Stretch[]): Stretch[] {
  const found: { from_us: number; to_us: number }[] = [];
  for (const { from_us, to_us } of stretches.toSorted((a, b) => a.from_us - b.from_us)) {
    const last = found.at(-1);
    if (last && from_us <= last.to_us) last.to_us = Math.max(last.to_us, to_us);
    else if (to_us > from_us) found.push({ from_us, to_us });
  }
  return found;
}

function common(a: readonly Stretch[], b: readonly Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (let i = 0, j = 0; ; ) {
    const [left, right] = [a[i], b[j]];
    if (!left || !right) return found;
    const [from_us, to_us] = [Math.max(left.from_us, right.from_us), Math.min(left.to_us, right.to_us)];
    if (to_us > from_us) found.push({ from_us, to_us });
    if (left.to_us < right.to_us) i++;
    else j++;
  }
}

function lengthOf(stretches: readonly Stretch[]): number {
  return sumOf(stretches, ({ from_us, to_us }) => to_us - from_us);
}
