-- uses: requests, request_steps, step_times, tool_latencies
-- Sums over the requests that took some time, the input of the formulas of averages.
--
-- Grain:   one row for all requests (provider NULL) and one per provider of the opening step; no rows without requests.
-- Columns: provider          '<unknown-provider>' when the step has none
--          turns             requests with a response time > 0
--          dropped           requests with a response time of 0
--          e2e_us            response times
--          rows              steps
--          generation_rows   steps with a generation span
--          generation_us     these spans
--          tool_calls        calls
--          effective_calls, effective_ms
--                            calls with an effective latency > 0 and its sum; the same for wall latencies
--          wall_calls, wall_ms
WITH step_calls AS (
  SELECT
    round_pk,
    count(*) FILTER (effective_ms > 0) AS effective_calls,
    sum(effective_ms) FILTER (effective_ms > 0) AS effective_ms,
    count(*) FILTER (wall_ms > 0) AS wall_calls,
    sum(wall_ms) FILTER (wall_ms > 0) AS wall_ms
  FROM tool_latencies
  GROUP BY round_pk
), counted AS (
  SELECT
    opening_round_pk,
    count(generation_us) AS generation_rows,
    sum(generation_us) AS generation_us,
    sum(COLUMNS(['effective_calls', 'effective_ms', 'wall_calls', 'wall_ms']))
  FROM request_steps
  JOIN step_times USING (round_pk)
  LEFT JOIN step_calls USING (round_pk)
  GROUP BY opening_round_pk
), named AS (
  SELECT * REPLACE (coalesce(nullif(provider, ''), '<unknown-provider>') AS provider), response_us > 0 AS is_kept
  FROM requests
  JOIN counted USING (opening_round_pk)
)
SELECT
  provider,
  count(*) FILTER (is_kept) AS turns,
  count(*) FILTER (NOT is_kept) AS dropped,
  coalesce(sum(response_us) FILTER (is_kept), 0) AS e2e_us,
  coalesce(sum(steps) FILTER (is_kept), 0) AS "rows",
  coalesce(sum(generation_rows) FILTER (is_kept), 0) AS generation_rows,
  coalesce(sum(generation_us) FILTER (is_kept), 0) AS generation_us,
  coalesce(sum(tool_calls) FILTER (is_kept), 0) AS tool_calls,
  coalesce(sum(effective_calls) FILTER (is_kept), 0) AS effective_calls,
  coalesce(sum(effective_ms) FILTER (is_kept), 0) AS effective_ms,
  coalesce(sum(wall_calls) FILTER (is_kept), 0) AS wall_calls,
  coalesce(sum(wall_ms) FILTER (is_kept), 0) AS wall_ms
FROM named
GROUP BY GROUPING SETS ((provider), ())
HAVING count(*) > 0
