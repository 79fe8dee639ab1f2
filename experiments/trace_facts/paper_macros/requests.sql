-- uses: requests
-- How much one request takes.
--
-- Grain:   one row.
-- Columns: requests                       those with an output after the user's message
--          mean_steps, mean_tool_calls    per request; NULL without requests
--          mean_response_s, p90_response_s
SELECT
  count(*) AS requests,
  sum(steps) / count(*) AS mean_steps,
  sum(tool_calls) / count(*) AS mean_tool_calls,
  sum(response_us) / 1e6 / count(*) AS mean_response_s,
  quantile_cont(response_us, 0.9) / 1e6 AS p90_response_s
FROM requests
WHERE response_us > 0
