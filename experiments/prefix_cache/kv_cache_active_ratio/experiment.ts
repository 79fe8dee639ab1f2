import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { activeRatioFigure } from "./charts.ts";
import { type ActiveCurve, ratioIntervals, readCurves } from "./measure.ts";
import { activeRatioTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "How much of the time a cache is in use",
  question: "While a session's KV cache is held for its next step, what share of the time is it generating rather than waiting?",
  empty: "No generation times in this pool.",
  async run({ db }) {
    const curves = await readCurves(db);
    const results = { tables: [activeRatioTable(curves)], headlines: headlines(curves), notes: curves.map(note) };
    return curves.length > 0 ? { ...results, figures: [activeRatioFigure(curves, await ratioIntervals(db, FIVE_MINUTES_S))] } : results;
  },
});

const FIVE_MINUTES_S = 300;
const HEADLINE_PROVIDERS = 2;

function headlines(curves: readonly ActiveCurve[]): Headline[] {
  return curves
    .slice(0, HEADLINE_PROVIDERS)
    .flatMap(({ provider, points }) =>
      points
        .filter(({ timeout_s }) => timeout_s === FIVE_MINUTES_S)
        .map(({ ratio }) => ({ label: `${providerTitle(provider)} active at 5 min`, value: percent(ratio, 1) })),
    );
}

function note({ provider, generation_s }: ActiveCurve): string {
  return `${providerTitle(provider)}: ${hoursCompact(generation_s / 3600)} of generation.`;
}
