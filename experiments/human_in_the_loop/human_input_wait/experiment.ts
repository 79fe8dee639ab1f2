import { defineExperiment, type Headline, type Table, table } from "../../../lib/experiment.ts";
import { countBinColumns, providerBins, totalBinColumns } from "../../../lib/format/bin-columns.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { summaryColumns } from "../../../lib/stats/summary.ts";
import { below, GROUP_COLUMN, type ProviderGroup, providerGroups, shareIntervals } from "../../../lib/trace/provider-groups.ts";
import { waitFigures } from "./charts.ts";
import { CACHE_LIFETIME_S, WAITS } from "./measure.ts";

export default defineExperiment(import.meta.url, {
  title: "Waits for the human",
  question: "How long does a session sit idle before the next user message, and which waits make up the idle time?",
  empty: "No session in this pool has a user message that comes later than another event.",
  async run({ db }) {
    const groups = await providerGroups(db, WAITS, [CACHE_LIFETIME_S]);
    const [all] = groups;
    const tables = [summaryTable(groups), ...cumulativeTables(groups)];
    return all ? { tables, figures: waitFigures(groups, await shareIntervals(db, WAITS)), headlines: headlines(all) } : { tables };
  },
});

function summaryTable(groups: readonly ProviderGroup[]): Table {
  return table(
    "human_input_wait_summary",
    groups,
    {
      group: GROUP_COLUMN,
      count: { of: ({ summary }) => summary.n, says: "Number of waits", unit: "waits" },
      ...summaryColumns(
        { mean_seconds: "mean", p50_seconds: "p50", p90_seconds: "p90", p95_seconds: "p95", p99_seconds: "p99", max_seconds: "max" },
        ({ summary }) => summary,
        "of the waits",
        "s",
      ),
    },
    { title: "Waits by provider", caption: "One row for all waits and one per provider. Quantiles are interpolated linearly." },
  );
}

function cumulativeTables(groups: readonly ProviderGroup[]): Table[] {
  const bins = providerBins(groups.slice(1).map(({ name, bins }) => ({ provider: name, bins })));
  return [
    table("human_input_wait_count_cdf_by_provider", bins, countBinColumns("waits"), {
      title: "How many waits are shorter",
      caption: "One row per provider and bin of lengths; all providers have the same bins. Without rows when all waits are equally long.",
    }),
    table("human_input_wait_total_cdf_by_provider", bins, totalBinColumns("waits", "idle time"), {
      title: "How much of the idle time is in shorter waits",
      caption: "The same bins with the summed waits.",
    }),
  ];
}

function headlines(all: ProviderGroup): Headline[] {
  const { n, p50 } = all.summary;
  const short = below(all, CACHE_LIFETIME_S);
  return [
    { label: "Waits for the user", value: grouped(n) },
    { label: "Median wait", value: durationCompact(p50) },
    { label: "Waits under 5 min", value: percent(short.count, 1) },
    { label: "Idle time in waits under 5 min", value: percent(short.sum, 1) },
  ];
}
