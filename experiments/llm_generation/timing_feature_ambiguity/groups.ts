import type { QueryContext } from "../../../lib/experiment.ts";

/** A provider, model and kind of segment. Names are not empty. */
export interface Group {
  readonly provider: string;
  readonly model: string;
  readonly segmentKind: string;
  readonly key: string;
  /** Segments without a negative token count. */
  readonly usable: number;
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

interface GroupRow {
  readonly provider: string;
  readonly model: string;
  readonly segment_kind: string;
  readonly group_key: string;
  readonly segments: number;
  readonly usable: number;
  readonly feature_keys: number;
}

export async function readGroups(db: QueryContext): Promise<LoadedGroups> {
  const rows = await db.rows<GroupRow>("groups.sql");
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
