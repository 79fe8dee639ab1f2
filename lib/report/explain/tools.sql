-- uses: calls
-- Which tools a session called.
--
-- Grain:   one row per tool, the most calls first.
-- Params:  $session   its id
-- Columns: calls, errors, unknown   calls in requests, those that failed, and those whose status is not known
--          tests                    those that run tests; NULL where commands are not known
--          targets                  different files, addresses, patterns or commands; NULL where they are not known
SELECT
  tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (is_error IS NULL) AS unknown,
  if(count(verb) > 0, count(*) FILTER (verb = 'test'), NULL) AS tests,
  nullif(count(DISTINCT target), 0) AS targets
FROM calls
LEFT JOIN tool_inputs USING (round_pk, tool_index)
WHERE session_id = $session AND request_no > 0
GROUP BY tool
ORDER BY calls DESC, tool
