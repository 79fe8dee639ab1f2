-- uses: requests
-- What the time of each request was spent on.
--
-- Grain:   one row per request of a named session that got an answer after some time.
-- Columns (seconds)
--          provider        of the step that opened it; NULL when that has none
--          response_s      from the user's message to the last output before the next request
--          generation_s    generation spans of its steps
--          tool_s          effective tool latencies of its steps
SELECT
  provider,
  response_us / 1e6 AS response_s,
  generation_s,
  tool_effective_s AS tool_s
FROM requests
WHERE session_id <> '' AND response_us > 0
