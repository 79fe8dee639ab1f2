/** Which bins the headlines speak of. */
import { PREFIX_BINS } from "./bins.ts";
import type { AppendsOfBin } from "./measure.ts";

/** The bin of that label for whichever provider has more steps in it, the first of equals. @throws when there is no such bin */
export function fullestOf(bins: readonly AppendsOfBin[], label: string): AppendsOfBin {
  return busiest(bins.filter(({ bin }) => bin.label === label));
}

/** The bin with most steps, the first of equals. @throws when there is none */
export function busiest(bins: readonly AppendsOfBin[]): AppendsOfBin {
  const [first, ...others] = bins;
  if (!first) throw new Error(`no such bin among ${PREFIX_BINS.map(({ label }) => label).join(", ")}`);
  return others.reduce((most, bin) => (bin.appends.n > most.appends.n ? bin : most), first);
}
