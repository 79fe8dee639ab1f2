-- uses: response_copies
-- Which response each step holds, in which transcript, and whether an earlier step holds it already.
--
-- Grain:  one row per row of `rounds` (`round_pk`, unique).
-- Inputs: rounds, round_details, sessions, response_copies
-- In a pool without any details, a response of Claude is told by its message id, `round_id`; the steps of others, whose
-- ids are counted anew in each transcript, then hold responses of their own.
--
--   round_pk          the step
--   response          identity of the response within its provider; NULL when unknown
--   transcript        its transcript: `transcript_id`, else the session
--   relation          how the transcript came to be: `main`, `sub-agent`, `fork`, `resume`; where no table says it, `sub-agent` by
--                     the session's path, else `unknown`
--   is_copy           an earlier step of the pool holds the response
--   of_own_session    that earlier step is of the same session; false when it is no copy
WITH identified AS (
  SELECT
    round_pk,
    provider,
    session_id,
    transcript_id,
    CASE
      WHEN EXISTS (SELECT 1 FROM round_details) THEN response_id
      WHEN provider = 'claude' THEN nullif(round_id, '')
    END AS response
  FROM rounds
  LEFT JOIN round_details USING (round_pk)
), firsts AS (
  SELECT provider, response, min(round_pk) AS first_round_pk, arg_min(session_id, round_pk) AS first_session_id
  FROM identified
  WHERE response IS NOT NULL AND NOT EXISTS (SELECT 1 FROM round_details)
  GROUP BY provider, response
), judged AS (
  SELECT
    identified.*,
    is_copy OR coalesce(round_pk > first_round_pk, false) AS is_copy,
    coalesce(first_session_id, first_holder_session_id) AS first_session_id
  FROM identified
  JOIN response_copies USING (round_pk)
  LEFT JOIN firsts USING (provider, response)
)
SELECT
  round_pk,
  response,
  coalesce(transcript_id, session_id, '') AS transcript,
  coalesce(relation, CASE WHEN contains(session_id, '/subagents/') THEN 'sub-agent' ELSE 'unknown' END) AS relation,
  is_copy,
  is_copy AND first_session_id IS NOT DISTINCT FROM session_id AS of_own_session
FROM judged
LEFT JOIN (SELECT transcript_id, any_value(relation) AS relation FROM sessions GROUP BY transcript_id) USING (transcript_id)
