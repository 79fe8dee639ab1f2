/** Intervals of shares or medians, to be looked up by group. */
import type { IntervalOf, IntervalsRequest, Query, QueryContext, SqlParams, ValueColumn } from "../experiment.ts";

/** The interval of a column in a group; null where there is none. */
export type Intervals<G, C extends string> = (group: G, column: C) => IntervalOf["interval"];

/** `db.intervals`, as a function of group and column. */
export async function intervalsBy<R, const B extends keyof R & string, const C extends ValueColumn<R>>(
  db: QueryContext,
  query: Query<R>,
  request: IntervalsRequest<B, C, keyof R & string>,
  params?: SqlParams,
): Promise<Intervals<Pick<R, B>, C>> {
  const found = await db.intervals(query, request, params);
  return (group, column) =>
    found.find((each) => each.column === column && request.by.every((key) => each.group[key] === group[key]))?.interval ?? null;
}
