import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { speedFigure } from "./charts.ts";
import { FLAGS, type ProviderSpeeds, type ReasoningSplit, STEPS, speedsByProvider, splitAtReasoning } from "./measure.ts";
import { quantilesOf } from "./statistics.ts";
import { binsTable, summaryTable, timingBinsTable, timingSummaryTable, varianceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Generation speed and context",
  question: "Does a model generate more slowly when it has more to read, and is that the decoding or the wait before it?",
  empty: "No step in this pool has a timed generation, an output and an input.",
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const steps = await db.columns(STEPS);
    const providers = speedsByProvider(steps);
    const split = splitAtReasoning(steps, options.minCodexPostReasoningSeconds);
    const results = {
      tables: [
        summaryTable(providers, options.maxSpeedTokensPerSecond),
        binsTable(providers, options.minBinCount),
        timingSummaryTable(split),
        timingBinsTable(split, options.minBinCount),
        varianceTable(providers, options.maxSpeedTokensPerSecond),
      ],
    };
    if (providers.length === 0) return results;
    const figure = speedFigure(providers, split, options);
    return {
      ...results,
      figures: figure ? [figure] : [],
      headlines: headlines(providers, split),
      notes: figure ? [] : ["Nothing is drawn: no step has as much context as the axis begins with (--min-context-tokens)."],
    };
  },
});

function headlines(providers: readonly ProviderSpeeds[], { pureDecode }: ReasoningSplit): Headline[] {
  const median = (values: readonly number[]) => `${toFixedHalfEven(quantilesOf(values).p50 ?? 0, 1)} tokens/s`;
  return [
    { label: "steps measured", value: grouped(providers.reduce((sum, { values }) => sum + values.length, 0)) },
    ...providers
      .slice(0, 2)
      .map(({ provider, values }) => ({ label: `${shortLabel(providerTitle(provider))} median`, value: median(values) })),
    ...(pureDecode.values.length === 0 ? [] : [{ label: "Codex pure decode median", value: median(pureDecode.values) }]),
  ];
}
