-- uses: tool_latencies
-- Every positive latency, for curves.
--
-- Columns: provider     '<unknown-provider>' when missing
--          latency_ms   > 0
SELECT coalesce(provider, '<unknown-provider>') AS provider, effective_ms::DOUBLE AS latency_ms
FROM tool_latencies
WHERE effective_ms > 0
