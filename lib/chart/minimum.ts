/** How many values each kind of chart needs. Fewer are drawn as dots, or said in a sentence: shapes made of them say nothing. */
import { counted } from "../format/counts.ts";

/** Values per curve, box, histogram, fitted line, cloud or bar of shares. */
export const MINIMUM = { curve: 20, box: 10, histogram: 30, fit: 30, scatter: 20, share: 20 } as const;

export type ChartKind = keyof typeof MINIMUM;

export interface Sized {
  /** As it is shown. */
  readonly name: string;
  /** Values that its mark is made of. */
  readonly n: number;
}

export interface Split<G> {
  /** Groups with enough values for the chart. */
  readonly drawn: G[];
  /** Groups with some values, to be drawn as dots. */
  readonly few: G[];
  /** For the subtitle; empty without such groups: `Codex has only 7 steps and is not drawn.` */
  readonly sentence: string;
}

/**
 * Groups with enough values for a kind of chart, and those with fewer. Groups without values are in neither.
 * @param what is counted, in the singular: `step`
 * @param fate what happens to the others, as the end of a sentence: `drawn as dots`, `not drawn`
 */
export function enoughFor<G extends Sized>(kind: ChartKind, groups: readonly G[], what: string, fate = "not drawn"): Split<G> {
  const filled = groups.filter(({ n }) => n > 0);
  const few = filled.filter(({ n }) => n < MINIMUM[kind]);
  return { drawn: filled.filter(({ n }) => n >= MINIMUM[kind]), few, sentence: sentenceOf(few, MINIMUM[kind], what, fate) };
}

function sentenceOf(few: readonly Sized[], minimum: number, what: string, fate: string): string {
  const [first, ...others] = few;
  if (!first) return "";
  if (others.length === 0) return `${first.name} has only ${counted(first.n, what)} and is ${fate}.`;
  return `${few.length} groups with fewer than ${counted(minimum, what)} are ${fate}.`;
}
