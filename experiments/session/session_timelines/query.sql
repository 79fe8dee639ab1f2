-- uses: step_times, human_waits, step_cost, step_activity
-- merge: all by session_id, position, first_us NULLS LAST, round_pk
-- The agent steps of some sessions with their tokens and times, in the order in which the sessions took them.
--
-- Grain:      one row per step of a session whose hash is among those given.
-- Inputs:     rounds, tool_calls, round_details, sessions, the relations above
-- Parameters: $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    session_id, round_pk
--             position    round_index; missing ones are last
--             prefix_tokens, append_tokens, output_tokens
--                         tokens; missing or negative counts are 0; output_tokens is NULL when its count is not final
--             reasoning_tokens
--                         part of the output, NULL when unknown
--             first_us, last_us
--                         earliest and latest event, epoch microseconds, NULL when the step has no time
--             generation_start_us, generation_us
--                         observable generation: where it begins, and how long; NULL when not measurable
--             has_user_message
--             wait_end_us, wait_us
--                         longest wait before a user message of the step: when the message came, and how long; NULL without one
--             tool_calls  calls that the step emitted
--             cost_nano   nano-dollars; NULL without a price
--             request_no, activity
--                         of `step_activity`
--             logged_window_tokens
--                         what its context can hold, as the transcript says; NULL when it doesn't
-- Order:      by session, then position, then time (missing last), then file order.
WITH chosen_sessions AS (
  SELECT DISTINCT session_id
  FROM rounds
  WHERE list_contains(string_split($sessions, ' '), md5(session_id))
), chosen AS (
  SELECT *
  FROM rounds
  SEMI JOIN chosen_sessions USING (session_id)
), waits AS (
  SELECT round_pk, arg_max(us, wait_us) AS wait_end_us, max(wait_us) AS wait_us
  FROM human_waits
  SEMI JOIN chosen USING (round_pk)
  GROUP BY round_pk
), calls AS (
  SELECT round_pk, count(*) AS tool_calls
  FROM tool_calls
  SEMI JOIN chosen USING (round_pk)
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
FROM chosen
JOIN step_times USING (round_pk)
JOIN step_cost USING (round_pk)
JOIN step_activity USING (round_pk, session_id)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN windows USING (transcript_id)
LEFT JOIN waits USING (round_pk)
LEFT JOIN calls USING (round_pk)
ORDER BY session_id, position, first_us NULLS LAST, round_pk
