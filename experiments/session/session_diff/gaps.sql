-- uses: active_axis
-- merge: all by session_id, from_us
-- Stretches in which some sessions logged nothing, which their active axis may be shortened by.
--
-- Grain:   one row per stretch, in order.
-- Params:  $sessions   hashes of their sessions, of `sessionHashes`
-- Columns: session_id, from_us, to_us (epoch microseconds), kind
SELECT session_id, from_us, to_us, kind
FROM active_axis
WHERE list_contains(string_split($sessions, ' '), md5(session_id))
ORDER BY session_id, from_us
