-- uses: steps, continued_sessions, replayed_steps
-- Stretches of at least ten seconds in which a thread logged no event, and then went on.
--
-- Grain:  one row per stretch between neighboring events (`thread_id, from_us`, unique).
-- Inputs: timing_events, steps, continued_sessions, replayed_steps
-- Unlike `active_axis`, it asks only for events: something may have run. Steps that replay history are left out in either reading.
--
--   thread_id, session_id   of `continued_sessions`; the session of the event that ends it
--   provider
--   from_us, to_us          the events, epoch microseconds
WITH hulls AS (
  SELECT session_pk, round_pk, first_us, last_us
  FROM steps
  ANTI JOIN replayed_steps USING (round_pk)
  WHERE first_us IS NOT NULL
), long AS ( -- only these can have such a stretch inside
  SELECT session_pk, round_pk FROM hulls WHERE last_us - first_us >= 10000000
), parts AS (
  SELECT session_pk, first_us AS from_us, last_us AS to_us FROM hulls ANTI JOIN long USING (round_pk)
  UNION ALL
  SELECT session_pk, epoch_us(timestamp), epoch_us(timestamp)
  FROM timing_events
  JOIN long USING (round_pk)
  WHERE timestamp IS NOT NULL
), sessions_of AS (
  SELECT continued_sessions.*, provider, min(session_pk) OVER (PARTITION BY thread_id) AS thread_pk
  FROM continued_sessions
  JOIN steps USING (session_pk, session_id)
  WHERE step = 1
), reached AS (
  SELECT
    session_pk,
    from_us,
    max(to_us) OVER (PARTITION BY thread_pk ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us
  FROM parts
  JOIN sessions_of USING (session_pk)
  QUALIFY from_us - until_us >= 10000000
)
SELECT thread_id, session_id, provider, until_us AS from_us, from_us AS to_us
FROM reached
JOIN sessions_of USING (session_pk)
