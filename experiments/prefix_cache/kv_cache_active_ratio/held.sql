-- uses: step_times, tool_latencies, human_waits
-- The time that a cache is held in each span of a session with a timeout, and the generation in it.
--
-- Grain:  one row per span of waits.sql: generation, and tool calls and pauses that are not longer than the timeout.
-- Inputs: rounds, step_times, tool_latencies, human_waits
-- Params: $timeout_s
--
--   provider, session_id
--   held_s, generation_s   seconds; no generation in waits
WITH spans AS (
  SELECT provider, session_id, generation_us / 1e6 AS held_s, held_s AS generation_s
  FROM step_times
  JOIN rounds USING (round_pk)
  WHERE generation_us > 0
  UNION ALL
  SELECT provider, session_id, effective_ms / 1e3 AS wait_s, 0
  FROM tool_latencies
  WHERE effective_ms > 0 AND wait_s <= $timeout_s
  UNION ALL
  SELECT provider, session_id, wait_us / 1e6 AS wait_s, 0
  FROM human_waits
  WHERE session_id <> '' AND wait_s <= $timeout_s
)
SELECT coalesce(provider, '<unknown-provider>') AS provider, session_id, held_s, generation_s
FROM spans
