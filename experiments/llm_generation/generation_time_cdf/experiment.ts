import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline, type Table, table } from "../../../lib/experiment.ts";
import { countBinColumns, providerBins, totalBinColumns } from "../../../lib/format/bin-columns.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { generationFigure } from "./charts.ts";
import { type ProviderCurve, readCurves, readIntervals } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Generation time of a step",
  question: "How long does the model generate in one step, and is the time spent in many fast steps or in a few slow ones?",
  empty: "No two steps in this pool have different generation times.",
  async run({ db }) {
    const { curves, leftOut } = await readCurves(db);
    const results = { tables: cumulativeTables(curves), notes: leftOut > 0 ? [leftOutNote(leftOut)] : [] };
    return curves.length > 0
      ? { ...results, figures: [generationFigure(curves, await readIntervals(db))], headlines: headlines(curves) }
      : results;
  },
});

function cumulativeTables(curves: readonly ProviderCurve[]): Table[] {
  const bins = providerBins(curves);
  const caption = "One row per provider and bin of generation times, also for bins without steps. All providers have the same bins.";
  return [
    table("llm_generation_time_count_cdf_by_provider", bins, countBinColumns("steps"), { title: "Steps by generation time", caption }),
    table("llm_generation_time_total_cdf_by_provider", bins, totalBinColumns("steps", "generation time"), {
      title: "Summed generation time by generation time",
      caption,
    }),
  ];
}

function leftOutNote(steps: number): string {
  return `Left out: ${grouped(steps)} steps of a provider named "all", which would be mistaken for all providers together.`;
}

function headlines(curves: readonly ProviderCurve[]): Headline[] {
  const hours = curves.reduce((sum, { totalSeconds }) => sum + totalSeconds, 0) / 3600;
  return [
    { label: "Steps measured", value: grouped(curves.reduce((sum, { summary }) => sum + summary.n, 0)) },
    { label: "Generation time in total", value: hoursCompact(hours) },
    ...curves.slice(0, 2).map(({ provider, summary }) => ({
      label: `${shortLabel(providerTitle(provider))}: median generation time`,
      value: durationCompact(summary.p50),
    })),
  ];
}
