/** The floor of each group next to the errors that the fits of timing_fit make on it. */
import type { NeedsOf } from "../../../lib/experiment.ts";
import { finite, type Metric, type Target } from "../../../lib/trace/latency-fits.ts";
import type timingFit from "../timing_fit/experiment.ts";
import { type Means, meansOf, type NeighborhoodGroup } from "./neighborhoods.ts";

export type FittedGroup = NeedsOf<{ fits: typeof timingFit }>["fits"][number];

/** A group that has both neighborhoods and a fit. */
export interface Comparison {
  readonly group: NeighborhoodGroup;
  readonly local: Means;
  readonly fit: FittedGroup;
}

/** Most rows in neighborhoods first. */
export function compareWithFits(groups: readonly NeighborhoodGroup[], fits: readonly FittedGroup[]): Comparison[] {
  const fitOf = new Map(fits.map((fit) => [fit.key, fit]));
  return groups
    .flatMap((group): Comparison[] => {
      const fit = fitOf.get(group.group.key);
      return fit && Number.isFinite(fit.test.duration_ms.mae_ms) ? [{ group, local: meansOf(group.neighborhoods), fit }] : [];
    })
    .sort((a, b) => b.local.rows - a.local.rows);
}

/** A metric of one of the fits on its test segments; null when it is not finite. */
export function errorOf({ fit }: Comparison, target: Target, metric: Metric): number | null {
  return finite(fit.test[target][metric]);
}

/** Mean over groups weighted by their rows in neighborhoods; groups that lack a value are left out. */
export function weightedOverGroups(comparisons: readonly Comparison[], value: (comparison: Comparison) => number | null): number | null {
  let rows = 0;
  let sum = 0;
  for (const comparison of comparisons) {
    const own = value(comparison);
    if (own === null) continue;
    rows += comparison.local.rows;
    sum += own * comparison.local.rows;
  }
  return rows === 0 ? null : sum / rows;
}

/** Weighted by rows in neighborhoods: the smooth relative error of the floor and of the three fits, over the same groups. */
export function smoothMeans(comparisons: readonly Comparison[]): Readonly<Record<"floor" | "raw" | "log" | "smooth", number | null>> {
  const mean = (target: Target) =>
    weightedOverGroups(comparisons, (comparison) => errorOf(comparison, target, "smooth_relative_absolute_error"));
  return {
    floor: weightedOverGroups(comparisons, ({ local }) => local.smooth),
    raw: mean("duration_ms"),
    log: mean("log_duration_ms"),
    smooth: mean("smooth_relative_duration_ms"),
  };
}
