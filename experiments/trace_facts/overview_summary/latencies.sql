-- uses: tool_latencies
-- How long tool calls took: the time that the tool reported, else the time between call and result.
--
-- Grain:   one row per call with a positive latency.
-- Columns: provider; latency_ms
SELECT provider, effective_ms AS latency_ms
FROM tool_latencies
WHERE effective_ms > 0
