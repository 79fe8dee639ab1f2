import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import type { Target } from "../../../lib/trace/latency-fits.ts";
import { predictionFigure, ratioFigure } from "./charts.ts";
import { type FitOptions, type Fits, FLAGS } from "./fit.ts";
import { fittedGroups, type Measured, measureGroups } from "./measure.ts";
import { coefficientsTable, metricsTable, summaryDocument, traceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Predicting latency from tokens",
  question: "How much of the latency of a step can be predicted from its cached, appended and generated tokens?",
  empty: "No group of timing segments in this pool is large enough for a fit.",
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const measured = await measureGroups(db, options);
    const figures = [predictionFigure(measured), ratioFigure(measured)].filter((figure) => figure !== null);
    return {
      tables: [metricsTable(measured), coefficientsTable(measured), traceTable()],
      documents: [summaryDocument(measured, options)],
      ...(figures.length > 0 ? { figures } : {}),
      headlines: headlines(measured),
      notes: notes(measured, options),
      provides: fittedGroups(measured),
    };
  },
});

function headlines({ segments, groups }: Measured): Headline[] {
  const fitted = groups.flatMap(({ fit }) => fit.fits ?? []);
  if (fitted.length === 0) return [];
  return [
    { label: "Timing segments", value: grouped(segments) },
    { label: "Groups fitted", value: `${fitted.length} of ${groups.length}` },
    { label: "Typical miss, fit to relative error", value: smoothError(fitted, "smooth_relative_duration_ms") },
    { label: "Typical miss, fit to milliseconds", value: smoothError(fitted, "duration_ms") },
  ];
}

function notes({ invalid, groups }: Measured, { minRows }: FitOptions): string[] {
  const skipped = groups.filter(({ fit }) => fit.skipped !== null);
  const rows = skipped.reduce((sum, { fit }) => sum + fit.rawRows, 0);
  const small = `Groups with fewer than ${grouped(minRows)} segments after filtering`;
  return [
    ...(invalid > 0 ? [`${grouped(invalid)} segments with a negative token count are left out.`] : []),
    ...(skipped.length > 0 ? [`${small} are not fitted: ${skipped.length}, with ${grouped(rows)} segments.`] : []),
  ];
}

/** Smooth relative error over the test segments of all groups. */
function smoothError(fitted: readonly Fits[], target: Target): string {
  const rows = fitted.reduce((sum, { testRows }) => sum + testRows, 0);
  const sum = fitted.reduce((total, { testRows, targets }) => total + targets[target].test.smooth_relative_absolute_error * testRows, 0);
  return Number.isFinite(sum) ? percent(sum / rows, 1) : "";
}
