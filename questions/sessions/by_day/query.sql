-- uses: step_facts
-- Columns: day        in UTC
--          sessions   that started
SELECT
  day,
  count(*) AS sessions
FROM (
  SELECT provider, session_id, min(day) FILTER (day <> '(undated)') AS day
  FROM step_facts
  WHERE session_id IS NOT NULL AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
  GROUP BY provider, session_id
)
WHERE day IS NOT NULL
GROUP BY day
ORDER BY day
