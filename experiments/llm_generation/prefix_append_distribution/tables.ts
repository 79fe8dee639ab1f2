import { type Table, table } from "../../../lib/experiment.ts";
import { NO_STATISTICS, summaryColumns } from "../../../lib/stats/summary.ts";
import { ALL, groupColumn } from "../../../lib/trace/groups.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import type { AppendBin, GroupMetric } from "./measure.ts";

const STATISTICS = { mean: "mean", min: "min", p50: "p50", p90: "p90", p99: "p99", max: "max" } as const;

export function summaryTable(metrics: readonly GroupMetric[]): Table {
  return table(
    "token_length_summary",
    metrics,
    {
      group: groupColumn(({ group }: GroupMetric) => group),
      metric: { says: "`prefix_tokens` or `newly_append_tokens`" },
      rows: { says: "Steps of the group", unit: "steps" },
      count: { of: ({ summary }) => summary.n, says: "Steps with a value of 0 or more", unit: "steps" },
      missing: { says: "Steps without a value", unit: "steps" },
      invalid: { says: "Steps with a negative value", unit: "steps" },
      ...summaryColumns(
        STATISTICS,
        ({ summary }: GroupMetric) => (summary.n > 0 ? summary : NO_STATISTICS),
        "of the values; empty without any",
        "tokens",
      ),
      sample_count: { of: ({ summary }) => summary.n, says: "Steps that the statistics are of: all of `count`", unit: "steps" },
      sampled: { of: () => false, says: "Whether the statistics are of a sample: always false" },
    },
    { title: "Prefix and append tokens by group", caption: "One row per group and metric, `all` first, then by name." },
  );
}

const BIN_COLUMNS = {
  label: { says: "Range of the append" },
  lo_tokens: { says: "Start of the range, included", unit: "tokens" },
  hi_tokens: { says: "End of the range, not included; empty for the last", unit: "tokens" },
  rounds: { says: "Steps with such an append", unit: "steps" },
  total_append_tokens: { says: "Summed append of these steps", unit: "tokens" },
  token_share: { says: "Share of all append tokens; 0 when there are none", unit: "share" },
  round_share: { says: "Share of the steps; 0 when there are none", unit: "share" },
};

export function binsTable(bins: readonly AppendBin[]): Table {
  return table(
    "append_tokens_weighted_bins",
    bins.filter(({ provider }) => provider === ALL),
    BIN_COLUMNS,
    { title: "Steps and tokens by append length", caption: "One row per range: all steps that have both prefix and append." },
  );
}

export function providerBinsTable(bins: readonly AppendBin[]): Table {
  return table(
    "append_tokens_weighted_bins_by_provider",
    bins.filter(({ provider }) => provider !== ALL),
    { provider: PROVIDER_COLUMN, ...BIN_COLUMNS },
    {
      title: "Steps and tokens by append length and provider",
      caption: "One row per provider and range; shares are of the provider's steps and tokens.",
    },
  );
}
