-- uses: calls, tool_activity
-- merge: all by session_id, call_no
-- The tool calls of some sessions.
--
-- Grain:   one row per call, in order.
-- Params:  $sessions   hashes of their sessions, of `sessionHashes`
-- Columns: session_id, round_pk, call_no, tool, category (activity of the tool), is_error (NULL when unknown)
--          ended_us   when its result came, epoch microseconds; NULL when unknown
SELECT session_id, round_pk, call_no, tool, activity AS category, is_error, greatest(emitted_us, result_us) AS ended_us
FROM calls
JOIN tool_activity USING (tool)
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id, call_no
