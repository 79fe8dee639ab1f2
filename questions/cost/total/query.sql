-- uses: step_facts
-- Columns: provider
--          cost_usd         of all steps with a price
--          steps            agent steps
--          unpriced_steps   those without a price
--          mean_step_usd    of a step with a price
SELECT
  provider,
  sum(cost_nano) / 1e9 AS cost_usd,
  count(*) AS steps,
  count(*) FILTER (cost_nano IS NULL) AS unpriced_steps,
  (sum(cost_nano) / 1e9) / nullif(count(cost_nano), 0) AS mean_step_usd
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
