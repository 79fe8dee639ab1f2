/** The curves as tables: one row per provider and bin. */
import type { Row, Table } from "../../../lib/experiment.ts";
import type { CumulativeBin } from "../../../lib/stats/fine-bins.ts";
import type { ProviderCurve } from "./measure.ts";

const SECONDS_PER_HOUR = 3600;
const CAPTION =
  "One row per provider and bin of generation time [lo, hi) in seconds; the last bin is closed. Running sums within a provider.";

export function countTable(curves: readonly ProviderCurve[]): Table {
  return {
    name: "llm_generation_time_count_cdf_by_provider",
    title: "Steps by generation time",
    caption: CAPTION,
    columns: [...BIN_COLUMNS, "count", "count_share", "cumulative_count", "cumulative_count_share"],
    rows: rowsOf(curves, (bin) => ({
      count: bin.count,
      count_share: bin.countShare,
      cumulative_count: bin.cumulativeCount,
      cumulative_count_share: bin.cumulativeCountShare,
    })),
  };
}

export function totalTable(curves: readonly ProviderCurve[]): Table {
  return {
    name: "llm_generation_time_total_cdf_by_provider",
    title: "Summed generation time by generation time",
    caption: CAPTION,
    columns: [
      ...BIN_COLUMNS,
      ...["count", "total_seconds", "total_hours", "time_share", "count_share"],
      ...["cumulative_count", "cumulative_seconds", "cumulative_hours", "cumulative_count_share", "cumulative_time_share"],
    ],
    rows: rowsOf(curves, (bin) => ({
      count: bin.count,
      total_seconds: bin.sum,
      total_hours: bin.sum / SECONDS_PER_HOUR,
      time_share: bin.sumShare,
      count_share: bin.countShare,
      cumulative_count: bin.cumulativeCount,
      cumulative_seconds: bin.cumulativeSum,
      cumulative_hours: bin.cumulativeSum / SECONDS_PER_HOUR,
      cumulative_count_share: bin.cumulativeCountShare,
      cumulative_time_share: bin.cumulativeSumShare,
    })),
  };
}

const BIN_COLUMNS = ["provider", "fine_bin_index", "lo_seconds", "hi_seconds", "duration_threshold_seconds", "landmark_boundary"];

function rowsOf(curves: readonly ProviderCurve[], values: (bin: CumulativeBin) => Row): Row[] {
  return curves.flatMap(({ provider, bins }) =>
    bins.map((bin, i) => ({
      provider,
      fine_bin_index: i + 1,
      lo_seconds: bin.lo,
      hi_seconds: bin.hi,
      duration_threshold_seconds: bin.hi,
      landmark_boundary: bin.endsAtLandmark,
      ...values(bin),
    })),
  );
}
