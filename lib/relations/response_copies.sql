-- scope: pool
-- Which steps repeat a response that another step holds: transcripts that are resumed, forked or handed to a
-- sub-agent carry steps of their parent along. To count a response once: WHERE NOT is_copy.
-- Grain: one row per step that the pool stores. The counted reading leaves the copies out of `rounds`.
-- Inputs: stored.rounds, round_details
-- Columns: round_pk; response (identity of the response within its provider; NULL when unknown); is_copy (boolean, never NULL);
--   first_holder_session_id (session_id of the step that holds the response; the step's own when it is not a copy).
-- Method: steps with the same provider and response_id hold the same response. The first in ingest order is the one to
--   count, a step that repeats the history of another session only if all of them do. The steps of all traces in the pool are
--   compared, so that the pool may unite several traces and may lack lines of them: is_first_holder and first_holder_session_id of
--   the details know only their own trace, and decide where they are given without a response_id.
--   In a pool without any details, a response of Claude is identified by its message id, `round_id`; the steps of others, whose
--   ids are counted from the beginning in each transcript, then hold responses of their own.
WITH identified AS (
  SELECT
    round_pk,
    provider,
    session_id,
    coalesce(is_inherited, false) AS is_inherited,
    coalesce(is_first_holder, true) AS is_first_holder,
    first_holder_session_id,
    CASE
      WHEN EXISTS (SELECT 1 FROM round_details) THEN response_id
      WHEN provider = 'claude' THEN nullif(round_id, '')
    END AS response
  FROM stored.rounds
  LEFT JOIN round_details USING (round_pk)
), holders AS (
  SELECT provider, response, arg_min({'round_pk': round_pk, 'session_id': session_id}, (is_inherited, round_pk)) AS holder
  FROM identified
  WHERE response IS NOT NULL
  GROUP BY provider, response
)
SELECT
  round_pk,
  identified.response,
  CASE WHEN identified.response IS NULL THEN NOT is_first_holder ELSE round_pk <> holder.round_pk END AS is_copy,
  CASE
    WHEN identified.response IS NOT NULL THEN holder.session_id
    WHEN is_first_holder THEN session_id
    ELSE first_holder_session_id
  END AS first_holder_session_id
FROM identified
LEFT JOIN holders ON holders.response = identified.response AND holders.provider IS NOT DISTINCT FROM identified.provider
