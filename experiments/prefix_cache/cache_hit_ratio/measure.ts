/** Hit ratios by scope and trigger: distribution of steps and of their append tokens. */
import { type Distribution, type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { quantileWeighted } from "../../../lib/stats/quantile.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import {
  distributionsByScopeTrigger,
  inScopeTrigger,
  intervalsByTrigger,
  SCOPE_TRIGGERS,
  type ScopeTrigger,
  type TriggerIntervals,
} from "../../../lib/trace/triggers.ts";
import { BANDS, COARSE_BUCKETS, FINE_BINS } from "./bins.ts";

const RATIOS = query("query.sql", {
  provider: "text?",
  trigger: ["user", "tool_result"],
  ratio: "number",
  session_id: "text?",
  steps: "number",
  hits: "number",
  append_tokens: "number",
  missed_append_tokens: "number",
});
const CELLS = query("cells.sql", {
  provider: "text?",
  trigger: ["user", "tool_result", null],
  fine: "number",
  coarse: "number",
  band: "number",
  steps: "number",
  prefix_tokens: "number",
  append_tokens: "number",
});
type Cell = RowOf<typeof CELLS>;

/** Lower edges of the bands, ascending. */
const BAND_EDGES = BANDS.map(({ from }) => from).filter(Number.isFinite);
const EDGES = {
  fine_up_to: listed(FINE_BINS.map(({ upTo }) => upTo)),
  coarse_below: listed(COARSE_BUCKETS.map(({ below }) => below)),
  band_from: listed(BAND_EDGES),
};

/** Steps and their append tokens. */
export interface Mass {
  readonly steps: number;
  readonly appendTokens: number;
}

export type HitRatios = ReturnType<typeof hitRatios>;
export type InputTokens = ReturnType<typeof inputTokens>;
export type Measures = Awaited<ReturnType<typeof measure>>;

/** One entry per scope and trigger of each: hit ratios of steps that a user or a tool result begins, and tokens of all steps. */
export async function measure(db: QueryContext) {
  const [cells, ratiosOf] = await Promise.all([db.rows(CELLS, EDGES), distributionsByScopeTrigger(db, RATIOS, "ratio")]);
  const cellsOf = (group: ScopeTrigger) => cells.filter(({ provider, trigger }) => inScopeTrigger(group, provider, trigger));
  return {
    ratios: SCOPE_TRIGGERS.map((group) =>
      hitRatios(
        group,
        cellsOf(group).filter(({ trigger }) => trigger !== null),
        ratiosOf(group),
      ),
    ),
    tokens: SCOPE_TRIGGERS.map((group) => inputTokens(group, cellsOf(group))),
  };
}

export interface HitIntervals {
  /** Of the share of hits. */
  readonly hits: TriggerIntervals;
  /** Of the share of the append that is of misses. */
  readonly missedAppend: TriggerIntervals;
}

export async function hitIntervals(db: QueryContext): Promise<HitIntervals> {
  const [hits, missedAppend] = await Promise.all([
    intervalsByTrigger(db, RATIOS, { part: "hits", whole: "steps", session: "session_id" }),
    intervalsByTrigger(db, RATIOS, { part: "missed_append_tokens", whole: "append_tokens", session: "session_id" }),
  ]);
  return { hits, missedAppend };
}

function hitRatios(group: ScopeTrigger, cells: readonly Cell[], { n, sum, ascending }: Pick<Distribution, "n" | "sum" | "ascending">) {
  return {
    ...group,
    ...massOf(cells),
    /** Unweighted mean over steps; null without steps. */
    mean: ratio(sum, n),
    quantiles: quantilesOf(ascending),
    /** In the order of FINE_BINS, COARSE_BUCKETS and BANDS. */
    fine: FINE_BINS.map((_, place) => massOf(cells.filter(({ fine }) => fine === place))),
    coarse: COARSE_BUCKETS.map((_, place) => massOf(cells.filter(({ coarse }) => coarse === place))),
    bands: BANDS.map(({ from, below }) => massOf(cells.filter(({ band }) => band >= edgesUpTo(from) && band < edgesUpTo(below)))),
  };
}

/** How many lower edges of bands a ratio of this size reaches; beyond all of them, one more. */
function edgesUpTo(ratio: number): number {
  return ratio === Number.POSITIVE_INFINITY ? BAND_EDGES.length + 1 : BAND_EDGES.filter((edge) => edge <= ratio).length;
}

function massOf(cells: readonly Cell[]): Mass {
  return { steps: sumOf(cells, ({ steps }) => steps), appendTokens: sumOf(cells, ({ append_tokens }) => append_tokens) };
}

function quantilesOf(ascending: ArrayLike<number>) {
  const q = (share: number) => quantileWeighted(ascending, share);
  return { p01: q(0.01), p05: q(0.05), p10: q(0.1), p25: q(0.25), p50: q(0.5), p75: q(0.75), p90: q(0.9), p95: q(0.95), p99: q(0.99) };
}

function inputTokens(group: ScopeTrigger, cells: readonly Cell[]) {
  const prefixTokens = sumOf(cells, ({ prefix_tokens }) => prefix_tokens);
  const { steps, appendTokens } = massOf(cells);
  // The rate is null without input.
  return { ...group, steps, prefixTokens, appendTokens, hitRate: ratio(prefixTokens, prefixTokens + appendTokens) };
}

/** The last edge has no end. */
function listed(edges: readonly number[]): string {
  return JSON.stringify(edges.filter(Number.isFinite));
}
