-- uses: step_times, tool_latencies
-- When each scope was observed: over all timing events and the ends of tool calls.
--
-- Grain:   one row per scope with a timestamp.
-- Columns: scope (see query.sql); earliest_us, latest_us (microseconds since 1970)
WITH times AS (
  SELECT provider, first_us AS earliest_us, last_us AS latest_us
  FROM step_times
  JOIN rounds USING (round_pk)
  UNION ALL
  SELECT provider, epoch_us(least(emitted_at, result_at)), epoch_us(greatest(emitted_at, result_at))
  FROM tool_latencies
)
SELECT
  if(grouping(provider) = 1, 'merged', provider) AS scope,
  min(earliest_us) AS earliest_us,
  max(latest_us) AS latest_us
FROM times
GROUP BY GROUPING SETS ((), (provider))
HAVING min(earliest_us) IS NOT NULL AND (grouping(provider) = 1 OR provider <> 'merged')
