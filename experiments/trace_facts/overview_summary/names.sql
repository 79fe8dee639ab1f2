-- merge: key(scope, kind, name) sum(steps) min(first_round_pk)
-- merge: by scope, kind DESC, CASE kind WHEN 'provider' THEN name END, steps DESC, first_round_pk
-- Agent steps of each provider and of each model.
--
-- Grain:   one row per scope, kind and name: providers by name, then models by falling count (ties by first appearance).
-- Columns: scope (see query.sql); kind (provider, model); name; steps; first_round_pk (of them)
WITH counted AS (
  SELECT provider, model, count(*) AS steps, min(round_pk) AS first_round_pk
  FROM rounds
  GROUP BY provider, model
), scoped AS (
  SELECT 'merged' AS scope, * FROM counted
  UNION ALL
  SELECT provider AS scope, * FROM counted WHERE provider <> 'merged'
), named AS (
  SELECT scope, 'provider' AS kind, provider AS name, steps, first_round_pk FROM scoped
  UNION ALL
  SELECT scope, 'model', model, steps, first_round_pk FROM scoped
)
SELECT scope, kind, name, sum(steps)::BIGINT AS steps, min(first_round_pk) AS first_round_pk
FROM named
WHERE name IS NOT NULL
GROUP BY scope, kind, name
ORDER BY scope, kind DESC, CASE kind WHEN 'provider' THEN name END, steps DESC, first_round_pk
