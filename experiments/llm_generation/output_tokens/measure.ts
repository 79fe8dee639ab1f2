/** How many tokens the steps of each group write. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { tokenAxis, tokenBinEdges } from "../../../lib/chart/token-axis.ts";
import { tokenBins, wholeTokenEdges } from "../../../lib/chart/token-histogram.ts";
import { barEdges, barTokenEdges } from "../../../lib/chart/token-shares.ts";
import { type IntervalOf, type QueryContext, query } from "../../../lib/experiment.ts";
import { summaryOf } from "../../../lib/stats/summary.ts";
import { ALL, type GroupBy } from "../../../lib/trace/groups.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

const OUTPUTS = query("query.sql", { label: "text", session_id: "text?", output_tokens: "number" });
const TABLE_FIRST_TICK = 16;
/** In the figure; outputs up to this have one bar. */
export const SHORT_OUTPUT_TOKENS = 8;

export type OutputGroup = Awaited<ReturnType<typeof measureOutputs>>[number];
export type OutputBins = Awaited<ReturnType<typeof readBins>>;

/** `all`, which is there even without rows, then the groups by label; statistics are 0 without steps. */
export async function measureOutputs(db: QueryContext, groupBy: GroupBy) {
  const params = { group_by: groupBy };
  const request = { of: ["output_tokens"], points: CURVE_POINTS } as const;
  const [[all], byLabel] = await Promise.all([
    db.distributions(OUTPUTS, { ...request, by: [] }, params),
    db.distributions(OUTPUTS, { ...request, by: ["label"] }, params),
  ]);
  const named = byLabel.map((found) => ({ ...found, label: found.group.label })).filter(({ label }) => label !== ALL);
  return [{ ...(all ?? NOTHING), label: ALL }, ...named].map(({ label, n, sum, ascending }) => ({
    group: label,
    ascending,
    summary: summaryOf({ n, sum, ascending }, 0),
  }));
}

export type MedianInterval = (label: string) => IntervalOf["interval"];

/** Of the groups by label; null for others. */
export async function medianIntervals(db: QueryContext, groupBy: GroupBy): Promise<MedianInterval> {
  const found = await db.intervals(OUTPUTS, { by: ["label"], of: ["output_tokens"], session: "session_id" }, { group_by: groupBy });
  return (label) => found.find(({ group }) => group.label === label)?.interval ?? null;
}

/** Steps per bin of the table, and per bar of the figure, for each group. */
export async function readBins(db: QueryContext, groupBy: GroupBy, groups: readonly OutputGroup[]) {
  const max = Math.max(1, ...groups.map(({ summary }) => summary.max));
  const by = groups.some(({ group }) => group === ALL) ? [] : (["label"] as const);
  const binsOf = async (positions: readonly number[], edges: readonly number[]) => {
    const found = await db.bins(OUTPUTS, { by, of: "output_tokens", edges }, { group_by: groupBy });
    return groups.map(({ group }) => ({
      group,
      bins: tokenBins(
        found.filter((bin) => group === ALL || bin.group.label === group),
        positions,
      ),
    }));
  };
  const tableAxis = tokenAxis({ max, firstTick: TABLE_FIRST_TICK });
  const axis = tokenAxis({ max, firstTick: SHORT_OUTPUT_TOKENS });
  const tablePositions = tokenBinEdges(tableAxis);
  const [table, figure] = await Promise.all([
    binsOf(tablePositions, wholeTokenEdges(tablePositions, Math.max(max, TABLE_FIRST_TICK), tableAxis)),
    binsOf(barEdges(axis), barTokenEdges(axis, Math.max(max, SHORT_OUTPUT_TOKENS))),
  ]);
  return { table, tableAxis, figure, axis };
}
