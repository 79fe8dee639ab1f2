-- uses: timeline_steps
-- merge: all by session_id, position, first_us NULLS LAST, round_pk
-- The agent steps of some sessions with their tokens and times, in the order in which the sessions took them.
--
-- Grain:      one row per step of a session whose hash is among those given.
-- Parameters: $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    of `timeline_steps`
FROM timeline_steps
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id, position, first_us NULLS LAST, round_pk
