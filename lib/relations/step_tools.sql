-- uses: tool_latencies
-- The tool calls of each agent step, added up; calls that ran side by side count in full.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique); zeros for a step without calls.
--
--   round_pk       the step
--   tool_calls     number of calls
--   effective_s    sum of positive effective latencies in seconds, call by call as doubles (as published tables do it)
--   wall_s         sum of positive wall latencies, likewise
WITH per_step AS (
  SELECT
    round_pk,
    count(*) AS tool_calls,
    sum(effective_ms / 1e3 ORDER BY tool_index) FILTER (effective_ms > 0) AS effective_s,
    sum(wall_ms / 1e3 ORDER BY tool_index) FILTER (wall_ms > 0) AS wall_s
  FROM tool_latencies
  GROUP BY round_pk
)
SELECT
  round_pk,
  coalesce(tool_calls, 0) AS tool_calls,
  coalesce(effective_s, 0) AS effective_s,
  coalesce(wall_s, 0) AS wall_s
FROM rounds
LEFT JOIN per_step USING (round_pk)
