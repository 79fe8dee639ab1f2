-- uses: tool_latencies
-- merge: key(scope) sum(calls, calling_steps, missing, nonpositive, reported, measured)
-- Tool calls of each scope and how long they took: the time that the tool reported, else the time between call and result.
--
-- Grain:   one row per scope with a call.
-- Columns: scope                            see query.sql
--          calls, calling_steps             tool calls, and steps with at least one
--          missing, nonpositive             calls of unknown latency, and of 0 or less
--          reported, measured               calls with a positive latency, by its source
SELECT
  if(grouping(provider) = 1, 'merged', provider) AS scope,
  count(*) AS calls,
  count(DISTINCT round_pk) AS calling_steps,
  count(*) FILTER (effective_ms IS NULL) AS missing,
  count(*) FILTER (effective_ms <= 0) AS nonpositive,
  count(*) FILTER (effective_ms > 0 AND internal_ms IS NOT NULL) AS reported,
  count(*) FILTER (effective_ms > 0 AND internal_ms IS NULL) AS measured
FROM tool_latencies
GROUP BY GROUPING SETS ((), (provider))
HAVING count(*) > 0 AND (grouping(provider) = 1 OR provider <> 'merged')
ORDER BY scope
