-- uses: requests
-- merge: key(provider) sum(opened, samples, dropped_no_output, dropped_nonpositive, closed_next, closed_eof)
-- How the requests ended: as a sample of the response time, or not.
--
-- Grain:   one row per provider of the opening step, by name.
-- Columns: provider               '<unknown-provider>' when missing
--          opened                 requests
--          samples                those whose last output came after the user's message
--          dropped_no_output      those without an output
--          dropped_nonpositive    those whose last output did not come after the message
--          closed_next, closed_eof
--                                 samples that ended when the next request of the session opened; samples still open at the end
WITH closed AS (
  SELECT
    coalesce(nullif(provider, ''), '<unknown-provider>') AS provider,
    response_us,
    lead(request_no) OVER (PARTITION BY session_id ORDER BY request_no) IS NULL AS is_last
  FROM requests
)
SELECT
  provider,
  count(*) AS opened,
  count(*) FILTER (response_us > 0) AS samples,
  count(*) FILTER (response_us IS NULL) AS dropped_no_output,
  count(*) FILTER (response_us <= 0) AS dropped_nonpositive,
  count(*) FILTER (response_us > 0 AND NOT is_last) AS closed_next,
  count(*) FILTER (response_us > 0 AND is_last) AS closed_eof
FROM closed
GROUP BY provider
ORDER BY provider
