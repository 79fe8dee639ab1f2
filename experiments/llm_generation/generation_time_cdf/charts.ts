/** The figure: how many steps end within each generation time, and how much of the time these take. */
import { durationAxis } from "../../../lib/chart/axes.ts";
import { countAndSumPanels } from "../../../lib/chart/count-and-sum.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { providerLabel } from "../../../lib/chart/palette.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { durationCompact, hoursCompact } from "../../../lib/format/durations.ts";
import { INTERVALS_SENTENCE, intervalText } from "../../../lib/format/intervals.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { type GenerationIntervals, type ProviderCurve, shareUpTo } from "./measure.ts";

const SECONDS_PER_HOUR = 3600;
const MINUTE_S = 60;

/** @param curves one at least */
export function generationFigure(curves: readonly ProviderCurve[], intervals: GenerationIntervals): Figure {
  const bins = at(curves, 0).bins;
  const panels = countAndSumPanels({
    groups: curves.map((curve) => ({
      name: curve.provider,
      heading: headingOf(curve),
      note: noteOf(curve, intervals),
      points: pointsOf(curve),
      marked: { upTo: MINUTE_S, ...shareUpTo(curve, MINUTE_S) },
    })),
    x: durationAxis([Math.min(at(bins, 0).lo, 1), Math.max(at(bins, -1).hi, 10 * MINUTE_S)], {
      title: "Generation time of a step (log scale)",
    }),
    count: "steps",
    sum: "generation time",
    mark: "1 min",
  });
  const below = curves.map((curve) => ({ name: providerLabel(curve.provider), ...shareUpTo(curve, MINUTE_S) }));
  const facts = below
    .map(({ name, count, sum }) => `${name}: ${percent(count, 1)} of the steps, ${percent(sum, 1)} of the time`)
    .join("; ");
  const steps = curves.reduce((sum, { summary }) => sum + summary.n, 0);
  return {
    name: "llm_generation_time_count_and_time",
    title: `Steps under a minute take ${below.map(({ name, sum }) => `${percent(sum, 1)} (${name})`).join(" and ")} of the generation time`,
    subtitle: "Dashed: share of the steps up to each generation time. Solid: share of their summed time.",
    coverage: { shown: steps, of: steps, what: "steps with a measured generation" },
    spec: grid(panels, { columns: 2, spacing: 40 }),
    caption: `The further the solid line is to the right of the dashed one, the more of the time is in few slow steps. Under a minute: ${facts}. ${INTERVALS_SENTENCE}`,
    reading: `The dashed line counts the steps up to each generation time, the solid one adds up their time, both as shares of the provider's
own total. Time is spent where the solid line is steep; a long flat end of the dashed line is a rare slow tail.`,
    alt: `A panel per provider with two rising curves over a log axis of generation times: the share of steps, and further to the right the share of their time. ${facts}.`,
  };
}

function headingOf({ provider, summary: { n }, totalSeconds }: ProviderCurve): string {
  return `${providerLabel(provider)}: ${hoursCompact(totalSeconds / SECONDS_PER_HOUR)} in ${grouped(n)} steps`;
}

/** What is compared, with intervals: the share is of the time. */
function noteOf(curve: ProviderCurve, { median, short }: GenerationIntervals): string {
  const share = percent(shareUpTo(curve, MINUTE_S).sum, 1);
  return (
    `Median ${durationCompact(curve.summary.p50)}${intervalText(median(curve.provider), durationCompact)}; ` +
    `under 1 min ${share}${intervalText(short(curve.provider), (value) => percent(value, 1))}`
  );
}

function pointsOf({ bins }: ProviderCurve) {
  const first = bins.slice(0, 1).map(({ lo }) => ({ upTo: lo, count: 0, sum: 0 }));
  return [...first, ...bins.map((bin) => ({ upTo: bin.hi, count: bin.cumulativeCountShare, sum: bin.cumulativeSumShare }))];
}
