-- uses: step_facts
-- Columns: provider
--          sessions
--          p50_steps   median
--          p90_steps
--          max_steps
--          p50_usd     median cost
--          p90_usd
SELECT
  provider,
  count(*) AS sessions,
  quantile_cont(steps, 0.5) AS p50_steps,
  quantile_cont(steps, 0.9) AS p90_steps,
  max(steps) AS max_steps,
  quantile_cont(cost_nano, 0.5) / 1e9 AS p50_usd,
  quantile_cont(cost_nano, 0.9) / 1e9 AS p90_usd
FROM (
  SELECT provider, session_id, count(*) AS steps, sum(cost_nano)::DOUBLE AS cost_nano
  FROM step_facts
  WHERE session_id <> '' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
  GROUP BY provider, session_id
)
GROUP BY provider
ORDER BY provider
