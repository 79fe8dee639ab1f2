-- uses: calls, tool_activity
-- Files that sessions edited, as far as their calls name them.
--
-- Grain:   one row per session and file.
-- Params:  $sessions   hashes of their sessions, of `sessionHashes`
-- Columns: session_id, file, edits (calls that edit it, without those that failed)
SELECT session_id, target AS file, count(*) AS edits
FROM calls
JOIN tool_activity USING (tool)
JOIN tool_inputs USING (round_pk, tool_index)
WHERE activity = 'edit' AND is_error IS NOT TRUE AND target IS NOT NULL AND list_contains(string_split($sessions, ' '), md5(session_id))
GROUP BY ALL
ORDER BY ALL
