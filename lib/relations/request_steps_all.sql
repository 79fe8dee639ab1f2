-- uses: step_times
-- Which request each agent step belongs to, when steps that hold nothing but a user message open requests too.
-- Differs from `request_steps`, the published rule, in that clause alone: Codex at times closes a step that has a user message
-- and no output, and the published rule then sees no request.
--
-- Grain:  one row per step of a named session; the empty name is none (`round_pk`, unique).
--
--   round_pk      the step
--   session_id    its session
--   session_pk    first step of the session, a key that is compared faster than a text
--   request_us    when its user message came, if the step opens a request: the latest one at or before its first output, or the
--                 earliest one of a step without output; epoch microseconds, NULL for other steps
--   request_no    1, 2, … within the session in file order; 0 for steps before its first request, which belong to none
--   step          1, 2, … within the session in file order
--   previous_round_pk, next_round_pk  its neighbors in the session; NULL at the ends
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk
  FROM rounds
  WHERE session_id <> ''
  GROUP BY session_id
), opened AS (
  SELECT
    round_pk,
    session_id,
    session_pk,
    CASE WHEN first_output_us IS NULL THEN first_user_message_us ELSE request_start_us END AS request_us
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN named USING (session_id)
)
SELECT
  round_pk,
  session_id,
  session_pk,
  request_us,
  count(request_us) OVER in_session AS request_no,
  row_number() OVER in_session AS step,
  lag(round_pk) OVER in_session AS previous_round_pk,
  lead(round_pk) OVER in_session AS next_round_pk
FROM opened
WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_pk)
