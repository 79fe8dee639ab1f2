-- utc_timestamp(text): naive UTC microseconds of a timestamp as traces write it; NULL when it cannot be read.
-- The letters T and Z become a space and nothing before the cast. An offset such as +02:00, which a plain cast would
-- drop, is applied.
CREATE MACRO utc_timestamp(text) AS
  CASE
    WHEN suffix(text, 'Z') OR NOT regexp_matches(text, ':\d\d(\.\d+)?[+-]\d\d(:?\d\d)?$')
      THEN TRY_CAST(replace(replace(text, 'T', ' '), 'Z', '') AS TIMESTAMP)
    ELSE make_timestamp(epoch_us(TRY_CAST(text AS TIMESTAMPTZ)))
  END;
