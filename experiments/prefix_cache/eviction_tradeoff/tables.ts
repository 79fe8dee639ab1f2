import { type Table, table } from "../../../lib/experiment.ts";
import { durationShort } from "../../../lib/format/published.ts";
import { SCOPE_COLUMN } from "../../../lib/trace/scopes.ts";
import type { Tradeoff } from "./measure.ts";

/** One row per scope and timeout; what does not depend on the timeout is repeated. */
export function tradeoffTable(tradeoffs: readonly Tradeoff[]): Table {
  return table(
    "eviction_tradeoff_by_scope",
    tradeoffs.flatMap(({ points, ...scope }) => points.map((point) => ({ ...scope, ...point }))),
    {
      scope: SCOPE_COLUMN,
      cache_eviction_timeout_seconds: { of: ({ timeout_s }) => timeout_s, says: "Timeout, not rounded", unit: "s" },
      cache_eviction_timeout_label: { of: ({ timeout_s }) => durationShort(timeout_s), says: "Timeout for reading" },
      landmark_timeout: { of: ({ is_landmark }) => is_landmark, says: "Whether the timeout is 1, 5, 10, 30 min or 1, 2, 4 h" },
      achievable_hit_rate: { of: (row) => row.hit_rate, says: "Share of the input that the cache would hold", unit: "share" },
      prefill_amplification: {
        of: (row) => row.amplification,
        says: "Prefilled tokens per fresh token; 1 is ideal",
        unit: "tokens per token",
      },
      redundant_prefill_ratio: {
        of: (row) => row.redundant_share,
        says: "Share of the prefilled tokens that are prefilled again",
        unit: "share",
      },
      fresh_floor: { says: "Share of the input that is fresh; the same at every timeout", unit: "share" },
      optimal_hit_rate: { says: "Hit rate of a cache that never evicts", unit: "share" },
      real_hit_rate: { of: (row) => row.observed_hit_rate, says: "Hit rate of the deployed cache: prefix / input", unit: "share" },
      observed_prefill_amplification: {
        of: (row) => row.observed_amplification,
        says: "Prefill amplification of the deployed cache: append / fresh",
        unit: "tokens per token",
      },
      effective_eviction_seconds: {
        of: (row) => row.effective_timeout_s,
        says: "Timeout whose hit rate is closest to that of the deployed cache, the shortest if there are several",
        unit: "s",
      },
      storage_ratio_suspended_over_active: {
        of: (row) => row.storage_ratio,
        says: "Storage ratio R: idle seconds held per second of generation",
        unit: "s per s",
      },
      kv_active_ratio: { of: (row) => 1 / (1 + row.storage_ratio), says: "1 / (1 + R)", unit: "share" },
    },
    {
      title: "Hits, prefill and storage by timeout",
      caption: "One row per scope and timeout; only scopes with steps, fresh input and generation.",
    },
  );
}
