-- Which steps repeat a response that an earlier step holds already: transcripts that are resumed, forked or handed to a
-- sub-agent carry steps of their parent along. To count a response once: WHERE NOT is_copy.
-- Grain: one row per step of `rounds`.
-- Inputs: rounds, round_details. Steps without details (traces without a details file) are no copies.
-- Columns: round_pk; is_copy (boolean, never NULL); first_holder_session_id (session_id of the first step that holds the
--   response; the step's own when it is no copy).
-- Method: steps with the same provider and response_id hold the same response, the first in ingest order is the one to
--   count. The steps of all traces in the pool are compared, so that the pool may unite several traces and may lack
--   lines of them: is_first_holder and first_holder_session_id of the details know only their own trace, and decide
--   where they are given without a response_id.
SELECT
  rounds.round_pk,
  CASE
    WHEN details.response_id IS NULL THEN NOT coalesce(details.is_first_holder, true)
    ELSE rounds.round_pk > min(rounds.round_pk) OVER holders
  END AS is_copy,
  CASE
    WHEN details.response_id IS NULL AND NOT details.is_first_holder THEN details.first_holder_session_id
    WHEN details.response_id IS NULL THEN rounds.session_id
    ELSE first_value(rounds.session_id) OVER (holders ORDER BY rounds.round_pk)
  END AS first_holder_session_id
FROM rounds LEFT JOIN round_details AS details USING (round_pk)
WINDOW holders AS (PARTITION BY rounds.provider, details.response_id)
