/** Two steps in a row, in two cases: the output joins the cached prefix, or it is sent again. Lengths are made up. */
import { sumInOrder } from "../../../lib/stats/sum.ts";

export const KINDS = ["prefix", "new input", "output"] as const;
type Kind = (typeof KINDS)[number];

export interface Case {
  readonly id: "a" | "b";
  readonly title: string;
  readonly bars: { readonly prior: Bar; readonly next: Bar };
}
/** What each segment of a step is made of; in made-up units. */
type Bar = Readonly<Record<Kind, readonly number[]>>;

const PRIOR: Bar = { prefix: [10], "new input": [2], output: [4] };

export const CASES: readonly Case[] = [
  { id: "a", title: "(a) Output cached as prefix", bars: { prior: PRIOR, next: { prefix: [10, 2, 4], "new input": [1], output: [2] } } },
  {
    id: "b",
    title: "(b) Output re-sent as new input",
    bars: { prior: PRIOR, next: { prefix: [10, 2], "new input": [4, 1], output: [2] } },
  },
];

/** Shorter segments have no room for spaces in their text. */
const ROOMY_LENGTH = 10;

/** The bars of a case laid out from 0, prior step first. */
export function segmentsOf({ id, bars }: Case) {
  return (["prior", "next"] as const).flatMap((bar) => {
    let start = 0;
    return KINDS.map((segment) => {
      const parts = bars[bar][segment];
      const length = sumInOrder(parts);
      const laid = { case: id, bar, segment, start, length, text: parts.join(length < ROOMY_LENGTH ? "+" : " + ") };
      start += length;
      return laid;
    });
  });
}

/** Where the cached prefix of the next step ends. */
export function nextPrefixEnd({ bars }: Case): number {
  return sumInOrder(bars.next.prefix);
}

/** How far the prefix of the next step goes beyond everything that the prior step had read. */
export function prefixGain({ bars }: Case): number {
  return sumInOrder(bars.next.prefix) - sumInOrder(bars.prior.prefix) - sumInOrder(bars.prior["new input"]);
}
