-- Sums over the requests that took some time, the input of the formulas of averages.
--
-- Grain:   one row for all requests (provider NULL) and one per provider of the opening step, by name; no rows without requests.
-- Columns: as in query.sql; times in seconds (_s)
WITH summed AS (
  SELECT provider, sum(COLUMNS(* EXCLUDE provider))
  FROM parts
  GROUP BY provider
)
SELECT
  * EXCLUDE (e2e_us, generation_us, effective_ms, wall_ms),
  e2e_us / 1e6 AS e2e_s,
  generation_us / 1e6 AS generation_s,
  effective_ms / 1e3 AS effective_s,
  wall_ms / 1e3 AS wall_s
FROM summed
ORDER BY provider NULLS FIRST
