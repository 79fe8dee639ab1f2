-- uses: step_times
-- Which request each agent step belongs to. A step whose first output answers a user message opens a request;
-- later steps of the session, in file order, belong to it until the next one opens.
--
-- Grain:  one row per row of `rounds` that has a session_id, the empty one included (`round_pk`, unique).
--
--   round_pk      the step
--   session_pk    first step of its session
--   request_no    1, 2, … within the session; 0 for steps before the first request, which belong to none
--   opening_round_pk    first step of the request; NULL for these
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk -- compared faster than a text
  FROM rounds
  GROUP BY session_id
)
SELECT
  round_pk,
  session_pk,
  count(request_start_us) OVER in_session AS request_no,
  max(CASE WHEN request_start_us IS NOT NULL THEN round_pk END) OVER in_session AS opening_round_pk
FROM rounds
JOIN step_times USING (round_pk)
JOIN named USING (session_id) -- leaves out steps without a session
WINDOW in_session AS (PARTITION BY session_pk ORDER BY round_pk)
