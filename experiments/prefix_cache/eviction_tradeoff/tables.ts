import type { Row, Table } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import type { Tradeoff } from "./measure.ts";

const COLUMNS = [
  "scope",
  "cache_eviction_timeout_seconds",
  "cache_eviction_timeout_label",
  "landmark_timeout",
  "achievable_hit_rate",
  "prefill_amplification",
  "redundant_prefill_ratio",
  "fresh_floor",
  "optimal_hit_rate",
  "real_hit_rate",
  "observed_prefill_amplification",
  "effective_eviction_seconds",
  "storage_ratio_suspended_over_active",
  "kv_active_ratio",
] as const;

/** One row per scope and timeout; what does not depend on the timeout is repeated. */
export function tradeoffTable(tradeoffs: readonly Tradeoff[]): Table {
  return {
    name: "eviction_tradeoff_by_scope",
    title: "Hits, prefill and storage by timeout",
    caption:
      "One row per scope and timeout. Rates are shares of the input; the amplification counts prefilled tokens for each fresh one, the storage ratio seconds of idle storage for each second of generation.",
    columns: COLUMNS,
    rows: tradeoffs.flatMap(rowsOf),
  };
}

function rowsOf(tradeoff: Tradeoff): Row[] {
  return tradeoff.points.map((point) => ({
    scope: tradeoff.scope,
    cache_eviction_timeout_seconds: point.timeout_s,
    cache_eviction_timeout_label: durationCompact(point.timeout_s),
    landmark_timeout: point.is_landmark,
    achievable_hit_rate: point.hit_rate,
    prefill_amplification: point.amplification,
    redundant_prefill_ratio: point.redundant_share,
    fresh_floor: tradeoff.fresh_floor,
    optimal_hit_rate: tradeoff.optimal_hit_rate,
    real_hit_rate: tradeoff.observed_hit_rate,
    observed_prefill_amplification: tradeoff.observed_amplification,
    effective_eviction_seconds: tradeoff.effective_timeout_s,
    storage_ratio_suspended_over_active: point.storage_ratio,
    kv_active_ratio: 1 / (1 + point.storage_ratio),
  }));
}
