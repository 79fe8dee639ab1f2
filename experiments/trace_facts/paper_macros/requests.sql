-- uses: requests
-- How much one request takes.
--
-- Grain:   one row per request with an output after the user's message.
-- Columns: steps, tool_calls, response_us
SELECT steps, tool_calls, response_us
FROM requests
WHERE response_us > 0
