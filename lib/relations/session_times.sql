-- uses: step_times, step_tools, human_waits
-- What the time of each session was spent on.
--
-- Grain:  one row per session_id that is not empty and whose events span some time (`session_id`, unique).
-- Inputs: rounds, step_times, step_tools, human_waits
-- Seconds; sums are taken step by step in file order.
--
--   session_id
--   provider        of the session's first step in the trace; NULL when that has none
--   wall_s          latest minus earliest event, of any type
--   human_s         waits before user messages
--   generation_s    generation spans of its steps
--   tool_s          effective tool latencies of its steps; calls that ran in parallel count in full
WITH steps AS (
  SELECT
    session_id,
    arg_min_null(provider, round_pk) AS provider,
    (max(last_us) - min(first_us)) / 1e6 AS wall_s,
    list_sort(list({ 'place': round_pk, 'generation_s': coalesce(generation_us, 0) / 1e6, 'tool_s': effective_s })) AS in_file_order
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN step_tools USING (round_pk)
  WHERE session_id <> '' -- neither empty nor missing
  GROUP BY session_id
), waits AS (
  SELECT session_id, sum(wait_us / 1e6 ORDER BY round_pk, us, event_index) AS human_s
  FROM human_waits
  GROUP BY session_id
)
SELECT
  session_id,
  provider,
  wall_s,
  coalesce(human_s, 0) AS human_s,
  list_sum(list_transform(in_file_order, lambda step: step.generation_s)) AS generation_s,
  list_sum(list_transform(in_file_order, lambda step: step.tool_s)) AS tool_s
FROM steps
LEFT JOIN waits USING (session_id)
WHERE wall_s > 0
