-- uses: step_times
-- Which request each agent step belongs to. A step whose first output answers a user message opens a request;
-- later steps of the session, in file order, belong to it until the next one opens.
--
-- Grain:  one row per row of `rounds` that has a session_id, the empty one included (`round_pk`, unique).
--
--   round_pk      the step
--   session_id    its session
--   request_no    1, 2, … within the session; 0 for steps before the first request, which belong to none
SELECT
  round_pk,
  session_id,
  count(request_start_us) OVER (PARTITION BY session_id ORDER BY round_pk) AS request_no
FROM rounds
JOIN step_times USING (round_pk)
WHERE session_id IS NOT NULL
