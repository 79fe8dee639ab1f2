-- merge: key() sum(rows, missing_provider_or_session, missing_round_index, couples)
-- How many steps are left out, and how many have a step before them to form a pair with.
--
-- Grain:   one row
-- Inputs:  rounds
-- Columns: rows                           agent steps
--          missing_provider_or_session    left out first
--          missing_round_index            left out of the others
--          couples                        steps that have one before them in their session, whatever its index
SELECT
  count(*) AS "rows",
  count(*) FILTER (provider IS NULL OR session_id IS NULL) AS missing_provider_or_session,
  count(*) FILTER (provider IS NOT NULL AND session_id IS NOT NULL AND round_index IS NULL) AS missing_round_index,
  count(*) FILTER (provider IS NOT NULL AND session_id IS NOT NULL AND round_index IS NOT NULL)
    - count(DISTINCT session_id) FILTER (provider IS NOT NULL AND round_index IS NOT NULL) AS couples
FROM rounds
