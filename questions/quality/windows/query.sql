-- uses: step_facts
-- Columns: provider
--          first_day     in UTC
--          last_day
--          active_days   with a step
--          window_days   from first to last day
SELECT
  provider,
  min(day) FILTER (day <> '(undated)') AS first_day,
  max(day) FILTER (day <> '(undated)') AS last_day,
  count(DISTINCT day) FILTER (day <> '(undated)') AS active_days,
  date_diff('day', first_day::DATE, last_day::DATE) + 1 AS window_days
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY provider
ORDER BY provider
