/** Headlines and notes. */
import type { Headline } from "../../../lib/experiment.ts";
import { grouped, percent, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import type { Measured } from "./measure.ts";
import { meansOf, over } from "./neighbourhoods.ts";
import { smoothMeans } from "./reports.ts";
import type { ReportedOptions } from "./tables.ts";

export function headlines({ neighbourhoods, comparisons, duplicates }: Measured): Headline[] {
  const local = meansOf(neighbourhoods.groups.flatMap((group) => group.neighbourhoods));
  const { floor, smooth } = smoothMeans(comparisons);
  const ratio = over(smooth, floor);
  return [
    ...(local.smooth === null ? [] : [{ label: "Least relative error with similar tokens", value: percent(local.smooth, 1) }]),
    ...(smooth === null ? [] : [{ label: "Relative error of the fit", value: percent(smooth, 1) }]),
    ...(ratio === null ? [] : [{ label: "Fit against the least error", value: `${toFixedHalfEven(ratio, 2)}x` }]),
    ...(duplicates.sums.rows === 0 ? [] : [{ label: "Segments with the same tokens as another", value: grouped(duplicates.sums.rows) }]),
  ];
}

export function notes({ loaded, neighbourhoods, comparisons, duplicates }: Measured, options: ReportedOptions): string[] {
  const usable = grouped(loaded.usableRows);
  return [
    ...(loaded.unnamedRows > 0 ? [`${grouped(loaded.unnamedRows)} segments without a model are left out.`] : []),
    ...(loaded.invalidRows > 0 ? [`${grouped(loaded.invalidRows)} segments with a negative token count are left out.`] : []),
    ...(duplicates.sums.rows === 0 ? [`No two of ${usable} segments have the same token counts: there is no hard floor.`] : []),
    ...(neighbourhoods.groups.length === 0
      ? [
          `No neighbourhoods: of ${usable} segments, no group has ${grouped(options.minGroupRows)} with ${options.minBucketRows} of them alike in all token counts.`,
        ]
      : []),
    ...(comparisons.length === 0 ? ["Nothing to compare: no group has both neighbourhoods and a fit, so there is no figure of fits."] : []),
  ];
}
