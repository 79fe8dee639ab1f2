-- When each scope was observed, for readers.
--
-- Grain:   one row per scope, by name.
-- Columns: scope (see query.sql); earliest, latest (ISO 8601 in UTC, cut to milliseconds; no fraction where it is zero)
WITH ends AS (
  SELECT scope, make_timestamp(min(earliest_us)) AS earliest, make_timestamp(max(latest_us)) AS latest
  FROM parts
  GROUP BY scope
)
SELECT
  scope,
  replace(strftime(date_trunc('millisecond', earliest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS earliest,
  replace(strftime(date_trunc('millisecond', latest), '%Y-%m-%dT%H:%M:%S.%fZ'), '.000000Z', 'Z') AS latest
FROM ends
ORDER BY scope
