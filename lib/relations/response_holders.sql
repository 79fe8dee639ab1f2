-- uses: response_copies
-- Which response each step holds, in which transcript, and whether another step counts for it.
--
-- Grain:  one row per step that the pool stores (`round_pk`, unique).
-- Inputs: stored.rounds, round_details, sessions, response_copies
--
--   round_pk          the step
--   response          identity of the response within its provider; NULL when unknown
--   transcript        its transcript: `transcript_id`, else the session
--   relation          how the transcript came to be: `main`, `sub-agent`, `fork`, `resume`; where no table says it, `sub-agent` by
--                     the session's path, else `unknown`
--   is_copy           another step holds the response, as `response_copies` says
--   of_own_session    that other step is of the same session; false when it is not a copy
SELECT
  round_pk,
  response,
  coalesce(transcript_id, session_id, '') AS transcript,
  coalesce(relation, CASE WHEN contains(session_id, '/subagents/') THEN 'sub-agent' ELSE 'unknown' END) AS relation,
  is_copy,
  is_copy AND response_copies.first_holder_session_id IS NOT DISTINCT FROM session_id AS of_own_session
FROM stored.rounds
JOIN response_copies USING (round_pk)
LEFT JOIN round_details USING (round_pk)
LEFT JOIN (SELECT transcript_id, any_value(relation) AS relation FROM sessions GROUP BY transcript_id) USING (transcript_id)
