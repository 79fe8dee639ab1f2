/** Hard floor: segments with exactly the same token counts. */
import type { QueryContext } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { type Floor, type FloorSums, floorOf, sumFloors } from "./floor.ts";

interface DuplicateRow {
  readonly provider: string;
  readonly model: string;
  readonly segment_kind: string;
  readonly cached_tokens: number;
  readonly append_tokens: number;
  readonly segment_output_tokens: number;
  readonly durations_ms: readonly number[];
  readonly first_seq: number;
  readonly last_seq: number;
}

export interface Duplicate extends DuplicateRow {
  readonly groupKey: string;
  readonly floor: Floor;
}

export interface DuplicateGroup {
  readonly key: string;
  readonly first: Duplicate;
  readonly keys: number;
  readonly sums: FloorSums;
  readonly largestSpread: number;
}

export interface Duplicates {
  /** Largest spread first, then largest ratio. */
  readonly bySpread: readonly Duplicate[];
  /** Largest ratio first, then largest spread; only those that take a tenth of a second at least. */
  readonly byRatio: readonly Duplicate[];
  readonly groups: readonly DuplicateGroup[];
  readonly sums: FloorSums;
}

/** Below this a ratio of durations speaks of the clock, not of the model. */
const LEAST_MS_FOR_RATIO = 100;

export async function readDuplicates(db: QueryContext, thresholdMs: number): Promise<Duplicates> {
  const rows = await db.rows<DuplicateRow>("duplicates.sql");
  const duplicates = rows.map(
    (row): Duplicate => ({
      ...row,
      groupKey: `${row.provider}::${row.model}::${row.segment_kind}`,
      floor: floorOf(row.durations_ms, thresholdMs),
    }),
  );
  const bySpread = duplicates.toSorted((a, b) => b.floor.spread - a.floor.spread || b.floor.ratio - a.floor.ratio);
  const byRatio = duplicates
    .filter(({ floor }) => floor.min >= LEAST_MS_FOR_RATIO)
    .sort((a, b) => b.floor.ratio - a.floor.ratio || b.floor.spread - a.floor.spread);
  return { bySpread, byRatio, groups: groupsOf(bySpread), sums: sumFloors(bySpread.map(({ floor }) => floor)) };
}

function groupsOf(bySpread: readonly Duplicate[]): DuplicateGroup[] {
  return [...groupBy(bySpread, ({ groupKey }) => groupKey)].map(([key, members]) => ({
    key,
    first: members[0] as Duplicate,
    keys: members.length,
    sums: sumFloors(members.map(({ floor }) => floor)),
    largestSpread: (members[0] as Duplicate).floor.spread,
  }));
}
