/** Hard floor: segments with exactly the same token counts. */
import { listOf, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { type Floor, type FloorSums, floorOf, sumFloors } from "./floor.ts";

const DUPLICATES = query("duplicates.sql", {
  provider: "text",
  model: "text",
  segment_kind: "text",
  cached_tokens: "number",
  append_tokens: "number",
  segment_output_tokens: "number",
  durations_ms: listOf<number>(),
  first_seq: "number",
  last_seq: "number",
});

export interface Duplicate extends RowOf<typeof DUPLICATES> {
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
  /** Largest ratio first, then largest spread; only those that take at least a tenth of a second. */
  readonly byRatio: readonly Duplicate[];
  readonly groups: readonly DuplicateGroup[];
  readonly sums: FloorSums;
}

/** Below this a ratio of durations is about the clock, not about the model. */
const LEAST_MS_FOR_RATIO = 100;

export async function readDuplicates(db: QueryContext, thresholdMs: number): Promise<Duplicates> {
  const rows = await db.rows(DUPLICATES);
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
  return [...groupBy(bySpread, ({ groupKey }) => groupKey)].map(([key, members]) => {
    const first = at(members, 0);
    return { key, first, keys: members.length, sums: sumFloors(members.map(({ floor }) => floor)), largestSpread: first.floor.spread };
  });
}
