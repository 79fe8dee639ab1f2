import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import timingFit from "../timing_fit/experiment.ts";
import { floorFigure } from "./charts.ts";
import { FLAGS, type Measured, measure, type Options, over, smoothMeans } from "./measure.ts";
import { compactReport, errorReport, smoothReport } from "./reports.ts";
import { compactTable, comparisonTable, duplicatesTable, neighborhoodsTable, pointerDocument, summaryDocument } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "What tokens do not explain",
  question: "How much do latencies differ among steps with the same or similar tokens, so that no model of tokens can predict them?",
  empty: "No group of timing segments in this pool has both neighborhoods and a fit.",
  unfinishedOutput: "left out",
  needs: { fits: timingFit },
  flags: FLAGS,
  async run({ db, options, needs }) {
    const measured = await measure(db, needs.fits, options);
    const figure = floorFigure(measured, options);
    return {
      tables: [
        comparisonTable(measured),
        compactTable(measured),
        neighborhoodsTable(measured, options),
        duplicatesTable(measured, options),
      ],
      documents: [summaryDocument(measured, options), pointerDocument()],
      texts: [errorReport(measured, options), smoothReport(measured, options), compactReport(measured)],
      ...(figure ? { figures: [figure] } : {}),
      headlines: headlines(measured),
      notes: notes(measured, options),
    };
  },
});

function headlines({ local, comparisons, duplicates }: Measured): Headline[] {
  const { floor, smooth } = smoothMeans(comparisons);
  const ratio = over(smooth, floor);
  return [
    ...(local.smooth === null ? [] : [{ label: "Least relative error with similar tokens", value: percent(local.smooth, 1) }]),
    ...(smooth === null ? [] : [{ label: "Relative error of the fit", value: percent(smooth, 1) }]),
    ...(ratio === null ? [] : [{ label: "Fit against the least error", value: `${toFixedHalfEven(ratio, 2)}x` }]),
    ...(duplicates.sums.rows === 0 ? [] : [{ label: "Segments with the same tokens as another", value: grouped(duplicates.sums.rows) }]),
  ];
}

function notes({ loaded, neighborhoods, duplicates }: Measured, options: Options): string[] {
  const usable = grouped(loaded.usableRows);
  return [
    ...(loaded.unnamedRows > 0 ? [`${grouped(loaded.unnamedRows)} segments without a model are left out.`] : []),
    ...(loaded.invalidRows > 0 ? [`${grouped(loaded.invalidRows)} segments with a negative token count are left out.`] : []),
    ...(duplicates.sums.rows === 0 ? [`No two of ${usable} segments have the same token counts, so a hard floor cannot be measured.`] : []),
    ...(neighborhoods.groups.length === 0
      ? [
          `No neighborhoods: of ${usable} segments, no group has ${grouped(options.minGroupRows)} of which ${options.minBucketRows} have similar token counts.`,
        ]
      : []),
  ];
}
