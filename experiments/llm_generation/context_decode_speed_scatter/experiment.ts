import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline, integer, number } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { speedFigure } from "./charts.ts";
import { type ProviderSpeeds, type ReasoningSplit, readSteps, speedsByProvider, splitAtReasoning } from "./measure.ts";
import { quantilesOf } from "./statistics.ts";
import { binsTable, summaryTable, timingBinsTable, timingSummaryTable, varianceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Generation speed and context",
  question: "Does a model generate more slowly when it has more to read, and is that the decoding or the wait before it?",
  empty: "No step in this pool has a timed generation, an output and an input.",
  flags: {
    maxPointsPerProvider: integer({ min: 2, default: 35000, says: "Maximum number of dots in a panel, evenly spaced in file order" }),
    maxSpeedTokensPerSecond: number({
      min: 1,
      default: 160,
      says: "Top of the speed axes and cap of the tables, in tokens per second; faster steps are drawn at the top",
    }),
    maxPureDecodeTokensPerSecond: number({ min: 1, default: 160, says: "Top of the axis of pure decode, in tokens per second" }),
    maxTtftSeconds: number({ min: 1, default: 40, says: "Top of the axis of the time to first token, in seconds" }),
    minCodexPostReasoningSeconds: number({
      min: 0,
      default: 0.1,
      says: "Minimum time after the last reasoning of a Codex step that is taken as decoding, in seconds",
    }),
    minContextTokens: number({
      min: 1,
      default: 4096,
      says: "Left end of the context axis, in tokens; steps with less are not drawn, but are in all statistics",
    }),
    minBinCount: integer({ min: 1, default: 250, says: "Minimum number of steps in a bin of context" }),
  },
  async run({ db, options }) {
    const steps = await readSteps(db);
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
