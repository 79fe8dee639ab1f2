-- uses: calls, repeated_calls
-- Repeated calls by what they do, where inputs are known.
--
-- merge: key(provider, verb) sum(calls, failed, identical_after_error, altered_after_error, redundant, recheck, redundant_targets)
-- Grain:   one row per provider and verb of tool_inputs.
-- Columns: calls, failed       all calls, and those that are marked as an error
--          identical_after_error, altered_after_error, redundant, recheck
--                              calls of the class
--          redundant_targets   different files, addresses, patterns or commands of redundant calls, session by session
SELECT
  provider,
  verb,
  count(*) AS calls,
  count(*) FILTER (calls.is_error) AS failed,
  count(*) FILTER (class = 'identical_after_error') AS identical_after_error,
  count(*) FILTER (class = 'altered_after_error') AS altered_after_error,
  count(*) FILTER (class = 'redundant') AS redundant,
  count(*) FILTER (class = 'recheck') AS recheck,
  count(DISTINCT (calls.session_id, target)) FILTER (class = 'redundant') AS redundant_targets
FROM tool_inputs
JOIN calls USING (round_pk, tool_index)
LEFT JOIN repeated_calls USING (round_pk, tool_index, provider)
WHERE verb IS NOT NULL AND calls.request_no > 0
GROUP BY provider, verb
ORDER BY provider, verb
