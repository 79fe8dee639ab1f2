import { providerTitle } from "../../../lib/chart/palette.ts";
import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { readCells } from "./cells.ts";
import { speedFigure } from "./charts.ts";
import { FLAGS, type Measured, measureSpeeds, type Speeds } from "./measure.ts";
import { binsTable, summaryTable, timingBinsTable, timingSummaryTable, varianceTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Generation speed and context",
  question: "Does a model generate more slowly when it has more to read, and is that the decoding or the wait before it?",
  empty: "No step in this pool has a timed generation, an output and an input.",
  unfinishedOutput: "left out",
  flags: FLAGS,
  async run({ db, options }) {
    const speeds = await measureSpeeds(db, options);
    const { providers } = speeds;
    const results = {
      tables: [
        summaryTable(providers, options.maxSpeedTokensPerSecond),
        binsTable(providers),
        timingSummaryTable(speeds),
        timingBinsTable(speeds),
        varianceTable(providers, options.maxSpeedTokensPerSecond),
      ],
    };
    if (providers.length === 0) return results;
    const figure = speedFigure(speeds, await readCells(db, speeds, options), options);
    return {
      ...results,
      figures: figure ? [figure] : [],
      headlines: headlines(speeds),
      notes: figure ? [] : ["Nothing is drawn: no step has as much context as the axis begins with (--min-context-tokens)."],
    };
  },
});

function headlines({ providers, pureDecode }: Speeds): Headline[] {
  const median = ({ quantiles }: Pick<Measured, "quantiles">) => `${toFixedHalfEven(quantiles.p50 ?? 0, 1)} tokens/s`;
  return [
    { label: "Steps measured", value: grouped(providers.reduce((sum, { rows }) => sum + rows, 0)) },
    ...providers
      .slice(0, 2)
      .map((measured) => ({ label: `${shortLabel(providerTitle(measured.provider))}: median speed`, value: median(measured) })),
    ...(pureDecode.rows === 0 ? [] : [{ label: "Codex: median speed of pure decoding", value: median(pureDecode) }]),
  ];
}
