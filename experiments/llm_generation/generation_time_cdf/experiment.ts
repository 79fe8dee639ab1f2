import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { generationFigures } from "./charts.ts";
import { type Measured, type ProviderCurve, readCurves } from "./measure.ts";
import { countTable, totalTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Generation time of a step",
  question: "How long does the model generate in one step, and is the time spent in many fast steps or in a few slow ones?",
  async run({ db }) {
    const measured = await readCurves(db);
    const { curves } = measured;
    return {
      tables: [countTable(curves), totalTable(curves)],
      figures: curves.length > 0 ? generationFigures(curves) : [],
      headlines: headlines(curves),
      notes: notes(measured),
    };
  },
});

function headlines(curves: readonly ProviderCurve[]): Headline[] {
  if (curves.length === 0) return [];
  const hours = curves.reduce((sum, { totalSeconds }) => sum + totalSeconds, 0) / 3600;
  return [
    { label: "steps measured", value: grouped(curves.reduce((sum, { summary }) => sum + summary.n, 0)) },
    { label: "summed generation", value: hoursCompact(hours) },
    ...curves
      .slice(0, 2)
      .map(({ provider, summary }) => ({ label: `${shortLabel(providerTitle(provider))} median`, value: durationCompact(summary.p50) })),
  ];
}

function notes({ curves, steps, leftOut }: Measured): string[] {
  return [
    ...(curves.length === 0 ? [`There is nothing to show: it takes generation times that differ, and ${nothingText(steps)}.`] : []),
    ...(leftOut > 0 ? [`Left out: ${grouped(leftOut)} steps of a provider named "all", which would read as everything together.`] : []),
  ];
}

function nothingText(steps: number): string {
  return steps === 0 ? "no step of this pool has one" : `those of this pool (${grouped(steps)}) are all the same or left out`;
}
