/** Everything that is measured, read from the pool and from what timing_fit provides. */
import type { QueryContext, Row } from "../../../lib/experiment.ts";
import { type Comparison, compareWithFits } from "./comparison.ts";
import { type Duplicates, readDuplicates } from "./duplicates.ts";
import { type LoadedGroups, readGroups } from "./groups.ts";
import { type NeighbourhoodOptions, type Neighbourhoods, readNeighbourhoods } from "./neighbourhoods.ts";

export interface Measured {
  readonly loaded: LoadedGroups;
  readonly duplicates: Duplicates;
  readonly neighbourhoods: Neighbourhoods;
  readonly comparisons: readonly Comparison[];
}

/** @param metrics rows of the table `timing_fit_metrics` */
export async function measure(db: QueryContext, metrics: readonly Row[], options: NeighbourhoodOptions): Promise<Measured> {
  const [loaded, duplicates] = await Promise.all([readGroups(db), readDuplicates(db, options.smoothRelativeThresholdMs)]);
  const neighbourhoods = await readNeighbourhoods(db, loaded.groups, options);
  return { loaded, duplicates, neighbourhoods, comparisons: compareWithFits(neighbourhoods.groups, metrics) };
}
