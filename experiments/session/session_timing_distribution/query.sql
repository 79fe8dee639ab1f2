-- uses: session_times, human_waits
-- What the time of each session was spent on.
--
-- Grain:   one row per session_id that is not empty and whose events span some time.
-- Inputs:  session_times, human_waits
-- Columns (seconds; sums are taken step by step in file order)
--          session_id
--          provider          of the session's first step in the trace; NULL when that has none
--          wall_s            latest minus earliest event, of any type
--          human_s           waits before user messages
--          human_capped_s    the same, each wait cut at $human_cap_s
--          generation_s      generation spans of its steps
--          tool_s            effective tool latencies of its steps; calls that ran in parallel count in full
--          capped_total_s    human_capped_s + generation_s + tool_s
WITH waits AS (
  SELECT session_id, sum(least(wait_us / 1e6, $human_cap_s) ORDER BY round_pk, us, event_index) AS human_capped_s
  FROM human_waits
  GROUP BY session_id
), sessions AS (
  SELECT session_times.*, coalesce(waits.human_capped_s, 0) AS human_capped_s
  FROM session_times
  LEFT JOIN waits USING (session_id)
)
SELECT
  session_id,
  provider,
  wall_s,
  human_s,
  human_capped_s,
  generation_s,
  tool_s,
  human_capped_s + generation_s + tool_s AS capped_total_s
FROM sessions
