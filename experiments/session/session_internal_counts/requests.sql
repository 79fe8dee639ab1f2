-- uses: requests
-- How much work each request holds.
--
-- Grain:   one row per request of a named session that got an answer after some time.
-- Columns: provider      of the step that opened it; NULL when that has none
--          user_steps, tool_steps, tool_calls    as in query.sql, over the steps of the request
SELECT
  provider,
  user_steps::DOUBLE AS user_steps,
  tool_steps::DOUBLE AS tool_steps,
  tool_calls::DOUBLE AS tool_calls
FROM requests
WHERE session_id <> '' AND response_us > 0
