-- The sessions of the pool with their usual provider and model.
--
-- Grain:   one row per non-empty session_id, in order of first appearance in the trace.
-- Inputs:  rounds
-- Columns: session_key      first round_pk of the session
--          session_id
--          provider, model  the most frequent one over the session's steps; the one seen first among equals; '<unknown>' when there is none
WITH steps AS (
  SELECT round_pk, session_id, provider, model
  FROM rounds
  WHERE session_id <> ''
), provider_counts AS (
  SELECT session_id, provider, count(*) AS steps, min(round_pk) AS first_pk
  FROM steps
  WHERE provider IS NOT NULL
  GROUP BY session_id, provider
), model_counts AS (
  SELECT session_id, model, count(*) AS steps, min(round_pk) AS first_pk
  FROM steps
  WHERE model IS NOT NULL
  GROUP BY session_id, model
), usual_providers AS (
  SELECT session_id, first(provider ORDER BY steps DESC, first_pk) AS provider
  FROM provider_counts
  GROUP BY session_id
), usual_models AS (
  SELECT session_id, first(model ORDER BY steps DESC, first_pk) AS model
  FROM model_counts
  GROUP BY session_id
), sessions AS (
  SELECT session_id, min(round_pk) AS session_key
  FROM steps
  GROUP BY session_id
)
SELECT
  session_key::DOUBLE AS session_key,
  session_id,
  coalesce(provider, '<unknown>') AS provider,
  coalesce(model, '<unknown>') AS model
FROM sessions
LEFT JOIN usual_providers USING (session_id)
LEFT JOIN usual_models USING (session_id)
ORDER BY sessions.session_key
