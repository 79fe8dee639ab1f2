-- uses: step_times
-- merge: all by session_id, step, place
-- What the calls of some sessions are about. Private: only own traces know it.
--
-- Grain:   one row per call whose input is known.
-- Inputs:  rounds, tool_calls, tool_inputs, step_times
-- Params:  $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns: session_id
--          step, place   the step and the call in it, both from 0, in the order of the timelines of `session_timelines`
--          target        file, command or address
--          verb          what is done there: read, edit, search, …; NULL when unknown
WITH steps AS (
  SELECT
    round_pk,
    session_id,
    row_number() OVER (PARTITION BY session_id ORDER BY coalesce(round_index, 1000000000), first_us NULLS LAST, round_pk) - 1 AS step
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE list_contains(string_split($sessions, ' '), md5(session_id))
), placed AS (
  SELECT round_pk, tool_index, row_number() OVER (PARTITION BY round_pk ORDER BY tool_index) - 1 AS place
  FROM tool_calls
  SEMI JOIN steps USING (round_pk)
)
SELECT session_id, step, place, target, verb
FROM steps
JOIN placed USING (round_pk)
JOIN tool_inputs USING (round_pk, tool_index)
WHERE target IS NOT NULL
ORDER BY session_id, step, place
