-- uses: calls
-- How calls ended, by tool.
--
-- merge: key(provider, tool) sum(calls, errors, unknown, searches, empty_searches)
-- Grain:   one row per provider and tool, of calls in requests.
-- Columns: calls, errors
--          unknown          calls whose status is not known
--          searches         calls of Grep and Glob that are not marked as an error
--          empty_searches   those whose result has the length of a fixed reply, as in the relation failure_episodes
SELECT
  provider,
  tool,
  count(*) AS calls,
  count(*) FILTER (is_error) AS errors,
  count(*) FILTER (is_error IS NULL) AS unknown,
  count(*) FILTER (tool IN ('Grep', 'Glob') AND is_error IS NOT TRUE) AS searches,
  count(*) FILTER (is_error IS NOT TRUE AND ((tool IN ('Grep', 'Glob') AND result_chars = 14) OR (tool = 'Grep' AND result_chars = 16))) AS empty_searches
FROM calls
WHERE request_no > 0
GROUP BY provider, tool
ORDER BY provider, tool
