-- uses: step_facts
-- Columns: hour_utc   0 to 23
--          messages
SELECT
  hour("timestamp") AS hour_utc,
  count(*) AS messages
FROM timing_events
JOIN step_facts USING (round_pk)
WHERE event_type = 'user_message' AND "timestamp" IS NOT NULL
  AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY hour_utc
ORDER BY hour_utc
