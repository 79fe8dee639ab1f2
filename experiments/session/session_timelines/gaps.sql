-- uses: active_axis
-- merge: all by session_id, from_us
-- Stretches of more than a minute in which some sessions logged nothing.
--
-- Grain:      one row per stretch of a session whose hash is among those given.
-- Parameters: $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    session_id, from_us, to_us, kind   of `active_axis`
SELECT session_id, from_us, to_us, kind
FROM active_axis
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id, from_us
