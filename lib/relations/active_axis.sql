-- uses: steps, busy
-- Stretches of more than a minute in which a session logged nothing, and whether something ran all the while. An axis of active
-- time is shortened where nothing did.
--
-- Grain:  one row per stretch between neighboring moments of a session (`session_id, from_us`, unique).
-- Inputs: timing_events, steps, busy
-- Moments are the events of steps, and where something in `busy` that isn't a wait for a person begins or ends. Stretches that are
-- not running are the silences between `spells`. Steps that replay history have no times.
--
--   session_id
--   from_us, to_us   the moments, epoch microseconds
--   basis            running: 'tool' or, without one, 'generation' ran all the while. human: 'call', a call that waited for a person
--                    all the while, or 'message', a user message ends the stretch. NULL for 'silent'
--   kind             'running', 'human' or 'silent'
WITH ran AS (
  SELECT round_pk, min(from_us) AS from_us, max(to_us) AS to_us
  FROM busy
  WHERE kind <> 'human'
  GROUP BY round_pk
), hulls AS (
  SELECT session_pk, round_pk, least(first_us, from_us) AS from_us, greatest(last_us, to_us) AS to_us
  FROM steps
  LEFT JOIN ran USING (round_pk)
), long AS ( -- what is inside the others can't end a stretch, or run through one
  SELECT session_pk, round_pk FROM hulls WHERE to_us - from_us > 60000000
), moments AS (
  SELECT session_pk, unnest([from_us, to_us]) AS us, NULL::BIGINT AS tool_until_us, NULL::BIGINT AS generated_until_us
  FROM hulls
  UNION ALL
  SELECT session_pk, epoch_us(timestamp), NULL, NULL
  FROM timing_events
  JOIN long USING (round_pk)
  UNION ALL
  SELECT session_pk, from_us, CASE kind WHEN 'tool' THEN to_us END, CASE kind WHEN 'generation' THEN to_us END
  FROM busy
  SEMI JOIN long USING (round_pk)
  WHERE kind <> 'human'
  UNION ALL
  SELECT session_pk, to_us, NULL, NULL
  FROM busy
  SEMI JOIN long USING (round_pk)
  WHERE kind <> 'human'
), blocks AS ( -- of 2^25 microseconds, which is less than a minute, so that no stretch is within one
  SELECT
    session_pk,
    min(us) AS first_us,
    max(us) AS last_us,
    max(tool_until_us) AS tool_until_us,
    max(generated_until_us) AS generated_until_us
  FROM moments
  WHERE us IS NOT NULL
  GROUP BY session_pk, us >> 25
), stretches AS (
  SELECT
    session_pk,
    last_us AS from_us,
    lead(first_us) OVER in_session AS to_us,
    max(tool_until_us) OVER in_session AS tool_until_us,
    max(generated_until_us) OVER in_session AS generated_until_us
  FROM blocks
  WINDOW in_session AS (PARTITION BY session_pk ORDER BY last_us)
  QUALIFY to_us - last_us > 60000000
), waits AS (
  SELECT session_pk, from_us, max(to_us) OVER (PARTITION BY session_pk ORDER BY from_us) AS until_us
  FROM busy
  WHERE kind = 'human'
), messages AS (
  SELECT DISTINCT session_pk, epoch_us(timestamp) AS to_us
  FROM timing_events
  JOIN steps USING (round_pk)
  WHERE event_type = 'user_message'
), sessions_of AS (
  SELECT session_pk, session_id FROM steps WHERE step = 1
)
SELECT
  session_id,
  stretches.from_us,
  stretches.to_us,
  CASE
    WHEN tool_until_us >= stretches.to_us THEN 'tool'
    WHEN generated_until_us >= stretches.to_us THEN 'generation'
    WHEN until_us >= stretches.to_us THEN 'call'
    WHEN messages.to_us IS NOT NULL THEN 'message'
  END AS basis,
  CASE WHEN basis IN ('tool', 'generation') THEN 'running' WHEN basis IS NULL THEN 'silent' ELSE 'human' END AS kind
FROM stretches
JOIN sessions_of USING (session_pk)
ASOF LEFT JOIN waits ON waits.session_pk = stretches.session_pk AND waits.from_us <= stretches.from_us
LEFT JOIN messages ON messages.session_pk = stretches.session_pk AND messages.to_us = stretches.to_us
