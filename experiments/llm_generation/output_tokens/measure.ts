/** How many tokens the steps of each group write. */
import { type TokenAxis, tokenAxis } from "../../../lib/chart/token-axis.ts";
import { tokenHistogram } from "../../../lib/chart/token-histogram.ts";
import { type QueryContext, query } from "../../../lib/experiment.ts";
import { sorted } from "../../../lib/stats/quantile.ts";
import { summarizeAscending } from "../../../lib/stats/summary.ts";
import { type GroupBy, rowGroups } from "../../../lib/trace/groups.ts";

const OUTPUTS = query("query.sql", { label: "text", output_tokens: "number" });
const FIRST_TICK_TOKENS = 16;

export type OutputGroup = Awaited<ReturnType<typeof measureOutputs>>[number];

/** `all`, which is there even without rows, then the groups by label; statistics are 0 without steps. */
export async function measureOutputs(db: QueryContext, groupBy: GroupBy) {
  const { label: labels, output_tokens } = await db.columns(OUTPUTS, { group_by: groupBy });
  return rowGroups(labels).map(({ label, from, to }) => {
    const ascending = sorted(output_tokens.slice(from, to));
    return { group: label, ascending, summary: summarizeAscending(ascending, 0) };
  });
}

/** The axis that the groups share. */
export function outputAxis(groups: readonly OutputGroup[], maxTicks?: number): TokenAxis {
  const max = Math.max(1, ...groups.map(({ summary }) => summary.max));
  return tokenAxis({ max, firstTick: FIRST_TICK_TOKENS, ...(maxTicks === undefined ? {} : { maxTicks }) });
}

/** Steps per bin of the axis; `index` counts the bins of a group from 0. */
export function outputBins(groups: readonly OutputGroup[], axis: TokenAxis) {
  return groups.flatMap(({ group, ascending }) => tokenHistogram(group, ascending, axis).map((bin, index) => ({ ...bin, index })));
}
