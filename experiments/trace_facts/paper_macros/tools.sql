-- uses: tool_latencies
-- merge: key(provider, tool_name) sum(calls, timed_calls, long_calls, timed_ms, long_ms)
-- How varied tool calls are, and what the long ones weigh.
--
-- Grain:   one row per provider and tool as they are logged, by both; NULL where they are missing.
-- Parameters: long_ms   a call of this many milliseconds or more is long
-- Columns: calls
--          timed_calls, long_calls   calls with a positive latency, and those of them that are long
--          timed_ms, long_ms         sums of their latencies
SELECT
  provider,
  tool_name,
  count(*) AS calls,
  count(*) FILTER (effective_ms > 0) AS timed_calls,
  count(*) FILTER (effective_ms > 0 AND effective_ms >= $long_ms) AS long_calls,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0) AS timed_ms,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0 AND effective_ms >= $long_ms), 0) AS long_ms
FROM tool_latencies
GROUP BY ALL
ORDER BY provider NULLS FIRST, tool_name NULLS FIRST
