-- uses: step_times, step_tools, human_waits
-- What the time of each session was spent on.
--
-- Grain:   one row per session_id that is not empty and whose events span some time.
-- Inputs:  rounds, step_times, step_tools, human_waits
-- Columns (seconds; sums are taken step by step in file order)
--          session_id
--          provider          of the session's first step in the trace; NULL when that has none
--          wall_s            latest minus earliest event, of any type
--          human_s           waits before user messages
--          human_capped_s    the same, each wait cut at $human_cap_s
--          generation_s      generation spans of its steps
--          tool_s            effective tool latencies of its steps; calls that ran in parallel count in full
--          capped_total_s    human_capped_s + generation_s + tool_s
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
  SELECT
    session_id,
    sum(wait_us / 1e6 ORDER BY round_pk, us, event_index) AS human_s,
    sum(least(wait_us / 1e6, $human_cap_s) ORDER BY round_pk, us, event_index) AS human_capped_s
  FROM human_waits
  GROUP BY session_id
), sessions AS (
  SELECT
    * EXCLUDE (in_file_order, human_s, human_capped_s),
    list_sum(list_transform(in_file_order, lambda step: step.generation_s)) AS generation_s,
    list_sum(list_transform(in_file_order, lambda step: step.tool_s)) AS tool_s,
    coalesce(human_s, 0) AS human_s,
    coalesce(human_capped_s, 0) AS human_capped_s
  FROM steps
  LEFT JOIN waits USING (session_id)
  WHERE wall_s > 0
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
