/** Whether few results hold most of the tokens and costs. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";

const BINS = query("concentration.sql", {
  provider: "text",
  measure: ["tokens", "cost"],
  bin: "number?",
  results: "number",
  amount: "number",
});
type Bin = RowOf<typeof BINS>;

/** Share of the results, the largest first, and of what they hold; from 0, 0 to 1, 1. */
export interface CurvePoint {
  readonly results: number;
  readonly amount: number;
}

export interface Concentration {
  readonly provider: string;
  readonly tokens: readonly CurvePoint[];
  readonly cost: readonly CurvePoint[];
  readonly results: number;
}

export async function readConcentration(db: QueryContext): Promise<Concentration[]> {
  const providers = groupBy(await db.rows(BINS), ({ provider }) => provider);
  return [...providers].map(([provider, bins]) => {
    const of = (measure: Bin["measure"]) => bins.filter((bin) => bin.measure === measure);
    return { provider, tokens: curveOf(of("tokens")), cost: curveOf(of("cost")), results: sumOf(of("tokens"), ({ results }) => results) };
  });
}

/** Results of a bin count as equally large; nothing for no amount. */
export function curveOf(bins: readonly Pick<Bin, "bin" | "results" | "amount">[]): CurvePoint[] {
  const results = sumOf(bins, (bin) => bin.results);
  const amount = sumOf(bins, (bin) => bin.amount);
  if (amount === 0) return [];
  const descending = bins.toSorted((a, b) => (b.bin ?? Number.NEGATIVE_INFINITY) - (a.bin ?? Number.NEGATIVE_INFINITY));
  let [seen, held] = [0, 0];
  const points = descending.map((bin) => {
    seen += bin.results;
    held += bin.amount;
    return { results: shareOf(seen, results), amount: shareOf(held, amount) };
  });
  return [{ results: 0, amount: 0 }, ...points];
}

/** What the largest of them hold, as a share of one, between the points of the curve; null without a curve. */
export function heldBy(curve: readonly CurvePoint[], topShare: number): number | null {
  const next = curve.findIndex(({ results }) => results >= topShare);
  const [low, high] = [curve[next - 1], curve[next]];
  if (!high) return null;
  if (!low) return high.amount;
  return low.amount + ((topShare - low.results) / (high.results - low.results)) * (high.amount - low.amount);
}

/** From 0, all alike, to 1, one result holds everything; null without a curve. */
export function giniOf(curve: readonly CurvePoint[]): number | null {
  if (curve.length === 0) return null;
  const area = sumOf(curve.slice(1), (point) => {
    const before = curve[curve.indexOf(point) - 1] ?? { results: 0, amount: 0 };
    return ((point.results - before.results) * (point.amount + before.amount)) / 2;
  });
  return 2 * area - 1;
}
