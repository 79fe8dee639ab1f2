-- uses: steps, busy
-- When a session was active: from a first to a last moment, with no silence of more than a minute in between. Waits for a person are silences.
--
-- Grain:  one row per stretch; those of a session lie more than 60 s apart (`session_id, from_us`, unique).
-- Inputs: timing_events, steps, busy
-- Activity is every event of a step, and everything in `busy` but waits for a person. Steps that replay history have no times.
-- A question that allows longer silences puts neighbors together.
--
--   session_id
--   from_us, to_us   epoch microseconds; equal for a single moment
--   before_us        microseconds in the spells of the session before it
WITH ran AS (
  SELECT round_pk, min(from_us) AS from_us, max(to_us) AS to_us
  FROM busy
  WHERE kind <> 'human'
  GROUP BY round_pk
), hulls AS (
  SELECT session_pk, round_pk, least(first_us, from_us) AS from_us, greatest(last_us, to_us) AS to_us
  FROM steps
  LEFT JOIN ran USING (round_pk)
), long AS ( -- only these can have a silence inside
  SELECT session_pk, round_pk FROM hulls WHERE to_us - from_us > 60000000
), parts AS (
  SELECT session_pk, from_us, to_us FROM hulls WHERE to_us - from_us <= 60000000
  UNION ALL
  SELECT session_pk, epoch_us(timestamp), epoch_us(timestamp)
  FROM timing_events
  JOIN long USING (round_pk)
  WHERE timestamp IS NOT NULL
  UNION ALL
  SELECT session_pk, from_us, to_us FROM busy SEMI JOIN long USING (round_pk) WHERE kind <> 'human'
), blocks AS ( -- what begins in the same 2^25 microseconds, less than a minute, has no silence in between
  SELECT session_pk, min(from_us) AS from_us, max(to_us) AS to_us
  FROM parts
  GROUP BY session_pk, from_us >> 25
), reached AS (
  SELECT *, max(to_us) OVER (PARTITION BY session_pk ORDER BY from_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us
  FROM blocks
), numbered AS (
  SELECT
    *,
    count(*) FILTER (until_us IS NULL OR from_us - until_us > 60000000)
      OVER (PARTITION BY session_pk ORDER BY from_us ROWS UNBOUNDED PRECEDING) AS spell
  FROM reached
), spells AS (
  SELECT session_pk, min(from_us) AS from_us, max(to_us) AS to_us
  FROM numbered
  GROUP BY session_pk, spell
)
SELECT
  session_id,
  from_us,
  to_us,
  coalesce(sum(to_us - from_us) OVER (
    PARTITION BY spells.session_pk ORDER BY from_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0)::BIGINT AS before_us
FROM spells
JOIN steps ON steps.session_pk = spells.session_pk AND step = 1
