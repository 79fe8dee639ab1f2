-- uses: requests
-- How long each request took: from the user's message to the last output before the next request.
--
-- Grain:   one row per request that took some time; sessions with an empty name are included.
-- Columns: provider      of the step that opened it; '<unknown-provider>' when that has none
--          session_id
--          seconds       > 0
--          one           1
--          is_short      1 when below five minutes, else 0
--          is_long       1 for ten minutes and more, else 0
--          long_seconds  seconds of long ones, else 0
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  session_id,
  response_us / 1e6 AS seconds,
  1 AS one,
  (response_us < 300e6)::INTEGER AS is_short,
  (response_us >= 600e6)::INTEGER AS is_long,
  is_long * seconds AS long_seconds
FROM requests
WHERE response_us > 0
