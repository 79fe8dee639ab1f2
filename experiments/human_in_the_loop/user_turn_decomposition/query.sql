-- uses: requests
-- The times of each request, for subtracting the observed ones from the whole.
--
-- Grain:   one row per request, also those that took no time, in closing order; sessions with an empty name are included.
-- Columns (seconds; sums are taken step by step in file order as doubles)
--          provider            of the step that opened it; '<unknown-provider>' when that has none
--          response_s          from the user's message to the last output before the next request
--          generation_s        generation spans of its steps
--          tool_effective_s    effective tool latencies of its calls, those > 0
--          tool_wall_s         wall tool latencies of its calls, those > 0
--          usage_gap_s         from the last output to the last usage report of its steps; 0 when that is not later or missing
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  response_us / 1e6 AS response_s,
  generation_s,
  tool_effective_s,
  tool_wall_s,
  greatest(coalesce(last_usage_report_us - end_us, 0), 0) / 1e6 AS usage_gap_s
FROM requests
ORDER BY closing_order
