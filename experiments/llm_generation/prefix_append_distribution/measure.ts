/** How the input of steps divides into cached prefix and new append, by group. */
import { CURVE_POINTS } from "../../../lib/chart/cdf.ts";
import { tokenAxis } from "../../../lib/chart/token-axis.ts";
import { tokenBins } from "../../../lib/chart/token-histogram.ts";
import { barEdges, barTokenEdges } from "../../../lib/chart/token-shares.ts";
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { summaryOf } from "../../../lib/stats/summary.ts";
import { ALL, type GroupBy } from "../../../lib/trace/groups.ts";
import { intervalsBy, shareIntervalsBy } from "../../../lib/trace/intervals.ts";
import { NOTHING } from "../../../lib/trace/scopes.ts";

export const METRICS = ["prefix_tokens", "newly_append_tokens"] as const;
export type Metric = (typeof METRICS)[number];
/** In the figure, where up to so many tokens have one bar. */
const FIRST_TICK_TOKENS: Readonly<Record<Metric, number>> = { prefix_tokens: 1024, newly_append_tokens: 16 };

/** One metric of the steps of one group. */
export type GroupMetric = Awaited<ReturnType<typeof measureLengths>>[number];

const LENGTHS = query("query.sql", { label: "text", session_id: "text?", prefix_tokens: "number?", newly_append_tokens: "number?" });

const COUNTS = query("counts.sql", {
  label: "text",
  metric: METRICS,
  rows: "number",
  missing: "number",
  invalid: "number",
});

/** Of appended tokens, as the published tables have them; the upper end is exclusive. */
const RANGES = [
  { label: "0", lo_tokens: 0, hi_tokens: 1 },
  { label: "1-10", lo_tokens: 1, hi_tokens: 10 },
  { label: "10-100", lo_tokens: 10, hi_tokens: 100 },
  { label: "100-1k", lo_tokens: 100, hi_tokens: 1_000 },
  { label: "1k-10k", lo_tokens: 1_000, hi_tokens: 10_000 },
  { label: "10k-100k", lo_tokens: 10_000, hi_tokens: 100_000 },
  { label: "100k-500k", lo_tokens: 100_000, hi_tokens: 500_000 },
  { label: ">=500k", lo_tokens: 500_000, hi_tokens: null },
].map((range, bin_no) => ({ bin_no, ...range }));

const BINS = query("bins.sql", {
  provider: "text",
  bin_no: "number",
  label: "text",
  lo_tokens: "number",
  hi_tokens: "number?",
  rounds: "number",
  total_append_tokens: "number",
});
export type AppendBin = Awaited<ReturnType<typeof readAppendBins>>[number];

const SHARES = query("shares.sql", {
  provider: "text",
  session_id: "text?",
  bin_no: "number",
  steps: "number",
  tokens: "number",
  all_steps: "number",
  all_tokens: "number",
});

const PAIRS = query("pairs.sql", { round_pk: "number", label: "text", prefix_tokens: "number", append_tokens: "number" });
export type SampledStep = RowOf<typeof PAIRS>;

/** `all` first, then the groups by label; prefix before append in each. Statistics are 0 without values. */
export async function measureLengths(db: QueryContext, groupBy: GroupBy) {
  const params = { group_by: groupBy };
  const request = { of: METRICS, points: CURVE_POINTS } as const;
  const [counts, all, byLabel] = await Promise.all([
    db.rows(COUNTS, params),
    db.distributions(LENGTHS, { ...request, by: [] }, params),
    db.distributions(LENGTHS, { ...request, by: ["label"] }, params),
  ]);
  return counts.map(({ label, metric, ...steps }) => {
    const found = label === ALL ? all : byLabel.filter(({ group }) => group.label === label);
    const values = found.find(({ column }) => column === metric) ?? NOTHING;
    return { group: label, metric, ...steps, ascending: values.ascending, summary: summaryOf(values, 0) };
  });
}

export type MedianInterval = Awaited<ReturnType<typeof medianIntervals>>;

/** Of a metric of the groups by label; null for others. */
export async function medianIntervals(db: QueryContext, groupBy: GroupBy) {
  const found = await intervalsBy(db, LENGTHS, { by: ["label"], of: METRICS, session: "session_id" }, { group_by: groupBy });
  return (label: string, metric: Metric) => found({ label }, metric);
}

/** Steps and tokens by how much they append, with the share of the provider's tokens and steps, 0 without any. Shares of all have no intervals. */
export async function readAppendBins(db: QueryContext) {
  const ranges = { ranges: JSON.stringify(RANGES) };
  const shares = {
    tokenInterval: { part: "tokens", whole: "all_tokens" },
    stepInterval: { part: "steps", whole: "all_steps" },
  } as const;
  const [bins, intervalsOf] = await Promise.all([
    db.rows(BINS, ranges),
    shareIntervalsBy(db, SHARES, { by: ["provider", "bin_no"], session: "session_id" }, shares, ranges),
  ]);
  const totals = groupBy(bins, ({ provider }) => provider);
  return bins.map((bin) => {
    const own = totals.get(bin.provider) ?? [];
    const tokens = sumOf(own, ({ total_append_tokens }) => total_append_tokens);
    const steps = sumOf(own, ({ rounds }) => rounds);
    return {
      ...bin,
      token_share: shareOf(bin.total_append_tokens, tokens),
      round_share: shareOf(bin.rounds, steps),
      ...intervalsOf(bin),
    };
  });
}

export type MetricBars = Awaited<ReturnType<typeof readBars>>;

/** Steps per bar of the figure for each group, on an axis of the metric. @param drawn of one metric, all with values */
export async function readBars(db: QueryContext, metric: Metric, drawn: readonly GroupMetric[], groupBy: GroupBy) {
  const firstTick = FIRST_TICK_TOKENS[metric];
  const max = Math.max(firstTick, ...drawn.map(({ summary }) => summary.max));
  const axis = tokenAxis({ max, firstTick, maxTicks: 8 });
  const positions = barEdges(axis);
  const by = drawn.some(({ group }) => group === ALL) ? [] : (["label"] as const);
  const found = await db.bins(LENGTHS, { by, of: metric, edges: barTokenEdges(axis, max) }, { group_by: groupBy });
  const groups = drawn.map((each) => ({
    ...each,
    bins: tokenBins(
      found.filter((bin) => each.group === ALL || bin.group.label === each.group),
      positions,
    ),
  }));
  return { metric, axis, groups };
}

/** Some of the steps with both numbers; the same ones for the same trace. */
export function sampleOf(db: QueryContext, groupBy: GroupBy, most: number): Promise<SampledStep[]> {
  return db.sample(PAIRS, { by: [], key: "round_pk", most }, { group_by: groupBy });
}
