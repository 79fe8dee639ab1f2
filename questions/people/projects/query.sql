-- uses: step_facts
-- Columns: project
--          first_day     in UTC
--          last_day
--          active_days   with a step
--          sessions      helpers included
--          steps
SELECT
  project,
  min(day) FILTER (day <> '(undated)') AS first_day,
  max(day) FILTER (day <> '(undated)') AS last_day,
  count(DISTINCT day) AS active_days,
  count(DISTINCT session_id) AS sessions,
  count(*) AS steps
FROM step_facts
WHERE day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY project
ORDER BY last_day DESC NULLS LAST, project
LIMIT $top
