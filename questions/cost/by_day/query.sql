-- uses: step_facts
-- Columns: day              in UTC; (undated) without a time
--          cost_usd         NULL when no step of the day has a price
--          steps            agent steps
--          unpriced_steps   those without a price
SELECT
  day,
  sum(cost_nano) / 1e9 AS cost_usd,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
