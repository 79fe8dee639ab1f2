-- uses: step_times
-- How long a session lay still before each user message: the time since the event before it, of whatever type.
-- Events are taken step by step in file order and by time within a step (ties in list order).
--
-- Grain:  one row per timed user message that has an event before it in its session and comes later than that.
-- Inputs: rounds, timing_events, step_times
--
--   round_pk, event_index   the user message
--   session_id, provider    of its step; the empty session_id is included
--   us                      when the message came, epoch microseconds
--   wait_us                 microseconds since the previous event, > 0
WITH steps AS ( -- what is before the first event of a step is the last one of the step before
  SELECT
    round_pk,
    session_id,
    provider,
    has_user_message,
    lag(last_us) OVER (PARTITION BY session_id ORDER BY round_pk) AS before_us
  FROM rounds
  JOIN step_times USING (round_pk)
  WHERE session_id IS NOT NULL AND last_us IS NOT NULL
), events AS (
  SELECT
    round_pk,
    event_index,
    session_id,
    provider,
    event_type,
    epoch_us(timestamp) AS us,
    us - coalesce(lag(us) OVER (PARTITION BY round_pk ORDER BY timestamp, event_index), before_us) AS wait_us
  FROM timing_events
  JOIN steps USING (round_pk)
  WHERE has_user_message AND timestamp IS NOT NULL
)
SELECT round_pk, event_index, session_id, provider, us, wait_us
FROM events
WHERE event_type = 'user_message' AND wait_us > 0
