-- uses: step_facts
-- Columns: day        in UTC; (undated) without a time
--          messages
--          sessions   with a message
SELECT
  day,
  count(*) AS messages,
  count(DISTINCT session_id) AS sessions
FROM timing_events
JOIN step_facts USING (round_pk)
WHERE event_type = 'user_message' AND day BETWEEN $since AND $until AND provider GLOB $provider AND model GLOB $model AND project GLOB $project
GROUP BY day
ORDER BY day
