import { type Column, type Table, table } from "../../../lib/experiment.ts";
import { formatG } from "../../../lib/format/numbers.ts";
import { sharePercent } from "../../../lib/format/published.ts";
import { SCOPE_TRIGGER_COLUMNS, type Trigger } from "../../../lib/trace/triggers.ts";
import type { Limits, Misses } from "./misses.ts";

/** What a gap measures, by trigger. */
const MEASURES: Readonly<Record<Trigger, string>> = {
  all: "mixed_user_idle_wait_or_tool_duration",
  user: "user_idle_wait_since_previous_activity",
  tool_result: "tool_duration_result_at_minus_emitted_at",
};

export function summaryTable(groups: readonly Misses[], { lowHitRatio, idleSeconds }: Limits): Table {
  return table(
    "cache_hit_idle_gap_summary",
    groups,
    {
      ...SCOPE_TRIGGER_COLUMNS,
      time_measure: { of: ({ trigger }) => MEASURES[trigger], says: "What the gap measures" },
      rounds: { of: ({ steps }) => steps, says: "Steps", unit: "steps" },
      low_hit_threshold: { of: () => lowHitRatio, says: "A hit ratio below this is low", unit: "share" },
      idle_threshold_seconds: { of: () => idleSeconds, says: "A gap above this is long", unit: "s" },
      low_hit_rounds: { of: ({ lowSteps }) => lowSteps, says: "Steps with a low hit", unit: "steps" },
      low_with_gap: { of: ({ low }) => low.steps, says: "Steps with a low hit and a known gap", unit: "steps" },
      low_gt_idle: { of: ({ low }) => low.long, says: "Of these, steps with a long gap", unit: "steps" },
      low_gt_idle_share: shareColumn(({ low }) => low.longShare, "Long gaps of the steps with a low hit and a known gap"),
      all_with_gap: { of: ({ all }) => all.steps, says: "All steps with a known gap", unit: "steps" },
      all_gt_idle_share: shareColumn(({ all }) => all.longShare, "Long gaps of all steps with a known gap"),
      nonlow_gt_idle_share: shareColumn(({ others }) => others.longShare, "Long gaps of the steps with a known gap and no low hit"),
      low_gap_median_s: gapColumn(({ low }) => low.medianS, "Median gap before low hits"),
      low_gap_p90_s: gapColumn(({ low }) => low.p90S, "90th percentile of the gaps before low hits"),
      all_gap_median_s: gapColumn(({ all }) => all.medianS, "Median gap before all steps"),
      all_gap_p90_s: gapColumn(({ all }) => all.p90S, "90th percentile of the gaps before all steps"),
    },
    { title: "Gaps before steps with a low hit", caption: "One row per scope and trigger." },
  );
}

function shareColumn(share: (misses: Misses) => number | null, says: string): Column<Misses> {
  const of = (misses: Misses) => {
    const value = share(misses);
    return value === null ? null : sharePercent(value, 2);
  };
  return { of, says: `${says}, as a percentage such as \`12.34%\`; empty without any` };
}

/** Rounded to six significant digits. */
function gapColumn(seconds: (misses: Misses) => number | null, says: string): Column<Misses> {
  const of = (misses: Misses) => {
    const value = seconds(misses);
    return value === null ? null : Number(formatG(value));
  };
  return { of, says: `${says}, to six digits; empty without any`, unit: "s" };
}
