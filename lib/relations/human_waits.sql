-- How long a session lay still before each user message: the time since the event before it, of whatever type.
-- Events are taken step by step in file order and by time within a step (ties in list order).
--
-- Grain:  one row per timed user message that has an event before it in its session and comes later than that.
-- Inputs: rounds, timing_events
--
--   round_pk, event_index   the user message
--   session_id, provider    of its step; the empty session_id is included
--   us                      when the message came, epoch microseconds
--   wait_us                 microseconds since the previous event, > 0
WITH events AS (
  SELECT
    round_pk,
    event_index,
    session_id,
    provider,
    event_type,
    epoch_us(timestamp) AS us,
    epoch_us(timestamp) - lag(epoch_us(timestamp)) OVER (PARTITION BY session_id ORDER BY round_pk, timestamp, event_index) AS wait_us
  FROM timing_events
  JOIN rounds USING (round_pk)
  WHERE timestamp IS NOT NULL AND session_id IS NOT NULL
)
SELECT round_pk, event_index, session_id, provider, us, wait_us
FROM events
WHERE event_type = 'user_message' AND wait_us > 0
