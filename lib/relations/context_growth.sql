-- uses: step_times
-- How the total input (prefix + append) changes from one step of a session to the next, in file order.
-- The trigger is the step's first timing event, not the column first_input_event_type.
--
-- Grain:  one row per step that was triggered by a user message or a tool result and has a step of its session before it
--         in the file (whatever triggered that one); the empty session_id is a session too (`round_pk`, unique).
--
--   round_pk, previous_round_pk    the step and the one before it
--   session_id, provider           of the step, as they are
--   trigger                        'user' or 'tool_result'
--   total_tokens                   prefix + append of the step; missing tokens count as 0
--   previous_total_tokens          the same of the previous step
--   delta_tokens                   total_tokens - previous_total_tokens
WITH steps AS (
  SELECT
    round_pk,
    session_id,
    provider,
    first_event_type,
    coalesce(prefix_tokens, 0) + coalesce(newly_append_tokens, 0) AS total_tokens
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE session_id IS NOT NULL
), neighbors AS (
  SELECT
    *,
    lag(round_pk) OVER in_session AS previous_round_pk,
    lag(total_tokens) OVER in_session AS previous_total_tokens
  FROM steps
  WINDOW in_session AS (PARTITION BY session_id ORDER BY round_pk)
)
SELECT
  round_pk,
  previous_round_pk,
  session_id,
  provider,
  CASE first_event_type WHEN 'user_message' THEN 'user' ELSE 'tool_result' END AS trigger,
  total_tokens,
  previous_total_tokens,
  total_tokens - previous_total_tokens AS delta_tokens
FROM neighbors
WHERE previous_round_pk IS NOT NULL AND first_event_type IN ('user_message', 'tool_result')
