-- uses: calls, busy, tool_activity
-- Tool calls, and how long each waited for a person.
--
-- Grain:   one row per call.
-- Params:  $approval_us   shorter waits count only where the tool asks a person; at least 5 s, as in `busy`
-- Columns: provider, tool
--          wall_s        from call to result; NULL when unknown
--          human_s       the wait; NULL for none
--          long_s        the same, of more than five minutes
--          is_waiting    there was one
SELECT
  provider,
  tool,
  wall_ms / 1e3 AS wall_s,
  CASE WHEN asks_person OR to_us - from_us >= $approval_us THEN (to_us - from_us) / 1e6 END AS human_s,
  CASE WHEN human_s > 300 THEN human_s END AS long_s,
  human_s IS NOT NULL AS is_waiting
FROM calls
JOIN tool_activity USING (tool)
LEFT JOIN (SELECT round_pk, tool_index, from_us, to_us FROM busy WHERE kind = 'human') USING (round_pk, tool_index)
