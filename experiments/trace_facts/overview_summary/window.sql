-- uses: step_scopes
-- When each scope was observed: over all timing events and the ends of tool calls.
--
-- Grain:   one row per scope with a timestamp.
-- Columns: scope; earliest, latest (ISO 8601 in UTC, cut to milliseconds; no fraction where it is zero)
WITH times AS (
  SELECT round_pk, timestamp FROM timing_events
  UNION ALL
  SELECT round_pk, unnest([emitted_at, result_at]) FROM tool_calls
), ends AS (
  SELECT scope, min(timestamp) AS earliest, max(timestamp) AS latest
  FROM times
  JOIN step_scopes USING (round_pk)
  WHERE timestamp IS NOT NULL
  GROUP BY scope
)
SELECT
  scope,
  replace(strftime(date_trunc('millisecond', earliest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS earliest,
  replace(strftime(date_trunc('millisecond', latest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS latest
FROM ends
ORDER BY scope
