-- utc_timestamp(text): naive UTC microseconds of a timestamp as traces write it; NULL when it cannot be read.
-- The letters T and Z stand for a space and nothing. With a final Z the plain cast gives the same and is tried first,
-- because it is faster. An offset such as +02:00, which a plain cast would drop, is applied.
CREATE MACRO utc_timestamp(text) AS
  CASE
    WHEN suffix(text, 'Z')
      THEN coalesce(TRY_CAST(text AS TIMESTAMP), TRY_CAST(replace(replace(text, 'T', ' '), 'Z', '') AS TIMESTAMP))
    WHEN regexp_matches(text, ':\d\d(\.\d+)?[+-]\d\d(:?\d\d)?$')
      THEN make_timestamp(epoch_us(TRY_CAST(text AS TIMESTAMPTZ)))
    ELSE TRY_CAST(replace(replace(text, 'T', ' '), 'Z', '') AS TIMESTAMP)
  END;
