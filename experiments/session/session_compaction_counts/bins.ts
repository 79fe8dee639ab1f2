/** A run of numbers of compactions that share a bar; both ends included. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly label: string;
}

/** This many bars of one number each fit next to each other. */
const MOST_SINGLE_BINS = 12;
/** Otherwise numbers up to this one have their own bar, and each further bar ends at twice the number before it. */
const LAST_SINGLE = 4;

/** Bins over 1 … max. */
export function countBins(max: number): Bin[] {
  const singles = max <= MOST_SINGLE_BINS ? max : LAST_SINGLE;
  const bins = Array.from({ length: singles }, (_, i) => binOf(i + 1, i + 1));
  for (let high = singles; high < max; high *= 2) bins.push(binOf(high + 1, high * 2));
  return bins;
}

function binOf(low: number, high: number): Bin {
  return { low, high, label: low === high ? String(low) : `${low}-${high}` };
}
