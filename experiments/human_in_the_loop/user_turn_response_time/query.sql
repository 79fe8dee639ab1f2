-- uses: requests
-- How long each request took: from the user's message to the last output before the next request.
--
-- Grain:   one row per request that took some time; sessions with an empty name are included.
-- Columns: provider      of the step that opened it; '<unknown-provider>' when that has none
--          seconds       > 0
SELECT
  coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
  response_us / 1e6 AS seconds
FROM requests
WHERE response_us > 0
