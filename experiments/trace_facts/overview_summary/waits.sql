-- uses: step_times
-- How long sessions were idle before user messages, as each scope sees it: the time since the event before, of whatever type,
-- step by step in file order and by time within a step. Like relation human_waits, but in whole milliseconds and scope by scope:
-- in a session that providers share, each one's scope sees its own steps only.
--
-- Grain:   one row per scope and gap > 0.
-- Columns: scope (see query.sql); wait_ms
WITH named AS (
  SELECT session_id, min(round_pk) AS session_pk -- compared faster than a text
  FROM rounds
  GROUP BY session_id
), steps AS ( -- what is before the first event of a step is the last one of the step before
  SELECT
    round_pk,
    provider,
    has_user_message,
    lag(last_us // 1000) OVER (PARTITION BY session_pk ORDER BY round_pk) AS before_ms,
    lag(last_us // 1000) OVER (PARTITION BY session_pk, provider ORDER BY round_pk) AS before_of_provider_ms
  FROM rounds
  JOIN step_times USING (round_pk)
  JOIN named USING (session_id) -- leaves out steps without a session
  WHERE last_us IS NOT NULL
), events AS (
  SELECT
    provider,
    event_type,
    epoch_us(timestamp) // 1000 AS ms,
    ms - coalesce(lag(ms) OVER in_step, before_ms) AS wait_ms,
    ms - coalesce(lag(ms) OVER in_step, before_of_provider_ms) AS wait_of_provider_ms
  FROM timing_events
  JOIN steps USING (round_pk)
  WHERE has_user_message AND timestamp IS NOT NULL
  WINDOW in_step AS (PARTITION BY round_pk ORDER BY ms, event_index)
), waits AS (
  SELECT 'merged' AS scope, event_type, wait_ms FROM events
  UNION ALL
  SELECT provider, event_type, wait_of_provider_ms FROM events WHERE provider <> 'merged'
)
SELECT scope, wait_ms
FROM waits
WHERE event_type = 'user_message' AND wait_ms > 0
