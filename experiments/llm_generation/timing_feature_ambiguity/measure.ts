/** Everything that is measured, read from the pool and from what timing_fit provides. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { type Comparison, compareWithFits, type FittedGroup } from "./comparison.ts";
import { type Duplicates, readDuplicates } from "./duplicates.ts";
import { type Group, type NeighborhoodOptions, type Neighborhoods, readNeighborhoods } from "./neighborhoods.ts";

const GROUPS = query("groups.sql", {
  provider: "text",
  model: "text",
  segment_kind: "text",
  group_key: "text",
  segments: "number",
  usable: "number",
  feature_keys: "number",
});
type GroupRow = RowOf<typeof GROUPS>;

/** What tables and reports show of what is measured. */
export interface ReportedOptions extends NeighborhoodOptions {
  readonly topExamples: number;
  readonly topGroups: number;
}

export interface LoadedGroups {
  /** By provider, model and kind. */
  readonly groups: readonly Group[];
  readonly inputRows: number;
  readonly invalidRows: number;
  readonly unnamedRows: number;
  readonly usableRows: number;
  /** Distinct combinations of group and token counts. */
  readonly featureKeys: number;
}

export interface Measured {
  readonly loaded: LoadedGroups;
  readonly duplicates: Duplicates;
  readonly neighborhoods: Neighborhoods;
  readonly comparisons: readonly Comparison[];
}

export async function measure(db: QueryContext, fits: readonly FittedGroup[], options: NeighborhoodOptions): Promise<Measured> {
  const [loaded, duplicates] = await Promise.all([readGroups(db), readDuplicates(db, options.smoothRelativeThresholdMs)]);
  const neighborhoods = await readNeighborhoods(db, loaded.groups, options);
  return { loaded, duplicates, neighborhoods, comparisons: compareWithFits(neighborhoods.groups, fits) };
}

async function readGroups(db: QueryContext): Promise<LoadedGroups> {
  const rows = await db.rows(GROUPS);
  const named = rows.filter(({ model }) => model !== "");
  const sum = (list: readonly GroupRow[], of: (row: GroupRow) => number) => list.reduce((total, row) => total + of(row), 0);
  const usableRows = sum(named, ({ usable }) => usable);
  return {
    groups: named.map(({ provider, model, segment_kind, group_key, usable }) => ({
      provider,
      model,
      segmentKind: segment_kind,
      key: group_key,
      usable,
    })),
    inputRows: sum(rows, ({ segments }) => segments),
    invalidRows: sum(rows, ({ segments, usable }) => segments - usable),
    unnamedRows: sum(rows, ({ usable }) => usable) - usableRows,
    usableRows,
    featureKeys: sum(named, ({ feature_keys }) => feature_keys),
  };
}
