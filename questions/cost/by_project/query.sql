-- uses: step_facts
-- Columns: project
--          cost_usd
--          sessions         helpers included
--          steps            agent steps
--          unpriced_steps   those without a price
SELECT
  project,
  sum(cost_nano) / 1e9 AS cost_usd,
  count(DISTINCT session_id) AS sessions,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY project
ORDER BY cost_usd DESC NULLS LAST, project
LIMIT $top
