-- uses: steps, lineage
-- scope: pool
-- When sessions started that no other session is known to have started, and how long after the one before of the same person,
-- provider and project.
--
-- Grain:  one row per session of `steps` that isn't in `lineage` (`session_id`, unique).
-- Inputs: rounds, steps, lineage
--
--   session_id, person, provider
--   project    NULL when unknown
--   from_us    first event, epoch microseconds; NULL without times
--   since_us   microseconds since the session before started; NULL for the first, and without times
WITH sessions AS (
  SELECT session_id, min(person) AS person, min(steps.provider) AS provider, min(project) AS project, min(first_us) AS from_us
  FROM steps
  JOIN rounds USING (round_pk, session_id)
  ANTI JOIN lineage USING (session_id)
  GROUP BY session_id
)
SELECT *, from_us - lag(from_us) OVER (PARTITION BY person, provider, project ORDER BY from_us NULLS LAST, session_id) AS since_us
FROM sessions
