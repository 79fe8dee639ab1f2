/** An axis without idle time: the episodes of all sessions of a run, one after the other. */

export interface Stretch {
  readonly from_us: number;
  readonly to_us: number;
}

/** Maps a moment to the active seconds before it. A moment in an idle stretch is where that begins. */
export function activeTime(stretches: readonly Stretch[]): (us: number) => number {
  const union = unionOf(stretches);
  return (us) => union.reduce((sum, { from_us, to_us }) => sum + Math.max(0, Math.min(us, to_us) - from_us), 0) / 1e6;
}

/** Stretches that don't touch, in order. */
export function unionOf(stretches: readonly Stretch[]): Stretch[] {
  const union: Stretch[] = [];
  for (const { from_us, to_us } of stretches.toSorted((a, b) => a.from_us - b.from_us)) {
    const last = union.at(-1);
    if (last && from_us <= last.to_us) union[union.length - 1] = { from_us: last.from_us, to_us: Math.max(last.to_us, to_us) };
    else union.push({ from_us, to_us });
  }
  return union;
}
