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
  flags: {
    maxPointsPerProvider: integer({ min: 2, default: 35000, says: "Most points in a panel" }),
    maxSpeedTokensPerSecond: number({ min: 1, default: 160, says: "Top of the speed axes; faster steps are drawn there" }),
    maxPureDecodeTokensPerSecond: number({ min: 1, default: 160, says: "Top of the axis of pure decoding" }),
    maxTtftSeconds: number({ min: 1, default: 40, says: "Top of the axis of the time to first token" }),
    minCodexPostReasoningSeconds: number({
      min: 0,
      default: 0.1,
      says: "Shortest time after the last reasoning of a Codex step that is taken as decoding",
    }),
    minContextTokens: number({ min: 1, default: 4096, says: "Left end of the context axis; statistics are over all steps" }),
    minBinCount: integer({ min: 1, default: 250, says: "Fewest steps of a bin of context" }),
  },
  async run({ db, options }) {
    const steps = await readSteps(db);
    const providers = speedsByProvider(steps);
    const split = splitAtReasoning(steps, options.minCodexPostReasoningSeconds);
    const figure = speedFigure(providers, split, options);
    return {
      tables: [
        summaryTable(providers, options.maxSpeedTokensPerSecond),
        binsTable(providers, options.minBinCount),
        timingSummaryTable(split),
        timingBinsTable(split, options.minBinCount),
        varianceTable(providers, options.maxSpeedTokensPerSecond),
      ],
      figures: figure ? [figure] : [],
      headlines: headlines(providers, split),
      notes: notes(providers, figure !== null),
    };
  },
});

function notes(providers: readonly ProviderSpeeds[], isDrawn: boolean): string[] {
  if (providers.length === 0) return ["There is nothing to show: no step of this pool has a timed generation, an output and an input."];
  return isDrawn ? [] : ["No step has as much context as the axis begins with (--min-context-tokens), so there is no figure."];
}

function headlines(providers: readonly ProviderSpeeds[], { pureDecode }: ReasoningSplit): Headline[] {
  const median = (values: readonly number[]) => `${toFixedHalfEven(quantilesOf(values).median ?? 0, 1)} tokens/s`;
  return [
    ...(providers.length === 0
      ? []
      : [{ label: "steps measured", value: grouped(providers.reduce((sum, { values }) => sum + values.length, 0)) }]),
    ...providers
      .slice(0, 2)
      .map(({ provider, values }) => ({ label: `${shortLabel(providerTitle(provider))} median`, value: median(values) })),
    ...(pureDecode.values.length === 0 ? [] : [{ label: "Codex pure decode median", value: median(pureDecode.values) }]),
  ];
}
