-- uses: step_times, human_waits, step_cost, step_activity
-- The agent steps of sessions with their tokens, times and cost, as timelines show them. A session takes its steps by position, then
-- by time (missing last), then in file order.
--
-- Grain:  one row per step of a session (`round_pk`, unique).
-- Inputs: rounds, tool_calls, round_details, sessions, the relations above
--
--   session_id, round_pk
--   position                          round_index; missing ones are last
--   prefix_tokens, append_tokens, output_tokens
--                                     tokens; missing or negative counts are 0; output_tokens is NULL when its count is not final
--   reasoning_tokens                  part of the output, NULL when unknown
--   first_us, last_us                 earliest and latest event, epoch microseconds, NULL when the step has no time
--   generation_start_us, generation_us
--                                     observable generation: where it begins, and how long; NULL when not measurable
--   has_user_message
--   wait_end_us, wait_us              longest wait before a user message of the step: when the message came, and how long; NULL without one
--   tool_calls                        calls that the step emitted
--   cost_nano                         nano-dollars; NULL without a price
--   request_no, activity              of `step_activity`
--   logged_window_tokens              what its context can hold, as the transcript says; NULL when it doesn't
WITH waits AS (
  SELECT round_pk, arg_max(us, (wait_us, us)) AS wait_end_us, max(wait_us) AS wait_us
  FROM human_waits
  GROUP BY round_pk
), calls AS (
  SELECT round_pk, count(*) AS tool_calls
  FROM tool_calls
  GROUP BY round_pk
), windows AS (
  SELECT transcript_id, max(context_window_tokens) AS logged_window_tokens
  FROM sessions
  WHERE context_window_tokens > 0
  GROUP BY transcript_id
)
SELECT
  session_id,
  round_pk,
  coalesce(round_index, 1000000000) AS position,
  greatest(coalesce(prefix_tokens, 0), 0) AS prefix_tokens,
  greatest(coalesce(newly_append_tokens, 0), 0) AS append_tokens,
  CASE WHEN output_is_final THEN greatest(coalesce(output_tokens, 0), 0) END AS output_tokens,
  CASE WHEN output_is_final AND reasoning_output_tokens IS NOT NULL THEN greatest(reasoning_output_tokens, 0) END AS reasoning_tokens,
  first_us,
  last_us,
  CASE WHEN generation_us IS NOT NULL THEN last_input_before_output_us END AS generation_start_us,
  generation_us,
  has_user_message,
  wait_end_us,
  wait_us,
  coalesce(tool_calls, 0) AS tool_calls,
  cost_nano::DOUBLE AS cost_nano,
  request_no,
  activity,
  logged_window_tokens
FROM rounds
JOIN step_times USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN step_activity USING (round_pk)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN windows USING (transcript_id)
LEFT JOIN waits USING (round_pk)
LEFT JOIN calls USING (round_pk)
WHERE session_id IS NOT NULL
