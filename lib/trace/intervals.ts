/** Intervals of shares or medians, to be looked up by group. */
import type { IntervalOf, IntervalsRequest, Query, QueryContext, SqlParams, ValueColumn } from "../experiment.ts";
import { known } from "../stats/known.ts";

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

interface Share<C> {
  readonly part: C;
  readonly whole: C;
}

/** Intervals of several shares, each with a whole of its own, by their names, as a function of the group. */
export async function shareIntervalsBy<R, const B extends keyof R & string, N extends string>(
  db: QueryContext,
  query: Query<R>,
  grouping: { readonly by: readonly B[]; readonly session: keyof R & string },
  shares: Readonly<Record<N, Share<ValueColumn<R>>>>,
  params?: SqlParams,
) {
  const names = Object.keys(shares) as N[];
  const found = await Promise.all(
    names.map((name) => intervalsBy(db, query, { ...grouping, of: [shares[name].part], whole: shares[name].whole }, params)),
  );
  return (group: Pick<R, B>) =>
    Object.fromEntries(names.map((name, i) => [name, known(found[i])(group, shares[name].part)])) as Record<N, IntervalOf["interval"]>;
}
