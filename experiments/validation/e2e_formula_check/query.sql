-- uses: requests, request_steps, step_times, tool_latencies
-- Sums over the requests that took some time, the input of the formulas of averages.
--
-- Grain:   one row for all requests (provider NULL) and one per provider of the opening step, by name; no rows without requests.
-- Columns: provider          '<unknown-provider>' when the step has none
--          turns             requests with a response time > 0
--          dropped           requests with a response time of 0
--          e2e_s             response times, seconds
--          rows              steps
--          generation_rows   steps with a generation span
--          generation_s      these spans, seconds
--          tool_calls        calls
--          effective_calls, effective_s
--                            calls with an effective latency > 0 and its sum in seconds; the same for wall latencies
--          wall_calls, wall_s
WITH step_calls AS (
  SELECT
    round_pk,
    count(*) FILTER (effective_ms > 0) AS effective_calls,
    count(*) FILTER (wall_ms > 0) AS wall_calls
  FROM tool_latencies
  GROUP BY round_pk
), counted AS (
  SELECT
    opening_round_pk,
    count(generation_us) AS generation_rows,
    sum(effective_calls) AS effective_calls,
    sum(wall_calls) AS wall_calls
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
  coalesce(sum(response_us) FILTER (is_kept), 0)::BIGINT / 1e6 AS e2e_s,
  coalesce(sum(steps) FILTER (is_kept), 0)::BIGINT AS "rows",
  coalesce(sum(generation_rows) FILTER (is_kept), 0)::BIGINT AS generation_rows,
  coalesce(sum(generation_s ORDER BY closing_order) FILTER (is_kept), 0) AS generation_s,
  coalesce(sum(tool_calls) FILTER (is_kept), 0)::BIGINT AS tool_calls,
  coalesce(sum(effective_calls) FILTER (is_kept), 0)::BIGINT AS effective_calls,
  coalesce(sum(tool_effective_s ORDER BY closing_order) FILTER (is_kept), 0) AS effective_s,
  coalesce(sum(wall_calls) FILTER (is_kept), 0)::BIGINT AS wall_calls,
  coalesce(sum(tool_wall_s ORDER BY closing_order) FILTER (is_kept), 0) AS wall_s
FROM named
GROUP BY GROUPING SETS ((provider), ())
HAVING count(*) > 0
ORDER BY provider NULLS FIRST
