-- uses: step_times
-- Which request each agent step belongs to, when steps that hold nothing but a user message open requests too.
-- Differs from `request_steps`, the published rule, in that clause alone: Codex at times closes a step that has a user message
-- and no output, and the published rule then sees no request.
--
-- Grain:  one row per step of a named session; the empty name is none (`round_pk`, unique).
--
--   round_pk      the step
--   session_id    its session
--   request_us    when its user message came, if the step opens a request: the latest one at or before its first output, or the
--                 earliest one of a step without output; epoch microseconds, NULL for other steps
--   request_no    1, 2, … within the session in file order; 0 for steps before its first request, which belong to none
WITH opened AS (
  SELECT
    round_pk,
    session_id,
    CASE WHEN first_output_us IS NULL THEN first_user_message_us ELSE request_start_us END AS request_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE session_id <> ''
)
SELECT *, count(request_us) OVER (PARTITION BY session_id ORDER BY round_pk) AS request_no
FROM opened
