/** Headlines and notes. */
import type { Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import type { FitOptions, Fits, Target } from "./fit.ts";
import type { Measured } from "./measure.ts";

export function headlines({ segments, groups }: Measured): Headline[] {
  const fitted = groups.flatMap(({ fit }) => fit.fits ?? []);
  if (fitted.length === 0) return [];
  return [
    { label: "Timing segments", value: grouped(segments) },
    { label: "Groups fitted", value: `${fitted.length} of ${groups.length}` },
    { label: "Typical miss, fit to relative error", value: smoothError(fitted, "smooth_relative_duration_ms") },
    { label: "Typical miss, fit to milliseconds", value: smoothError(fitted, "duration_ms") },
  ];
}

export function notes({ segments, invalid, groups }: Measured, { minRows }: FitOptions): string[] {
  const skipped = groups.filter(({ fit }) => fit.skipped !== null);
  const rows = skipped.reduce((sum, { fit }) => sum + fit.rawRows, 0);
  return [
    ...(segments === 0 ? ["Nothing to show: no step of Claude or Codex has a timed input that ends in a tool call or in reasoning."] : []),
    ...(invalid > 0 ? [`${grouped(invalid)} segments with a negative token count are left out.`] : []),
    ...(skipped.length > 0
      ? [`${skipped.length} groups with ${grouped(rows)} segments are not fitted: fewer than ${grouped(minRows)} rows remain of each.`]
      : []),
  ];
}

/** Smooth relative error over the test segments of all groups. */
function smoothError(fitted: readonly Fits[], target: Target): string {
  const rows = fitted.reduce((sum, { testRows }) => sum + testRows, 0);
  const sum = fitted.reduce((total, { testRows, targets }) => total + targets[target].test.smooth_relative_absolute_error * testRows, 0);
  return Number.isFinite(sum) ? percent(sum / rows, 1) : "";
}
