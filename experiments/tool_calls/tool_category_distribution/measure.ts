/** Sums by category; every ratio is 0 where there is nothing to divide by. */

import { noneOf, numberColumns, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { MS_PER_S } from "../../../lib/format/durations.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumsOf } from "../../../lib/stats/sum.ts";
import { LATENCY_ROW, type LatencyRow, latencyRow } from "../../../lib/trace/latency-panels.ts";
import { type Category, categoryOf, LATENCY_RANGES, PLANNING_CATEGORIES } from "./categories.ts";

export const TOOLS = query("query.sql", {
  provider: "text",
  tool: "text",
  calls: "number",
  errors: "number",
  valid: "number",
  missing: "number",
  nonpositive: "number",
  total_ms: "number",
});
export type Tool = RowOf<typeof TOOLS>;
export type ToolSums = Omit<Tool, "provider" | "tool">;

/** A row per call with a positive latency. */
const LATENCIES = query("latencies.sql", { provider: "text", category: "text", latency_ms: "number", latency_s: "number" });

export const TAIL = query("tail.sql", { bin: "number", calls: "number", total_ms: "number" });

export interface CategorySums extends ToolSums {
  readonly category: Category;
  /** Null without any calls, or time. */
  readonly callShare: number | null;
  readonly timeShare: number | null;
}

/** One entry per category in their order, those without calls included. */
export function foldInto(categories: readonly Category[], tools: readonly Tool[]): CategorySums[] {
  const all = sumsOf(tools, numberColumns(TOOLS));
  return categories.map((category) => {
    const own = tools.filter(({ tool }) => categoryOf(tool, categories) === category.key);
    const sums = sumsOf(own, numberColumns(TOOLS));
    return { ...sums, category, callShare: ratio(sums.calls, all.calls), timeShare: ratio(sums.total_ms, all.total_ms) };
  });
}

const PLANNING_PARAMETERS = {
  categories: JSON.stringify(PLANNING_CATEGORIES.flatMap(({ key, tools }) => tools.map((tool) => ({ tool, category: key })))),
  other: at(PLANNING_CATEGORIES, -1).key,
};

export type Quantiles = Awaited<ReturnType<typeof planningQuantiles>>;

/** Latencies in seconds of each planning category that has some, all providers together. */
export function planningQuantiles(db: QueryContext) {
  return db.distributions(LATENCIES, { by: ["category"], of: ["latency_s"] }, PLANNING_PARAMETERS);
}

export interface CategoryLatencies extends LatencyRow {
  readonly provider: string;
  readonly category: Category;
  /** In calls of a minute or more. */
  readonly slow_ms: number;
}

/** The planning categories of each provider that have calls, most calls first, equals by key. */
export async function categoryLatencies(db: QueryContext, tools: readonly Tool[]): Promise<CategoryLatencies[]> {
  const by = ["provider", "category"] as const;
  const [latencies, slow] = await Promise.all([
    db.distributions(LATENCIES, { by, ...LATENCY_ROW }, PLANNING_PARAMETERS),
    db.bins(LATENCIES, { by, of: "latency_ms", edges: [60 * MS_PER_S, Number.POSITIVE_INFINITY] }, PLANNING_PARAMETERS),
  ]);
  const byKey = PLANNING_CATEGORIES.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return [...groupBy(tools, ({ provider }) => provider)].flatMap(([provider, own]) =>
    foldInto(byKey, own)
      .filter(({ calls }) => calls > 0)
      .sort((a, b) => b.calls - a.calls)
      .map(({ category, calls, nonpositive }) => {
        const isOwn = ({ group }: (typeof slow)[number] | (typeof latencies)[number]) =>
          group.provider === provider && group.category === category.key;
        return {
          provider,
          category,
          ...latencyRow({ calls, zero: nonpositive }, latencies.find(isOwn)),
          slow_ms: slow.find(isOwn)?.sum ?? 0,
        };
      }),
  );
}

export type RangeSums = ReturnType<typeof byRange>[number];

/** One entry per range in order, those without calls included. */
export function byRange(rows: readonly RowOf<typeof TAIL>[]) {
  const all = sumsOf(rows, ["calls", "total_ms"]);
  return LATENCY_RANGES.map((range, bin) => {
    const { calls, total_ms } = rows.find((row) => row.bin === bin) ?? noneOf(TAIL);
    return { range, calls, total_ms, callShare: ratio(calls, all.calls), timeShare: ratio(total_ms, all.total_ms) };
  });
}
