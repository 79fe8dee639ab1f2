-- uses: tool_latencies
-- Tool calls of each scope and how long they took: the time that the tool reported, else the time between call and result.
--
-- Grain:   one row per scope with a call.
-- Columns: scope                            see query.sql
--          calls, calling_steps             tool calls, and steps with at least one
--          missing, nonpositive             calls of unknown latency, and of 0 or less
--          reported, measured               calls with a positive latency, by its source
--          latency_ms                       sum of the positive ones; parallel calls count in full
--          latency_p50_ms, latency_p90_ms   their quantiles
SELECT
  if(grouping(provider) = 1, 'merged', provider) AS scope,
  count(*) AS calls,
  count(DISTINCT round_pk) AS calling_steps,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  count(*) FILTER (effective_ms <= 0) AS nonpositive,
  count(*) FILTER (effective_ms > 0 AND internal_ms IS NOT NULL) AS reported,
  count(*) FILTER (effective_ms > 0 AND internal_ms IS NULL) AS measured,
  coalesce(sum(effective_ms) FILTER (effective_ms > 0), 0)::BIGINT AS latency_ms,
  quantile_cont(effective_ms, 0.5) FILTER (effective_ms > 0) AS latency_p50_ms,
  quantile_cont(effective_ms, 0.9) FILTER (effective_ms > 0) AS latency_p90_ms
FROM tool_latencies
GROUP BY GROUPING SETS ((), (provider))
HAVING count(*) > 0 AND (grouping(provider) = 1 OR provider <> 'merged')
ORDER BY scope
