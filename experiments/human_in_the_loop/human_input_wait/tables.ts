import type { Table } from "../../../lib/experiment.ts";
import type { CumulativeBin } from "../../../lib/stats/fine-bins.ts";
import { ALL, binsOf, edgesOf, type Group, summaryOf } from "./measure.ts";

const S_PER_H = 3600;
const BIN_COLUMNS = ["provider", "fine_bin_index", "lo_seconds", "hi_seconds", "duration_threshold_seconds", "landmark_boundary", "count"];

export function waitTables(groups: readonly Group[]): Table[] {
  const edges = edgesOf(groups);
  const bins = groups
    .filter(({ name }) => name !== ALL)
    .flatMap((group) => binsOf(group, edges).map((bin, i) => ({ provider: group.name, index: i + 1, bin })));
  return [summaryTable(groups), countTable(bins), timeTable(bins)];
}

function summaryTable(groups: readonly Group[]): Table {
  return {
    name: "human_input_wait_summary",
    title: "Waits by provider",
    caption: "One row for all waits and one per provider. Times are in seconds; quantiles are linear between neighbours.",
    columns: ["group", "count", "mean_seconds", "p50_seconds", "p90_seconds", "p95_seconds", "p99_seconds", "max_seconds"],
    rows: groups.map((group) => {
      const { n, mean, p50, p90, p95, p99, max } = summaryOf(group);
      return {
        group: group.name,
        count: n,
        mean_seconds: mean,
        p50_seconds: p50,
        p90_seconds: p90,
        p95_seconds: p95,
        p99_seconds: p99,
        max_seconds: max,
      };
    }),
  };
}

interface ProviderBin {
  readonly provider: string;
  /** From 1. */
  readonly index: number;
  readonly bin: CumulativeBin;
}
type Bins = readonly ProviderBin[];

function countTable(bins: Bins): Table {
  return {
    name: "human_input_wait_count_cdf_by_provider",
    title: "How many waits are shorter",
    caption: "One row per provider and bin of lengths in seconds; all providers have the same bins. Shares are of the provider's waits.",
    columns: [...BIN_COLUMNS, "count_share", "cumulative_count", "cumulative_count_share"],
    rows: bins.map(({ provider, index, bin }) => ({
      ...binCells(provider, index, bin),
      count_share: bin.countShare,
      cumulative_count: bin.cumulativeCount,
      cumulative_count_share: bin.cumulativeCountShare,
    })),
  };
}

function timeTable(bins: Bins): Table {
  return {
    name: "human_input_wait_total_cdf_by_provider",
    title: "How much of the waiting lies in shorter waits",
    caption: "The same bins with the summed waits. Shares of time are of the provider's summed waits.",
    columns: [
      ...BIN_COLUMNS,
      ...["total_seconds", "total_hours", "time_share", "count_share"],
      ...["cumulative_count", "cumulative_seconds", "cumulative_hours", "cumulative_count_share", "cumulative_time_share"],
    ],
    rows: bins.map(({ provider, index, bin }) => ({
      ...binCells(provider, index, bin),
      total_seconds: bin.sum,
      total_hours: bin.sum / S_PER_H,
      time_share: bin.sumShare,
      count_share: bin.countShare,
      cumulative_count: bin.cumulativeCount,
      cumulative_seconds: bin.cumulativeSum,
      cumulative_hours: bin.cumulativeSum / S_PER_H,
      cumulative_count_share: bin.cumulativeCountShare,
      cumulative_time_share: bin.cumulativeSumShare,
    })),
  };
}

function binCells(provider: string, index: number, { lo, hi, endsAtLandmark, count }: CumulativeBin) {
  return {
    provider,
    fine_bin_index: index,
    lo_seconds: lo,
    hi_seconds: hi,
    duration_threshold_seconds: hi,
    landmark_boundary: endsAtLandmark,
    count,
  };
}
