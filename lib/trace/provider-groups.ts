/** Durations of everything together and of each provider, as figures and summaries show them. */
import { CURVE_POINTS } from "../chart/cdf.ts";
import type { SharePoint } from "../chart/count-and-sum.ts";
import { providerOrder } from "../chart/palette.ts";
import type { Bin, Column, Distribution, Query, QueryContext } from "../experiment.ts";
import { cumulate, DURATION_LANDMARKS_S, filledBins, fineEdges } from "../stats/fine-bins.ts";
import { at, known } from "../stats/known.ts";
import { sumOf } from "../stats/sum.ts";
import { summaryOf } from "../stats/summary.ts";
import { ALL } from "./groups.ts";

/** A query of durations, one a row. */
export type Durations = Query<{ readonly provider: string; readonly seconds: number }>;

/** A duration with its session. */
interface ShortOrNot {
  readonly provider: string;
  readonly session_id: string;
  /** 1. */
  readonly one: number;
  /** 1 or 0. */
  readonly is_short: number;
}

export type ProviderGroup = ReturnType<typeof groupOf>;

export const GROUP_COLUMN: Column<Pick<ProviderGroup, "name">> = {
  of: ({ name }) => name,
  says: "`all`, or the provider (`<unknown-provider>` where a step has none)",
};

/**
 * Everything first, then Claude, Codex and the other providers by name; none when there are no values.
 * @param limits in seconds, ascending: for `below`
 */
export async function providerGroups(db: QueryContext, durations: Durations, limits: readonly number[]): Promise<ProviderGroup[]> {
  const request = { of: ["seconds"], points: CURVE_POINTS } as const;
  const [[all], providers] = await Promise.all([
    db.distributions(durations, { ...request, by: [] }),
    db.distributions(durations, { ...request, by: ["provider"] }),
  ]);
  if (!all) return [];
  const edges = fineEdges([at(all.ascending, 0), at(all.ascending, all.n - 1)], DURATION_LANDMARKS_S);
  const named = providerOrder(providers.map(({ group }) => group.provider)).map((name) => ({
    name,
    values: known(providers.find(({ group }) => group.provider === name)),
  }));
  const [ofAll, byProvider] = await Promise.all([
    binsOf(db, durations, [], edges, limits),
    binsOf(db, durations, ["provider"], edges, limits),
  ]);
  return [
    groupOf(ALL, all, ofAll),
    ...named.map(({ name, values }) => {
      const own = (bins: readonly Bin<{ readonly provider: string }>[]) => bins.filter(({ group }) => group.provider === name);
      return groupOf(name, values, { ...byProvider, fine: own(byProvider.fine), ranges: own(byProvider.ranges) });
    }),
  ];
}

/** Fine bins, none when all values are the same, and the ranges between the limits. */
async function binsOf<B extends "provider">(
  db: QueryContext,
  durations: Durations,
  by: readonly B[],
  edges: readonly number[],
  limits: readonly number[],
) {
  const ends = [0, ...limits, Number.POSITIVE_INFINITY];
  const [fine, ranges] = await Promise.all([
    edges.length === 0 ? [] : db.bins(durations, { by, of: "seconds", edges }),
    db.bins(durations, { by, of: "seconds", edges: ends }),
  ]);
  return { edges, fine, ends, ranges };
}

interface Bins {
  readonly edges: readonly number[];
  readonly fine: readonly Bin[];
  readonly ends: readonly number[];
  readonly ranges: readonly Bin[];
}

function groupOf(name: string, { ascending, n, sum }: Distribution, { edges, fine, ends, ranges }: Bins) {
  return {
    /** `all`, or a provider. */
    name,
    summary: summaryOf({ ascending, n, sum }, 0),
    /** Seconds. */
    sum,
    /** In seconds, by rank, as far as curves and the summary need them. */
    ascending,
    /** All groups share them; none when all values are the same. */
    bins: cumulate(filledBins(fine, edges), DURATION_LANDMARKS_S),
    /** From one limit up to the next. */
    ranges: filledBins(ranges, ends),
  };
}

export type ShareIntervals = Awaited<ReturnType<typeof shareIntervals>>;

/** Intervals of the share of durations that are short, by provider. */
export async function shareIntervals(db: QueryContext, durations: Query<ShortOrNot>) {
  const found = await db.intervals(durations, { by: ["provider"], of: ["is_short"], whole: "one", session: "session_id" });
  return new Map(found.map(({ group, interval }) => [group.provider, interval]));
}

/** Shares of the values and of their sum that are below a limit. */
export function below({ ranges, sum, summary: { n } }: ProviderGroup, limit: number): SharePoint {
  const shorter = ranges.filter(({ hi }) => hi <= limit);
  return {
    upTo: limit,
    count: sumOf(shorter, ({ count }) => count) / n,
    sum: sumOf(shorter, (range) => range.sum) / sum,
  };
}

/** The same for the end of each fine bin, from nothing at the smallest value. */
export function sharePoints({ bins }: ProviderGroup): SharePoint[] {
  const first = bins.slice(0, 1).map(({ lo }) => ({ upTo: lo, count: 0, sum: 0 }));
  return [...first, ...bins.map((bin) => ({ upTo: bin.hi, count: bin.cumulativeCountShare, sum: bin.cumulativeSumShare }))];
}

/** @throws when the groups are not those of at least one provider */
export function allAndProviders([all, ...providers]: readonly ProviderGroup[]): [all: ProviderGroup, providers: ProviderGroup[]] {
  if (all?.name !== ALL || providers.length === 0) throw new Error("expected all values first, then their providers");
  return [all, providers];
}
