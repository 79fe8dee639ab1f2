-- uses: requests
-- The times of each request, and what is left of the whole when the observed ones are subtracted.
--
-- Grain:   one row per request; sessions with an empty name are included.
-- Columns (seconds, taken step by step in file order as doubles; NULL for a request that took no time)
--          provider            of the step that opened it; '<unknown-provider>' when that has none
--          session_id
--          opened              1
--          response_s          from the user's message to the last output before the next request
--          generation_s        generation spans of its steps
--          tool_effective_s    effective tool latencies of its calls, those > 0
--          tool_wall_s         wall tool latencies of its calls, those > 0
--          usage_gap_s         from the last output to the last usage report of its steps; 0 when that is not later or missing
--          residual_effective_s, residual_wall_s
--                              response - generation - tools; negative where some of them ran in parallel
--          observed_effective_s, observed_wall_s
--                              generation + tools
--          and 1 or 0, so that sums are counts:
--          has_usage_gap
--          negative_effective, negative_wall      less than nothing is left
--          explained_effective, explained_wall    at most $explained_s seconds either way
--          is_rounding         the effective residual is negative by less than a microsecond, in which times are recorded
WITH kept AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    session_id,
    response_us > 0 AS is_kept,
    CASE WHEN is_kept THEN response_us / 1e6 END AS response_s,
    generation_s,
    tool_effective_s,
    tool_wall_s,
    greatest(coalesce(last_usage_report_us - end_us, 0), 0) / 1e6 AS usage_gap_s
  FROM requests
), subtracted AS (
  SELECT
    *,
    response_s - generation_s - tool_effective_s AS residual_effective_s,
    response_s - generation_s - tool_wall_s AS residual_wall_s
  FROM kept
)
SELECT
  provider,
  session_id,
  1 AS opened,
  response_s,
  CASE WHEN is_kept THEN generation_s END AS generation_s,
  CASE WHEN is_kept THEN tool_effective_s END AS tool_effective_s,
  CASE WHEN is_kept THEN tool_wall_s END AS tool_wall_s,
  CASE WHEN is_kept THEN usage_gap_s END AS usage_gap_s,
  residual_effective_s,
  residual_wall_s,
  response_s - residual_effective_s AS observed_effective_s,
  response_s - residual_wall_s AS observed_wall_s,
  CASE WHEN is_kept THEN (usage_gap_s > 0)::INTEGER END AS has_usage_gap,
  (residual_effective_s < 0)::INTEGER AS negative_effective,
  (residual_wall_s < 0)::INTEGER AS negative_wall,
  (abs(residual_effective_s) <= $explained_s)::INTEGER AS explained_effective,
  (abs(residual_wall_s) <= $explained_s)::INTEGER AS explained_wall,
  (residual_effective_s < 0 AND residual_effective_s > -1e-6)::INTEGER AS is_rounding
FROM subtracted
