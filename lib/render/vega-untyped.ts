/** Parts of Vega that its type declarations leave out. */
import * as vega from "vega";

interface Untyped {
  readonly textMetrics: {
    /** Width in CSS pixels of one line of a text item. */
    width(item: object, line: string): number;
  };
  setRandom(random: () => number): void;
  randomLCG(seed: number): () => number;
}

export const { textMetrics, setRandom, randomLCG } = vega as unknown as Untyped;
