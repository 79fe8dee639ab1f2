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
  SELECT session_id, round_pk, least(first_us, from_us) AS from_us, greatest(last_us, to_us) AS to_us
  FROM steps
  LEFT JOIN ran USING (round_pk)
), long AS ( -- only these can have a silence inside
  SELECT round_pk FROM hulls WHERE to_us - from_us > 60000000
), parts AS (
  SELECT session_id, from_us, to_us FROM hulls WHERE to_us - from_us <= 60000000
  UNION ALL
  SELECT session_id, epoch_us(timestamp), epoch_us(timestamp)
  FROM timing_events
  SEMI JOIN long USING (round_pk)
  JOIN steps USING (round_pk)
  WHERE timestamp IS NOT NULL
  UNION ALL
  SELECT session_id, from_us, to_us FROM busy SEMI JOIN long USING (round_pk) WHERE kind <> 'human'
), reached AS (
  SELECT *, max(to_us) OVER (PARTITION BY session_id ORDER BY from_us, to_us ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until_us
  FROM parts
), numbered AS (
  SELECT
    *,
    count(*) FILTER (until_us IS NULL OR from_us - until_us > 60000000)
      OVER (PARTITION BY session_id ORDER BY from_us, to_us ROWS UNBOUNDED PRECEDING) AS spell
  FROM reached
)
SELECT
  session_id,
  min(from_us) AS from_us,
  max(to_us) AS to_us,
  coalesce(sum(max(to_us) - min(from_us)) OVER (
    PARTITION BY session_id ORDER BY min(from_us) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ), 0)::BIGINT AS before_us
FROM numbered
GROUP BY session_id, spell
