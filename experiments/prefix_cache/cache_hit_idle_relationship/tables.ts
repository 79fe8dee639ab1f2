import type { Table } from "../../../lib/experiment.ts";
import { formatG, percent } from "../../../lib/format/numbers.ts";
import type { Trigger } from "../../../lib/trace/triggers.ts";
import type { Limits, Misses } from "./misses.ts";

/** What a gap measures, by trigger. */
const MEASURES: Readonly<Record<Trigger, string>> = {
  all: "mixed_user_idle_wait_or_tool_duration",
  user: "user_idle_wait_since_previous_activity",
  tool_result: "tool_duration_result_at_minus_emitted_at",
};

export function summaryTable(groups: readonly Misses[], { lowHitRatio, idleSeconds }: Limits): Table {
  return {
    name: "cache_hit_idle_gap_summary",
    title: "Gaps before steps with a low hit",
    caption:
      "One row per scope and trigger. low: steps whose hit ratio is below the threshold; with_gap: those whose gap is known; gt_idle: gap longer than the idle threshold. Gaps in seconds.",
    columns: [
      "scope",
      "trigger",
      "time_measure",
      "rounds",
      "low_hit_threshold",
      "idle_threshold_seconds",
      "low_hit_rounds",
      "low_with_gap",
      "low_gt_idle",
      "low_gt_idle_share",
      "all_with_gap",
      "all_gt_idle_share",
      "nonlow_gt_idle_share",
      "low_gap_median_s",
      "low_gap_p90_s",
      "all_gap_median_s",
      "all_gap_p90_s",
    ],
    rows: groups.map(({ scope, trigger, steps, lowSteps, all, low, others }) => ({
      scope,
      trigger,
      time_measure: MEASURES[trigger],
      rounds: steps,
      low_hit_threshold: lowHitRatio,
      idle_threshold_seconds: idleSeconds,
      low_hit_rounds: lowSteps,
      low_with_gap: low.steps,
      low_gt_idle: low.long,
      low_gt_idle_share: shareText(low.longShare),
      all_with_gap: all.steps,
      all_gt_idle_share: shareText(all.longShare),
      nonlow_gt_idle_share: shareText(others.longShare),
      low_gap_median_s: sixDigits(low.medianS),
      low_gap_p90_s: sixDigits(low.p90S),
      all_gap_median_s: sixDigits(all.medianS),
      all_gap_p90_s: sixDigits(all.p90S),
    })),
  };
}

function shareText(share: number | null): string | null {
  return share === null ? null : percent(share, 2);
}

/** Rounded to six significant digits. */
function sixDigits(seconds: number | null): number | null {
  return seconds === null ? null : Number(formatG(seconds));
}
