-- uses: step_times, tool_latencies
-- When each scope was observed: over all timing events and the ends of tool calls.
--
-- Grain:   one row per scope with a timestamp.
-- Columns: scope (see query.sql); earliest, latest (ISO 8601 in UTC, cut to milliseconds; no fraction where it is zero)
WITH times AS (
  SELECT provider, first_us AS earliest_us, last_us AS latest_us
  FROM step_times
  JOIN rounds USING (round_pk)
  UNION ALL
  SELECT provider, epoch_us(least(emitted_at, result_at)), epoch_us(greatest(emitted_at, result_at))
  FROM tool_latencies
), ends AS (
  SELECT
    if(grouping(provider) = 1, 'merged', provider) AS scope,
    make_timestamp(min(earliest_us)) AS earliest,
    make_timestamp(max(latest_us)) AS latest
  FROM times
  GROUP BY GROUPING SETS ((), (provider))
  HAVING earliest IS NOT NULL AND (grouping(provider) = 1 OR provider <> 'merged')
)
SELECT
  scope,
  replace(strftime(date_trunc('millisecond', earliest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS earliest,
  replace(strftime(date_trunc('millisecond', latest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS latest
FROM ends
ORDER BY scope
