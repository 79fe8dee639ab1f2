-- At what time of day do people write?
-- Messages by hour, in UTC.
SELECT
  hour("timestamp") AS hour_utc,
  count(*) AS messages
FROM timing_events
WHERE event_type = 'user_message' AND "timestamp" IS NOT NULL
GROUP BY hour_utc
ORDER BY hour_utc;
