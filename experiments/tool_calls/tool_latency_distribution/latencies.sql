-- uses: tool_latencies
-- Every positive latency, for curves and for intervals of shares.
--
-- Columns: provider     '<unknown-provider>' when missing
--          session_id
--          latency_ms   > 0
--          one          1
--          is_slow      1 for a minute and more, else 0
--          slow_ms      latency of slow ones, else 0
SELECT
  coalesce(provider, '<unknown-provider>') AS provider,
  session_id,
  effective_ms::DOUBLE AS latency_ms,
  1 AS one,
  (effective_ms >= 60000)::INTEGER AS is_slow,
  is_slow * latency_ms AS slow_ms
FROM tool_latencies
WHERE effective_ms > 0
