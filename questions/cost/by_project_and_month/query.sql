-- uses: step_facts
-- Columns: month            in UTC
--          project
--          cost_usd
--          steps            agent steps
--          unpriced_steps   those without a price
SELECT
  left(day, 7) AS month,
  project,
  sum(cost_nano) / 1e9 AS cost_usd,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
FROM step_facts
WHERE day <> '(undated)' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY month, project
ORDER BY month, cost_usd DESC NULLS LAST, project
