-- uses: step_facts
-- Columns: day             Day in UTC; (undated) for steps without a time
--          cost_usd        At the prices of this reading
--          steps           Agent steps
--          unpriced_steps  Those that have no price and cost nothing here
SELECT
  day,
  sum(cost_nano) / 1e9 AS cost_usd,
  count(*) AS steps,
  count_if(cost_nano IS NULL) AS unpriced_steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
