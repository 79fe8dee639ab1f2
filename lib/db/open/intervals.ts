/** SQL around a query with a row per step, call, event or session that adds up what blocks of sessions hold, and intervals of these sums. */
import type { IntervalOf, IntervalsRequest } from "../../experiment.ts";
import { groupBy } from "../../stats/group-by.ts";
import { type Interval, medianInterval, shareInterval } from "../../stats/intervals.ts";
import { at } from "../../stats/known.ts";
import { quoteLiteral, quoteName } from "../sql.ts";
import { ascending, fixedPoint, groupSql, list, type Reduction, withoutSemicolon } from "./reduce.ts";

/** So many that each is about one session in a small pool, and few enough to be drawn a thousand times. */
const BLOCKS = 256;

/** A row of the answer to `intervals`: sums of a column in a block of sessions. */
export interface SessionBlock<G, C> {
  readonly reduced_group: G;
  readonly reduced_column: C;
  readonly reduced_part: number;
  readonly reduced_whole: number;
  /** By hundredth, from the least value to the greatest; null where the interval is of a share. */
  readonly reduced_quantiles: readonly number[] | null;
}

export function intervals(sql: string, request: IntervalsRequest<string, string>): Reduction {
  const { by, of, whole, session } = request;
  const groups = by.map(quoteName);
  const block = `hash(${quoteName(session)}) % ${BLOCKS} AS reduced_block`;
  const listed = of.map((column) => {
    const values = [
      `${quoteName(column)}::DOUBLE AS reduced_value`,
      ...(whole === undefined ? [] : [`${quoteName(whole)}::DOUBLE AS reduced_of`]),
    ];
    return `SELECT ${list(...groups, `${quoteLiteral(column)} AS reduced_column`, block, ...values)} FROM item WHERE ${quoteName(column)} IS NOT NULL`;
  });
  const map = `WITH item AS (
${withoutSemicolon(sql)}
), listed AS (
  ${listed.join("\n  UNION ALL\n  ")}
)`;
  const order = `ORDER BY ${list(...ascending(groups), `list_position([${list(...of.map(quoteLiteral))}], reduced_column)`, "reduced_block")}`;
  return whole === undefined
    ? { map: `${map}\nFROM listed`, merge: `${mediansSql(groups)}\n${order}` }
    : { map: `${map}\n${sharesSql(groups)}`, merge: `${mergedSharesSql(groups)}\n${order}` };
}

function sharesSql(groups: readonly string[]): string {
  const keys = [...groups, "reduced_column", "reduced_block"];
  return `SELECT
  ${list(...keys)},
  sum(${fixedPoint("reduced_value")}) AS reduced_part,
  sum(${fixedPoint("reduced_of")}) AS reduced_whole
FROM listed
GROUP BY ${list(...keys)}`;
}

function mergedSharesSql(groups: readonly string[]): string {
  return `SELECT
  ${list(groupSql(groups), "reduced_column")},
  sum(reduced_part)::DOUBLE AS reduced_part,
  sum(reduced_whole)::DOUBLE AS reduced_whole,
  NULL::DOUBLE[] AS reduced_quantiles
FROM parts
GROUP BY ${list(...groups, "reduced_column", "reduced_block")}`;
}

function mediansSql(groups: readonly string[]): string {
  const same = [...groups, "reduced_column"].map((name) => `parts.${name} IS NOT DISTINCT FROM spread.${name}`);
  const own = groups.map((name) => `parts.${name}`);
  return `WITH sorted AS (
  SELECT ${list(...groups, "reduced_column", "list_sort(list(reduced_value)) AS reduced_values")}
  FROM parts
  GROUP BY ALL
), spread AS (
  SELECT
    ${list(...groups, "reduced_column")},
    list_transform(range(101), lambda i: reduced_values[1 + round(i * (len(reduced_values) - 1) / 100)::BIGINT]) AS reduced_quantiles
  FROM sorted
), counted AS (
  SELECT
    ${list(...own, "parts.reduced_column", "reduced_block", "any_value(reduced_quantiles) AS reduced_quantiles")},
    count_if(reduced_value <= reduced_quantiles[51])::DOUBLE AS reduced_part,
    count(*)::DOUBLE AS reduced_whole
  FROM parts
  JOIN spread ON ${same.join(" AND ")}
  GROUP BY ${list(...own, "parts.reduced_column", "reduced_block")}
)
SELECT ${list(groupSql(groups), "reduced_column", "reduced_part", "reduced_whole", "reduced_quantiles")}
FROM counted`;
}

/** @param rows of the answer to `intervals`, in its order */
export function intervalsOf<G, C extends string>(rows: readonly SessionBlock<G, C>[]): IntervalOf<G, C>[] {
  const found = groupBy(rows, ({ reduced_group, reduced_column }) => JSON.stringify([reduced_group, reduced_column]));
  return [...found.values()].map((blocks) => {
    const { reduced_group, reduced_column } = at(blocks, 0);
    return { group: { ...reduced_group }, column: reduced_column, interval: intervalOf(blocks) };
  });
}

function intervalOf(blocks: readonly SessionBlock<unknown, unknown>[]): Interval | null {
  const shares = blocks.map(({ reduced_part, reduced_whole }) => ({ part: reduced_part, whole: reduced_whole }));
  const quantiles = at(blocks, 0).reduced_quantiles;
  return quantiles === null ? shareInterval(shares) : medianInterval(shares, (share) => between(quantiles, share * (quantiles.length - 1)));
}

/** Linear between the values at two places. */
function between(values: readonly number[], place: number): number {
  const left = Math.min(Math.floor(place), values.length - 2);
  return at(values, left) + (place - left) * (at(values, left + 1) - at(values, left));
}
