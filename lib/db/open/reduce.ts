/**
 * SQL around a query with a row per step, call or event, so that only a bounded answer leaves the database. Sums are of fixed-point
 * numbers, because those of doubles depend on the order in which threads add them.
 */
import type { Bin, BinsRequest, Distribution, DistributionRequest, SampleRequest } from "../../experiment.ts";
import { quoteLiteral, quoteName } from "../sql.ts";

const QUANTILES = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99] as const;
const FIXED_POINT = "1e12";

/** A row of the answer to `distributions`. */
export interface RankedValue<G, C> {
  /** NULL for the group of all rows. */
  readonly reduced_group: G;
  readonly reduced_column: C;
  readonly reduced_n: number;
  readonly reduced_sum: number;
  readonly reduced_rank: number;
  readonly reduced_value: number;
}

/**
 * Values at the ranks asked for, each with count and sum of all values of its group and column.
 * @param sql the query whose rows are reduced, here and below
 */
export function distributions(sql: string, { by, of, quantiles = QUANTILES, points = 0 }: DistributionRequest<string, string>): Reduction {
  const groups = by.map(quoteName);
  const last = "reduced_n - 1";
  const lower = quantiles.map((q) => `floor((${last}) * ${double(q)})`);
  const ranks = [`[${list("0", last, ...lower, ...lower.map((rank) => `${rank} + 1`))}]`, ...evenlySpaced(points)];
  // Sorting a list takes a third of the time of numbering rows in a window, and column by column less than all values in one.
  const sorted = of.map(
    (_, i) => `SELECT
    ${list(...groups, `${i} AS reduced_place`)},
    count(*) AS reduced_n,
    sum(${fixedPoint(`reduced_${i}`)})::DOUBLE / ${FIXED_POINT} AS reduced_sum,
    list_sort(list(reduced_${i})) AS reduced_values
  FROM parts
  WHERE reduced_${i} IS NOT NULL
  GROUP BY ALL`,
  );
  const names = `[${list(...of.map(quoteLiteral))}][reduced_place + 1] AS reduced_column`;
  return {
    map: `WITH item AS (
${withoutSemicolon(sql)}
)
SELECT ${list(...groups, ...of.map((column, i) => `${quoteName(column)}::DOUBLE AS reduced_${i}`))}
FROM item`,
    merge: `WITH sorted AS (
  ${sorted.join("\n  UNION ALL\n  ")}
), ranked AS (
  SELECT *, unnest(list_distinct(list_concat(${list(...ranks)})))::BIGINT AS reduced_rank
  FROM sorted
)
SELECT ${list(groupSql(groups), names, "reduced_n", "reduced_sum", "reduced_rank", "reduced_values[reduced_rank + 1] AS reduced_value")}
FROM ranked
WHERE reduced_rank < reduced_n
ORDER BY ${list(...ascending(groups), "reduced_place", "reduced_rank")}`,
  };
}

/** The ranks round(i * (n - 1) / (points - 1)), or all of them where there are no more. */
function evenlySpaced(points: number): string[] {
  if (points < 2) return [];
  const spaced = `list_transform(range(${points}), lambda i: round(i * (reduced_n - 1) / ${double(points - 1)}))`;
  return [`if(reduced_n <= ${points}, range(reduced_n), ${spaced})`];
}

/** @param rows of the answer to `distributions`, in its order */
export function distributionsOf<G, C extends string>(rows: readonly RankedValue<G, C>[]): Distribution<G, C>[] {
  const found: Distribution<G, C>[] = [];
  let values: Record<number, number> & { length: number } = { length: 0 };
  for (const row of rows) {
    if (row.reduced_rank === 0) {
      values = { length: row.reduced_n };
      found.push({
        group: { ...row.reduced_group },
        column: row.reduced_column,
        n: row.reduced_n,
        sum: row.reduced_sum,
        ascending: values,
      });
    }
    values[row.reduced_rank] = row.reduced_value;
  }
  return found;
}

/** What each shard is asked, and SQL that makes one answer of the rows of all, in the table `parts`. */
export interface Reduction {
  readonly map: string;
  readonly merge: string;
}

/** A row of the answer to `bins`. */
export interface BinnedValues<G> {
  /** NULL for the group of all rows. */
  readonly reduced_group: G;
  readonly reduced_bin: number;
  readonly reduced_n: number;
  readonly reduced_sum: number;
}

/** @throws RangeError without two edges */
export function bins(sql: string, { by, of, edges }: BinsRequest<string, string>): Reduction {
  const groups = by.map(quoteName);
  const value = `item.${quoteName(of)}::DOUBLE`;
  const last = edges.at(-1);
  if (last === undefined || edges.length < 2) throw new RangeError("bins need two edges at least");
  const map = `WITH item AS (
${withoutSemicolon(sql)}
), edges AS (
  SELECT unnest([${list(...edges.map(double))}]) AS reduced_edge, unnest(range(${edges.length})) AS reduced_place
)
SELECT
  ${list(...groups, `least(reduced_place, ${edges.length - 2}) AS reduced_bin`)},
  count(*) AS reduced_n,
  sum(${fixedPoint(value)}) AS reduced_sum
FROM item
ASOF JOIN edges ON ${value} >= reduced_edge
WHERE ${value} <= ${double(last)}
GROUP BY ${list(...groups, "reduced_bin")}`;
  const merge = `SELECT
  ${list(groupSql(groups), "reduced_bin")},
  sum(reduced_n) AS reduced_n,
  sum(reduced_sum)::DOUBLE / ${FIXED_POINT} AS reduced_sum
FROM parts
GROUP BY ${list(...groups, "reduced_bin")}
ORDER BY ${list(...ascending(groups), "reduced_bin")}`;
  return { map, merge };
}

/** @param rows of the answer to `bins`, in its order */
export function binsOf<G>(rows: readonly BinnedValues<G>[]): Bin<G>[] {
  return rows.map(({ reduced_group, reduced_bin, reduced_n, reduced_sum }) => ({
    group: { ...reduced_group },
    bin: reduced_bin,
    n: reduced_n,
    sum: reduced_sum,
  }));
}

export function sample(sql: string, { by, key, most }: SampleRequest<string>): Reduction {
  const partition = by.length === 0 ? "" : `PARTITION BY ${list(...by.map(quoteName))} `;
  const chosen = `QUALIFY row_number() OVER (${partition}ORDER BY hash(${quoteName(key)}), ${quoteName(key)}) <= ${most}`;
  return {
    map: `WITH item AS (\n${withoutSemicolon(sql)}\n)\nSELECT *\nFROM item\n${chosen}`,
    merge: `SELECT *\nFROM parts\n${chosen}\nORDER BY ${quoteName(key)}`,
  };
}

export function withoutSemicolon(sql: string): string {
  return sql.trimEnd().replace(/;$/, "");
}

export function groupSql(groups: readonly string[]): string {
  return groups.length === 0
    ? "NULL AS reduced_group"
    : `struct_pack(${list(...groups.map((name) => `${name} := ${name}`))}) AS reduced_group`;
}

export function ascending(groups: readonly string[]): string[] {
  return groups.map((name) => `${name} NULLS FIRST`);
}

export function list(...parts: readonly string[]): string {
  return parts.join(", ");
}

/** Values of 10^26 and more have no place in it. */
export function fixedPoint(value: string): string {
  return `round(${value} * ${FIXED_POINT})::HUGEINT`;
}

function double(value: number): string {
  return `'${value}'::DOUBLE`;
}
