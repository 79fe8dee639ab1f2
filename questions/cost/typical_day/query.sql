-- uses: step_facts
-- Columns: provider
--          days          with a step that has a price
--          mean_usd      of such a day
--          p50_usd       median
--          p90_usd
--          max_usd       the most expensive day
WITH daily AS (
  SELECT provider, day, sum(cost_nano) / 1e9 AS usd
  FROM step_facts
  WHERE first_us IS NOT NULL
    AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
  GROUP BY provider, day
  HAVING usd IS NOT NULL
)
SELECT
  provider,
  count(*) AS days,
  avg(usd) AS mean_usd,
  quantile_cont(usd, 0.5) AS p50_usd,
  quantile_cont(usd, 0.9) AS p90_usd,
  max(usd) AS max_usd
FROM daily
GROUP BY provider
ORDER BY provider
