-- uses: timeline_costs
-- merge: all by session_id, paid_id, basis
-- What some sessions and their helpers cost.
--
-- Grain:      one row per session whose hash is among those given, session that is paid for and basis of the price.
-- Parameters: $sessions   MD5 of the session ids in hexadecimal, separated by spaces
-- Columns:    of `timeline_costs`
FROM timeline_costs
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id, paid_id, basis
