/** Columns of tables of cumulative bins of durations. */
import type { Column } from "../experiment.ts";
import type { CumulativeBin } from "../stats/fine-bins.ts";

const S_PER_H = 3600;

/** A bin of durations in seconds, of one provider. */
export interface ProviderBin {
  readonly provider: string;
  /** From 1, shortest first. */
  readonly index: number;
  readonly bin: CumulativeBin;
}

export function providerBins(curves: readonly { readonly provider: string; readonly bins: readonly CumulativeBin[] }[]): ProviderBin[] {
  return curves.flatMap(({ provider, bins }) => bins.map((bin, i) => ({ provider, index: i + 1, bin })));
}

type BinColumns = Record<string, Column<ProviderBin>>;

/** How many durations are in each bin, and up to its end. @param counted what has a duration, in the plural: `steps` */
export function countBinColumns(counted: string): BinColumns {
  return { ...edgeColumns(), ...countColumns(counted) };
}

/** The same with sums of the durations. @param summed the sum of the durations, in the singular: `generation time` */
export function totalBinColumns(counted: string, summed: string): BinColumns {
  const { count, count_share, cumulative_count, cumulative_count_share } = countColumns(counted);
  return {
    ...edgeColumns(),
    count,
    total_seconds: { of: ({ bin }) => bin.sum, says: `Sum of the ${summed} in the bin`, unit: "s" },
    total_hours: { of: ({ bin }) => bin.sum / S_PER_H, says: `Sum of the ${summed} in the bin`, unit: "h" },
    time_share: { of: ({ bin }) => bin.sumShare, says: `Share of the provider's ${summed}`, unit: "share" },
    count_share,
    cumulative_count,
    cumulative_seconds: { of: ({ bin }) => bin.cumulativeSum, says: `Sum of the ${summed} up to the end of the bin`, unit: "s" },
    cumulative_hours: { of: ({ bin }) => bin.cumulativeSum / S_PER_H, says: `Sum of the ${summed} up to the end of the bin`, unit: "h" },
    cumulative_count_share,
    cumulative_time_share: {
      of: ({ bin }) => bin.cumulativeSumShare,
      says: `Share of the provider's ${summed} up to the end of the bin`,
      unit: "share",
    },
  };
}

function edgeColumns(): BinColumns {
  return {
    provider: { of: ({ provider }) => provider, says: "Provider" },
    fine_bin_index: { of: ({ index }) => index, says: "Number of the bin, from 1 for the shortest durations" },
    lo_seconds: { of: ({ bin }) => bin.lo, says: "Start of the bin, included", unit: "s" },
    hi_seconds: { of: ({ bin }) => bin.hi, says: "End of the bin, excluded except in the last bin", unit: "s" },
    duration_threshold_seconds: {
      of: ({ bin }) => bin.hi,
      says: "Same as `hi_seconds`: what the cumulative columns count up to",
      unit: "s",
    },
    landmark_boundary: { of: ({ bin }) => bin.endsAtLandmark, says: "Whether the bin ends at a round duration such as 1 min or 1 h" },
  };
}

function countColumns(counted: string) {
  return {
    count: { of: ({ bin }: ProviderBin) => bin.count, says: `Number of ${counted} in the bin`, unit: counted },
    count_share: { of: ({ bin }: ProviderBin) => bin.countShare, says: `Share of the provider's ${counted}`, unit: "share" },
    cumulative_count: {
      of: ({ bin }: ProviderBin) => bin.cumulativeCount,
      says: `Number of ${counted} up to the end of the bin`,
      unit: counted,
    },
    cumulative_count_share: {
      of: ({ bin }: ProviderBin) => bin.cumulativeCountShare,
      says: `Share of the provider's ${counted} up to the end of the bin`,
      unit: "share",
    },
  };
}
