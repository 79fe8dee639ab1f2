import type { Row, Table } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import type { ActiveCurve } from "./measure.ts";

const COLUMNS = [
  "provider",
  "cache_eviction_timeout_seconds",
  "cache_eviction_timeout_label",
  "landmark_timeout",
  "generation_seconds",
  "generation_hours",
  "tool_cumulative_seconds",
  "tool_cumulative_hours",
  "human_cumulative_seconds",
  "human_cumulative_hours",
  "denominator_seconds",
  "denominator_hours",
  "kv_cache_active_ratio",
] as const;
const S_PER_H = 3600;

/** One row per provider and timeout. */
export function activeRatioTable(curves: readonly ActiveCurve[]): Table {
  return {
    name: "kv_cache_active_ratio_by_provider",
    title: "Generation and waiting by timeout",
    caption:
      "One row per provider and timeout: all generation, the tool calls and pauses that are not longer than the timeout, their sum, and the share of it that is generation.",
    columns: COLUMNS,
    rows: curves.flatMap(rowsOf),
  };
}

function rowsOf({ provider, generation_s, points }: ActiveCurve): Row[] {
  return points.map(({ timeout_s, is_landmark, tool_s, human_s, ratio }) => {
    const denominator_s = generation_s + tool_s + human_s;
    return {
      provider,
      cache_eviction_timeout_seconds: timeout_s,
      cache_eviction_timeout_label: durationCompact(timeout_s),
      landmark_timeout: is_landmark,
      generation_seconds: generation_s,
      generation_hours: generation_s / S_PER_H,
      tool_cumulative_seconds: tool_s,
      tool_cumulative_hours: tool_s / S_PER_H,
      human_cumulative_seconds: human_s,
      human_cumulative_hours: human_s / S_PER_H,
      denominator_seconds: denominator_s,
      denominator_hours: denominator_s / S_PER_H,
      kv_cache_active_ratio: ratio,
    };
  });
}
