-- uses: step_facts
-- Columns: weekday
--          days       with a step
--          steps
--          sessions   with a step
--          cost_usd
SELECT
  isodow(day::DATE) || ' ' || dayname(day::DATE) AS weekday,
  count(DISTINCT day) AS days,
  count(*) AS steps,
  count(DISTINCT session_id) AS sessions,
  sum(cost_nano) / 1e9 AS cost_usd
FROM step_facts
WHERE day <> '(undated)' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY weekday
ORDER BY weekday
