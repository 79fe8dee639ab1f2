-- uses: tool_latencies
-- merge: key(provider, bin) sum(calls, errors, total_ms)
-- Calls and time by coarse range of latency.
--
-- Grain:   one row per provider and range that has calls; only positive effective latencies.
-- Columns: provider            '<unknown-provider>' when missing
--          bin                 0 … 7: upper bounds 10, 100, 1000, 10000, 60000, 600000, 3600000 ms and none, exclusive
--          calls, errors, total_ms
SELECT
  coalesce(provider, '<unknown-provider>') AS provider,
  len(list_filter([10, 100, 1000, 10000, 60000, 600000, 3600000], lambda bound: effective_ms >= bound)) AS bin,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  sum(effective_ms) AS total_ms
FROM tool_latencies
WHERE effective_ms > 0
GROUP BY provider, bin
ORDER BY provider, bin
