-- uses: calls
-- Calls of each tool.
--
-- Grain:   one row per agent and tool
-- Inputs:  chosen, calls
-- Columns: provider, tool
--          calls, errors
--          timed_calls, total_ms   calls whose time is known, and their times: as the tool reports it, else from call to result
--          input_chars, result_chars
SELECT
  calls.provider,
  tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(effective_ms) FILTER (effective_ms >= 0) AS timed_calls,
  coalesce(sum(effective_ms) FILTER (effective_ms >= 0), 0) AS total_ms,
  coalesce(sum(input_chars), 0) AS input_chars,
  coalesce(sum(result_chars), 0) AS result_chars
FROM calls
JOIN chosen USING (round_pk)
GROUP BY ALL
ORDER BY calls DESC, calls.provider, tool
