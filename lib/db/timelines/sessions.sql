-- uses: dated_steps, step_times
-- Every session of the pool, and in which part of the pool it is read: the parts follow the time of the sessions.
--
-- Grain:      one row per session (`session_id`, unique).
-- Inputs:     rounds, sessions, the relations above
-- Parameters: $steps_per_part
-- Columns:    session_id
--             provider, model   the most frequent one over the session's steps; the one seen first among equals
--             project           of its first step that has one; title as logged
--             is_helper         another session started it
--             first_us          its first event, epoch microseconds; NULL without times
--             part              from 0
WITH providers AS (
  SELECT session_id, provider, count(*) AS steps, min(round_pk) AS first_pk
  FROM rounds
  WHERE provider IS NOT NULL
  GROUP BY session_id, provider
), models AS (
  SELECT session_id, model, count(*) AS steps, min(round_pk) AS first_pk
  FROM rounds
  WHERE model IS NOT NULL
  GROUP BY session_id, model
), projects AS (
  SELECT session_id, first(dated_steps.project ORDER BY round_pk) AS project
  FROM dated_steps
  JOIN rounds USING (round_pk)
  WHERE dated_steps.project <> ''
  GROUP BY session_id
), transcripts AS (
  SELECT session_id, min(title) AS title, bool_or(relation = 'sub-agent') AS is_helper
  FROM sessions
  GROUP BY session_id
), own AS (
  SELECT session_id, count(*) AS steps, min(first_us) AS first_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE session_id <> ''
  GROUP BY session_id
)
SELECT
  session_id,
  coalesce(first(provider ORDER BY providers.steps DESC, providers.first_pk), '<unknown>') AS provider,
  coalesce(first(model ORDER BY models.steps DESC, models.first_pk), '<unknown>') AS model,
  any_value(project) AS project,
  any_value(title) AS title,
  coalesce(any_value(is_helper), false) OR contains(session_id, '/subagents/') AS is_helper,
  any_value(own.first_us) AS first_us,
  (sum(any_value(own.steps)) OVER (ORDER BY any_value(own.first_us) NULLS LAST, session_id) // $steps_per_part)::INTEGER AS part
FROM own
LEFT JOIN providers USING (session_id)
LEFT JOIN models USING (session_id)
LEFT JOIN projects USING (session_id)
LEFT JOIN transcripts USING (session_id)
GROUP BY session_id
