-- uses: timeline_helpers
-- scope: pool
-- The helpers of some sessions, and those that they started in turn.
--
-- Grain:      one row per helper with times whose session at the root of its tree is one of those whose hashes are given.
-- Parameters: $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    of `timeline_helpers`
FROM timeline_helpers
WHERE list_contains(string_split($sessions, ' '), md5(caller_session_id))
ORDER BY caller_session_id, from_us, session_id
